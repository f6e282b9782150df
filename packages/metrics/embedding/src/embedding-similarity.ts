import { defineMetric, type ScoreResult, type Service, suggestion, TouchstoneError, type Work } from '@touchstone/core';
import { distance, similarity } from 'ml-distance';
import {
  cosine,
  type EmbeddingOptions,
  embeddingOptions,
  encoderLanguages,
  encoderRole,
  encoderSignature,
  notEmbeddable,
  type Vector,
  vectorsOf,
} from './text-vectors.ts';

type Measure = (a: number[], b: number[]) => number;

/** Those of ml-distance that are defined for vectors with negative numbers, as embeddings are. */
const SIMILARITIES: Readonly<Record<string, Measure>> = { cosine, pearson: similarity.pearson };
const DISTANCES: Readonly<Record<string, Measure>> = {
  euclidean: distance.euclidean,
  squaredEuclidean: distance.squaredEuclidean,
  manhattan: distance.manhattan,
  chebyshev: distance.chebyshev,
  canberra: distance.canberra,
  lorentzian: distance.lorentzian,
  gower: distance.gower,
  avg: distance.avg,
};

export interface EmbeddingSimilarityOptions extends EmbeddingOptions {
  /** `'cosine'` (the default) or `'pearson'`, the correlation of the two vectors' numbers. */
  readonly measure?: 'cosine' | 'pearson' | undefined;
}

export interface EmbeddingDistanceOptions extends EmbeddingOptions {
  /** A distance of ml-distance by its name there. Default: `'euclidean'`. */
  readonly measure?:
    | 'euclidean'
    | 'squaredEuclidean'
    | 'manhattan'
    | 'chebyshev'
    | 'canberra'
    | 'lorentzian'
    | 'gower'
    | 'avg'
    | undefined;
}

const NEAR_IS_NOT_SAME =
  'Near is not the same: "is" and "is not" are nearer to each other than most paraphrases, and so are other names, numbers and dates. It says whether two texts are about the same, and never whether the answer is right.';

/**
 * How near the vectors of prediction and target are, from −1 to 1; unrelated English sentences lie around 0.1 to 0.4.
 * Rows with an empty text are skipped, and with the embedded encoder those that are not English.
 *
 * @throws TouchstoneError `bad-option` for a measure that there is not
 * @example
 * await embeddingSimilarity().score({ predictions: 'A cat sits on the mat.', targets: 'There is a cat on the mat.' }); // 0.78
 */
export const embeddingSimilarity = defineMetric({
  name: 'embedding_similarity',
  version: 'v1',
  description: 'How near prediction and target are in meaning, by their embeddings',
  about: {
    formula: 'a·b / (|a|·|b|) of the two vectors (measure pearson: the same of the vectors less their means)',
    source: 'vectors: Cer et al., Universal Sentence Encoder, 2018 (lite, English), or the model that is named',
    caution: NEAR_IS_NOT_SAME,
  },
  greaterIsBetter: true,
  range: [-1, 1],
  options: { ...embeddingOptions, measure: undefined } as EmbeddingSimilarityOptions,
  needs: ['predictions', 'targets'],
  models: encoderRole,
  batch: 32,
  languages: encoderLanguages,
  signature: ({ measure = 'cosine', ...options }) => {
    measureOf(SIMILARITIES, measure, 'embedding_similarity');
    return { measure, ...encoderSignature(options) };
  },
  from: { module: '@touchstone/metric-embedding', export: 'embeddingSimilarity', url: import.meta.url },
  scoreBatch: (rows, { options, items, model }) =>
    compare(rows, measureOf(SIMILARITIES, options.measure ?? 'cosine', 'embedding_similarity'), options, {
      work: items[0]?.work,
      model,
    }),
});

/**
 * How far the vectors of prediction and target are from each other, from 0; by default the Euclidean distance, which for vectors of
 * length 1 is √(2 − 2 cos).
 *
 * @throws TouchstoneError `bad-option` for a measure that there is not
 * @example embeddingDistance({ measure: 'manhattan', model: 'openai:/text-embedding-3-small' })
 */
export const embeddingDistance = defineMetric({
  name: 'embedding_distance',
  version: 'v1',
  description: 'How far prediction and target are apart in meaning, by their embeddings',
  about: {
    formula: 'the distance of that name between the two vectors, as ml-distance computes it',
    source: 'ml-distance 4; vectors as of embedding_similarity',
    caution: NEAR_IS_NOT_SAME,
  },
  greaterIsBetter: false,
  options: { ...embeddingOptions, measure: undefined } as EmbeddingDistanceOptions,
  needs: ['predictions', 'targets'],
  models: encoderRole,
  batch: 32,
  languages: encoderLanguages,
  signature: ({ measure = 'euclidean', ...options }) => {
    measureOf(DISTANCES, measure, 'embedding_distance');
    return { measure, ...encoderSignature(options) };
  },
  from: { module: '@touchstone/metric-embedding', export: 'embeddingDistance', url: import.meta.url },
  scoreBatch: (rows, { options, items, model }) =>
    compare(rows, measureOf(DISTANCES, options.measure ?? 'euclidean', 'embedding_distance'), options, {
      work: items[0]?.work,
      model,
    }),
});

function measureOf(measures: Readonly<Record<string, Measure>>, name: string, metric: string): Measure {
  const measure = Object.hasOwn(measures, name) ? measures[name] : undefined;
  if (measure !== undefined) return measure;
  const other =
    metric === 'embedding_similarity' && Object.hasOwn(DISTANCES, name) ? ' It is a distance: use embedding_distance.' : '';
  const hint = other === '' ? suggestion(name, Object.keys(measures), { list: 'There are' }) : other;
  throw new TouchstoneError('bad-option', `${metric}: there is no measure '${name}' for vectors with negative numbers.${hint}`);
}

function compare(
  rows: readonly { readonly predictions: string; readonly targets: string }[],
  measure: Measure,
  options: EmbeddingOptions,
  { work, model }: { readonly work: Work | undefined; readonly model: (role: string) => Service },
): readonly ScoreResult[] | Promise<readonly ScoreResult[]> {
  if (work === undefined) return [];
  const reasons = rows.map(({ predictions, targets }) => notEmbeddable(predictions, options) ?? notEmbeddable(targets, options));
  const taken = rows.filter((_, index) => reasons[index] === undefined);
  const scores = (vectors: readonly Vector[]): readonly ScoreResult[] => {
    let next = 0;
    return reasons.map((reason) => reason ?? measure(plain(vectors[next++]), plain(vectors[next++])));
  };
  const vectors = vectorsOf(
    taken.flatMap(({ predictions, targets }) => [predictions, targets]),
    options,
    { ask: work.ask.bind(work), model },
  );
  return vectors instanceof Promise ? vectors.then(scores) : scores(vectors);
}

function plain(vector: Vector = []): number[] {
  return Array.from(vector);
}
