import {
  type EmbeddingModel,
  type Json,
  notEnglish,
  type Service,
  type ServiceRef,
  type Skipped,
  skipped,
  type Work,
} from '@touchstone/core';
import { loadSentenceEncoder, SENTENCE_ENCODER, type SentenceEncoder } from '@touchstone/sentence-encoder';

/** Options of every metric over embeddings. */
export interface EmbeddingOptions {
  /**
   * Who makes the vectors: the URI of an embedding model (`'openai:/text-embedding-3-small'`), or the model itself.
   * Default: the embedded sentence encoder, which knows English, works offline and costs nothing.
   */
  readonly model?: string | EmbeddingModel | undefined;
  /** With the embedded encoder: also texts outside the Latin script, of which it knows next to nothing. */
  readonly anyLanguage?: boolean | undefined;
}

export const embeddingOptions: EmbeddingOptions = { model: undefined, anyLanguage: undefined };

/** The role of {@link EmbeddingOptions.model}; none for the embedded encoder. */
export function encoderRole({ model }: EmbeddingOptions): Readonly<Record<string, ServiceRef>> {
  if (model === undefined) return {};
  // Roles hold services of any kind of request; that this one embeds is checked by its type.
  return { encoder: typeof model === 'string' ? { uri: model, kind: 'embedding' } : (model as unknown as Service) };
}

/** What the vectors depend on. */
export function encoderSignature({ model, anyLanguage }: EmbeddingOptions): Readonly<Record<string, Json | undefined>> {
  if (model === undefined) return { encoder: SENTENCE_ENCODER, ...(anyLanguage === true ? { anyLanguage: true } : {}) };
  return { encoder: typeof model === 'string' ? model : (model.identity ?? model.id) };
}

/** The embedded encoder is made for English. */
export function encoderLanguages({ model, anyLanguage }: EmbeddingOptions): readonly string[] | undefined {
  return model === undefined && anyLanguage !== true ? ['en'] : undefined;
}

/** Why a text has no vector that means something; `undefined` when it has one. */
export function notEmbeddable(text: string, { model, anyLanguage }: EmbeddingOptions): Skipped | undefined {
  if (text.trim() === '') return skipped('an empty text means nothing that could be compared', 'empty-text');
  return model === undefined && anyLanguage !== true ? notEnglish(text) : undefined;
}

export type Vector = readonly number[] | Float32Array;

/** Texts of one call to an embedding model. */
const TEXTS_A_CALL = 64;
/** Windows of a long text that count: about 1,500 words. */
const MOST_WINDOWS = 16;

let loaded: SentenceEncoder | undefined;

/**
 * One vector a text, in their order; equal texts are asked for once. The vector of a long text is the mean of its windows', of length 1.
 * At once when the embedded encoder has been loaded before: what is computed at once, core may move to worker threads.
 * @throws Error when the model answers with another number of vectors, or of numbers in them, or with something that is no number
 */
export function vectorsOf(
  texts: readonly string[],
  { model }: EmbeddingOptions,
  asking: { readonly ask: Work['ask']; readonly model: (role: string) => Service },
): readonly Vector[] | Promise<readonly Vector[]> {
  const distinct = [...new Set(texts)];
  const inOrder = (vectors: readonly Vector[]): readonly Vector[] => {
    const byText = new Map(distinct.map((text, index) => [text, vectors[index]]));
    return texts.map((text) => byText.get(text) ?? []);
  };
  if (model !== undefined) return askFor(distinct, asking).then(inOrder);
  if (loaded !== undefined) return inOrder(embed(loaded, distinct));
  return loadSentenceEncoder().then((encoder) => {
    loaded = encoder;
    return inOrder(embed(encoder, distinct));
  });
}

function embed(encoder: SentenceEncoder, texts: readonly string[]): readonly Float32Array[] {
  return encoder.encodeWindows(texts, MOST_WINDOWS).map(([first, ...others]) => {
    if (first === undefined || others.length === 0) return first?.vector ?? new Float32Array();
    const sum = first.vector.map((value, i) => others.reduce((total, { vector }) => total + (vector[i] ?? 0), value));
    const length = lengthOf(sum);
    return sum.map((value) => value / length);
  });
}

async function askFor(
  texts: readonly string[],
  { ask, model }: Parameters<typeof vectorsOf>[2],
): Promise<readonly (readonly number[])[]> {
  const service = model('encoder') as unknown as EmbeddingModel;
  const groups = Array.from({ length: Math.ceil(texts.length / TEXTS_A_CALL) }, (_, n) =>
    texts.slice(n * TEXTS_A_CALL, (n + 1) * TEXTS_A_CALL),
  );
  const answers = await Promise.all(groups.map((group) => ask(service, { texts: group })));
  const vectors = answers.flatMap(({ value }) => value.vectors);
  if (vectors.length !== texts.length) throw new Error(`${service.id} gave ${vectors.length} vectors for ${texts.length} texts`);
  const dimensions = new Set(vectors.map(({ length }) => length));
  if (dimensions.size > 1) throw new Error(`${service.id} gave vectors of different lengths: ${[...dimensions].join(', ')}`);
  if (dimensions.has(0)) throw new Error(`${service.id} gave vectors without numbers`);
  // What was no finite number in the answer is null here.
  const broken = vectors.findIndex((vector) => !vector.every(Number.isFinite));
  if (broken !== -1)
    throw new Error(`${service.id} gave a vector with something that is no number, for '${beginning(texts[broken])}'`);
  return vectors;
}

function beginning(text = ''): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}

/** @throws Error for a vector without a direction: only zeros, or numbers whose squares are none */
export function lengthOf(vector: Vector): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  if (sum > 0 && sum < Number.POSITIVE_INFINITY) return Math.sqrt(sum);
  throw new Error('the vector of an output has no direction, so there is no cosine');
}

/** Cosine similarity. A vector without a direction is similar to nothing: NaN, which is a failed score. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [dot, lengthA, lengthB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    dot += x * y;
    lengthA += x * x;
    lengthB += y * y;
  }
  // Rounding must not lead out of the range.
  return Math.max(-1, Math.min(1, dot / Math.sqrt(lengthA * lengthB)));
}
