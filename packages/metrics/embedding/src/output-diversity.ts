import { defineMetric, skipped } from '@touchstone/core';
import {
  type EmbeddingOptions,
  embeddingOptions,
  encoderLanguages,
  encoderRole,
  encoderSignature,
  lengthOf,
  notEmbeddable,
  vectorsOf,
} from './text-vectors.ts';

export interface OutputDiversityOptions extends EmbeddingOptions {}

/**
 * How much the outputs differ from each other: the mean of 1 − cosine over all pairs of them, from 0 (all the same) to 2.
 * `rows` is the number of outputs that were compared; empty ones are left out, and with the embedded encoder those that are not English.
 *
 * @example evaluate({ …, extraMetrics: [outputDiversity()] }) // 'output_diversity/v1', 'output_diversity/v1/rows'
 */
export const outputDiversity = defineMetric({
  name: 'output_diversity',
  version: 'v1',
  description: 'Mean distance in meaning between any two outputs',
  about: {
    formula:
      '1 − (|Σu|² − n) / (n (n − 1)) over the n vectors u of length 1: the mean of 1 − cos over all pairs, without looking at pairs',
    source: 'mean pairwise cosine distance; vectors as of embedding_similarity',
    caution: 'It depends on the questions as much as on the answers: compare models on the same rows only. Nonsense is diverse.',
  },
  greaterIsBetter: true,
  range: [0, 2],
  options: { ...embeddingOptions } as OutputDiversityOptions,
  needs: ['predictions'],
  models: encoderRole,
  languages: encoderLanguages,
  signature: encoderSignature,
  from: { module: '@touchstone/metric-embedding', export: 'outputDiversity', url: import.meta.url },
  async scoreDataset(rows, { options, model, ask }) {
    const texts: string[] = [];
    for await (const { predictions } of rows) if (notEmbeddable(predictions, options) === undefined) texts.push(predictions);
    if (texts.length < 2) return skipped('there are fewer than two outputs to compare', 'too-few-rows');
    const vectors = await vectorsOf(texts, options, { ask, model });
    const sum = new Float64Array(vectors[0]?.length ?? 0);
    for (const vector of vectors) {
      const length = lengthOf(vector);
      for (const [i, value] of vector.entries()) sum[i] = (sum[i] ?? 0) + value / length;
    }
    const n = texts.length;
    const square = sum.reduce((total, value) => total + value * value, 0);
    return { output_diversity: Math.max(0, 1 - (square - n) / (n * (n - 1))), rows: n };
  },
});
