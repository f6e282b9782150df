import { type GenerateRequest, type LanguageModel, roughUsage, type ServiceCall, ServiceError } from '@touchstone/core';
import { callOptions } from './call-options.ts';
import { fieldsOf } from './fields.ts';
import type { AiSdkLanguageModel } from './model-object.ts';
import type { Origin } from './origin.ts';
import { readResult } from './read-result.ts';
import { readStream } from './read-stream.ts';
import { toServiceError } from './sdk-error.ts';
import { readWarnings } from './warnings.ts';

/** @param connect the model, sending with the `fetch` that it is given, if it is one that does */
export function languageService(
  connect: (fetch: typeof globalThis.fetch) => AiSdkLanguageModel,
  origin: Origin,
  mode: 'stream' | 'whole',
): LanguageModel {
  const { id, identity, reuse, scopes, provider, scheme } = origin;
  // Provider packages leave out what a model does not take, and say so with the answer. What one answer has told need not be paid for again.
  const refused = new Map<string, string>();
  return {
    kind: 'language',
    id,
    identity,
    reuse,
    scopes,
    estimate: (request) => roughUsage(request),
    async send(request, io) {
      checkParameters(request, refused);
      const model = connect(io.fetch);
      const result = await generate(model, callOptions(model, scheme, request, io), io);
      const warnings = readWarnings(fieldsOf(result).warnings, model.modelId);
      for (const [name, sentence] of warnings.refused) refused.set(name, sentence);
      checkParameters(request, warnings.refused);
      return readResult(result, request, provider, warnings.notes);
    },
  };

  async function generate(model: AiSdkLanguageModel, options: object, io: ServiceCall): Promise<object> {
    try {
      if (mode === 'whole') return await model.doGenerate(options);
      return await readStream(await model.doStream(options), io, provider);
    } catch (error) {
      throw toServiceError(origin, error);
    }
  }
}

/** A default that the model does not take is a note; what the user asked for, and does not get, is an error. */
function checkParameters({ parameters = {} }: GenerateRequest, refused: ReadonlyMap<string, string>): void {
  const name = Object.keys(parameters).find((one) => refused.has(one));
  if (name !== undefined) throw new ServiceError('bad-request', `${refused.get(name)}; leave it out, or change it`);
}
