import { type EmbeddingModel, roughTokens, ServiceError, type Usage } from '@touchstone/core';
import { countOf, fieldsOf, listOf, textOf } from './fields.ts';
import type { AiSdkEmbeddingModel } from './model-object.ts';
import type { Origin } from './origin.ts';
import { toServiceError } from './sdk-error.ts';

type Vector = readonly number[];

/** Texts that are more than one request may hold are sent in several, one after the other. */
export function embeddingService(
  connect: (fetch: typeof globalThis.fetch) => AiSdkEmbeddingModel,
  origin: Origin,
): EmbeddingModel {
  const { id, identity, reuse, scopes, provider, scheme } = origin;
  return {
    kind: 'embedding',
    id,
    identity,
    reuse,
    scopes,
    estimate: ({ texts }) => ({ inputTokens: texts.reduce((sum, text) => sum + roughTokens(text), 0), outputTokens: 0 }),
    async send({ texts, parameters = {} }, io) {
      const model = connect(io.fetch);
      const options = optionsOf(model, scheme, parameters);
      const vectors: Vector[] = [];
      const tokens: (number | undefined)[] = [];
      let servedBy: string | undefined;
      for (const values of await portions(model, texts)) {
        const result = fieldsOf(await embed(model, { ...options, values, abortSignal: io.signal }));
        vectors.push(...vectorsOf(result.embeddings, values.length));
        tokens.push(countOf(fieldsOf(result.usage).tokens));
        servedBy = textOf(fieldsOf(fieldsOf(result.response).body).model) ?? servedBy;
      }
      const usage = usageOf(tokens);
      return {
        value: { vectors },
        ...(usage === undefined ? {} : { usage }),
        ...(servedBy === undefined ? {} : { servedBy }),
      };
    },
  };

  async function embed(model: AiSdkEmbeddingModel, options: object): Promise<object> {
    try {
      return await model.doEmbed(options);
    } catch (error) {
      throw toServiceError(origin, error);
    }
  }

  function vectorsOf(embeddings: unknown, texts: number): readonly Vector[] {
    const vectors = listOf(embeddings).filter(isVector);
    if (vectors.length === texts) return vectors;
    throw new ServiceError('bad-response', `${provider} sent ${vectors.length} vectors for ${texts} texts`);
  }
}

/** Parameters are options of the provider; `dimensions` is the AI SDK's own from v4 on. */
function optionsOf(model: AiSdkEmbeddingModel, scheme: string, parameters: Readonly<Record<string, unknown>>): object {
  const { providerOptions, ...own } = parameters;
  const given = fieldsOf(providerOptions);
  const dimensions = model.specificationVersion === 'v4' ? own.dimensions : undefined;
  const all = { ...given, ...(Object.keys(own).length === 0 ? {} : { [scheme]: { ...own, ...fieldsOf(given[scheme]) } }) };
  return {
    ...(dimensions === undefined ? {} : { dimensions }),
    ...(Object.keys(all).length === 0 ? {} : { providerOptions: all }),
  };
}

async function portions(model: AiSdkEmbeddingModel, texts: readonly string[]): Promise<readonly (readonly string[])[]> {
  const most = (await model.maxEmbeddingsPerCall) ?? texts.length;
  const size = Math.max(1, Math.min(most, texts.length));
  return Array.from({ length: Math.ceil(texts.length / size) }, (_, at) => texts.slice(at * size, (at + 1) * size));
}

function isVector(value: unknown): value is Vector {
  return Array.isArray(value) && value.every((one) => typeof one === 'number');
}

/** Unknown when one of the requests did not say. */
function usageOf(tokens: readonly (number | undefined)[]): Usage | undefined {
  const known = tokens.filter((count) => count !== undefined);
  if (known.length === 0 || known.length < tokens.length) return undefined;
  return { inputTokens: known.reduce((sum, count) => sum + count, 0), outputTokens: 0 };
}
