import { defaultVector } from '../default-vector.ts';
import type { EmbeddingRequest } from '../fake-request.ts';
import { type JsonObject, listIn, numberIn, objectIn, textIn } from '../json-access.ts';
import { dimensionsOf } from '../model-traits.ts';
import type { ProviderState } from '../provider-state.ts';
import { scriptedAnswer } from '../scripted-answer.ts';
import { countTokens } from '../token-pieces.ts';
import { declineFor, knownModel } from '../wire/decline.ts';
import type { Endpoint, Task } from '../wire/endpoint.ts';
import type { Family } from '../wire/family.ts';
import type { Incoming } from '../wire/incoming.ts';
import { byType, integer, oneOf, type Problem, record, required, string } from '../wire/shape.ts';

/** `POST /v1/embeddings`. @param modelOf the model, where the path names it */
export function embeddings(family: Family, modelOf?: (body: unknown) => string): Endpoint {
  return {
    family,
    method: 'POST',
    model: modelOf ?? ((body) => textIn(objectIn(body).model)),
    open(incoming, state): Task {
      const { model } = incoming.request;
      const body = objectIn(incoming.request.body);
      declineFor(family, incoming, embeddingProblem(modelOf === undefined ? body : { model, ...body }));
      const traits = knownModel(family, incoming, state);
      const texts = textsOf(body.input);
      const dimensions = numberIn(body.dimensions) ?? dimensionsOf(traits, model);
      const tokens = texts.reduce((sum, { tokens }) => sum + tokens, 0);
      return {
        tokens,
        async answer(instead) {
          const embedded =
            instead === 'empty' ? [] : await Promise.all(texts.map(({ text }) => embedText(text, dimensions, incoming, state)));
          const data = embedded.map((vector, index) => ({
            object: 'embedding',
            index,
            embedding: body.encoding_format === 'base64' ? base64Of(vector) : vector,
          }));
          return {
            json: {
              object: 'list',
              data,
              model: traits.servedBy ?? model,
              usage: { prompt_tokens: tokens, total_tokens: tokens },
            },
            tokens,
          };
        },
      };
    },
  };
}

/** What the script says of a text, or the default. */
export async function embedText(
  text: string,
  dimensions: number,
  incoming: Incoming,
  state: ProviderState,
): Promise<readonly number[]> {
  const request: EmbeddingRequest = { ...incoming.request, text, dimensions };
  const scripted = await scriptedAnswer('embed', state.answers.embed, request, isVector);
  return scripted ?? defaultVector(state.seed, request.model, text, dimensions);
}

function isVector(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}

const MOST_TEXTS = 2048;

const FIELDS_CHECK = record({
  model: required(string),
  input: required(byType('one of a string or an array', { string, array: () => undefined })),
  dimensions: integer({ min: 1 }),
  encoding_format: oneOf('float', 'base64'),
  user: string,
});

function embeddingProblem(body: JsonObject): Problem | undefined {
  if (body.model === undefined) return { kind: 'rule', message: 'you must provide a model parameter' };
  const problem = FIELDS_CHECK(body);
  if (problem !== undefined) return problem;
  const { input } = body;
  const texts = listIn(input);
  if (texts.length > MOST_TEXTS && texts.some((text) => typeof text !== 'number')) {
    return {
      kind: 'rule',
      message: `Invalid 'input': maximum array length is ${MOST_TEXTS}, but got an array with length ${texts.length}.`,
    };
  }
  const readable =
    typeof input === 'string'
      ? input !== ''
      : texts.length > 0 && (texts.every(isText) || texts.every(isToken) || texts.every(isTokens));
  if (!readable) {
    const message = "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.";
    return { kind: 'rule', message };
  }
  if (body.dimensions !== undefined && /ada-002/.test(textIn(body.model))) {
    return { kind: 'rule', message: 'This model does not support specifying dimensions.' };
  }
  return undefined;
}

/** Token numbers are texts that only the model can read; each has its own vector all the same. */
function textsOf(input: unknown): readonly { readonly text: string; readonly tokens: number }[] {
  if (typeof input === 'string') return [{ text: input, tokens: countTokens(input) }];
  const items = listIn(input);
  if (items.every(isToken)) return [{ text: JSON.stringify(items), tokens: items.length }];
  return items.map((item) =>
    typeof item === 'string'
      ? { text: item, tokens: countTokens(item) }
      : { text: JSON.stringify(item), tokens: listIn(item).length },
  );
}

function isText(item: unknown): boolean {
  return typeof item === 'string' && item !== '';
}

function isToken(item: unknown): boolean {
  return Number.isInteger(item);
}

function isTokens(item: unknown): boolean {
  return Array.isArray(item) && item.length > 0 && item.every(isToken);
}

/** 32-bit floats, little-endian. */
function base64Of(vector: readonly number[]): string {
  const bytes = new DataView(new ArrayBuffer(4 * vector.length));
  for (const [i, value] of vector.entries()) bytes.setFloat32(4 * i, value, true);
  return Buffer.from(bytes.buffer).toString('base64');
}
