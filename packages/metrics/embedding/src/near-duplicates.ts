import { defineMetric, skipped, TouchstoneError } from '@touchstone/core';
import {
  type EmbeddingOptions,
  embeddingOptions,
  encoderLanguages,
  encoderRole,
  encoderSignature,
  lengthOf,
  notEmbeddable,
  type Vector,
  vectorsOf,
} from './text-vectors.ts';

export interface NearDuplicatesOptions extends EmbeddingOptions {
  /** Cosine from which two outputs count as the same, above 0 and at most 1. Default: 0.95. */
  readonly threshold?: number | undefined;
}

const DEFAULT_THRESHOLD = 0.95;

/**
 * Outputs that say nearly the same as another row's: a model that gives one stock answer to many questions is seen here.
 * The metric's own value is the share of outputs that are in a group; `groups` counts the groups, `largest_group` is the size of the
 * largest, `rows` the outputs that were compared. Outputs are in one group when a chain of near pairs connects them.
 * Empty outputs are left out, and with the embedded encoder those that are not English.
 *
 * Every pair is looked at: 10,000 outputs take some seconds, 100,000 some minutes.
 *
 * @throws TouchstoneError `bad-option` for a threshold out of range
 * @example evaluate({ …, extraMetrics: [nearDuplicates({ threshold: 0.9 })] }) // 'near_duplicates/v1', 'near_duplicates/v1/groups', …
 */
export const nearDuplicates = defineMetric({
  name: 'near_duplicates',
  version: 'v1',
  description: 'Share of outputs that are nearly the same as another one',
  about: {
    formula: 'outputs in groups of two and more / outputs; groups: connected by pairs with cosine ≥ threshold',
    source: 'single linkage over cosine similarity; vectors as of embedding_similarity',
    caution:
      'Short answers (yes, no, a number) are near-duplicates by nature. A chain of near pairs can connect outputs that are not near.',
  },
  greaterIsBetter: false,
  range: [0, 1],
  options: { ...embeddingOptions, threshold: undefined } as NearDuplicatesOptions,
  needs: ['predictions'],
  models: encoderRole,
  languages: encoderLanguages,
  signature: ({ threshold = DEFAULT_THRESHOLD, ...options }) => {
    if (!(threshold > 0 && threshold <= 1)) {
      throw new TouchstoneError(
        'bad-option',
        `near_duplicates: 'threshold' must be above 0 and at most 1, and it is ${threshold}.`,
      );
    }
    return { threshold, ...encoderSignature(options) };
  },
  from: { module: '@touchstone/metric-embedding', export: 'nearDuplicates', url: import.meta.url },
  async scoreDataset(rows, { options, model, ask }) {
    const texts: string[] = [];
    for await (const { predictions } of rows) if (notEmbeddable(predictions, options) === undefined) texts.push(predictions);
    if (texts.length === 0) return skipped('no output could be embedded', 'nothing-embedded');
    const groups = groupsOf(await vectorsOf(texts, options, { ask, model }), options.threshold ?? DEFAULT_THRESHOLD);
    const near = groups.filter((size) => size > 1);
    return {
      near_duplicates: near.reduce((sum, size) => sum + size, 0) / texts.length,
      groups: near.length,
      largest_group: Math.max(0, ...near),
      rows: texts.length,
    };
  },
});

/** Numbers of a vector that are compared before a pair is given up; most pairs are far apart after the first ones. */
const BLOCK = 32;

/** Sizes of the groups that near pairs connect, single ones included. */
function groupsOf(vectors: readonly Vector[], threshold: number): readonly number[] {
  const units = vectors.map(toUnit);
  const parent = units.map((_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (parent[root] !== root) {
      parent[root] = parent[parent[root] ?? root] ?? root;
      root = parent[root] ?? root;
    }
    return root;
  };
  // For vectors of length 1, cos ≥ t is |a − b|² ≤ 2 − 2t; a little more, because they are rounded.
  const most = 2 - 2 * threshold + 1e-6;
  for (const [index, a] of units.entries()) {
    for (let other = 0; other < index; other++) {
      const b = units[other];
      if (b === undefined || !isNear(a, b, most)) continue;
      parent[rootOf(index)] = rootOf(other);
    }
  }
  const sizes = new Map<number, number>();
  for (const index of units.keys()) sizes.set(rootOf(index), (sizes.get(rootOf(index)) ?? 0) + 1);
  return [...sizes.values()];
}

function isNear(a: Float32Array, b: Float32Array, most: number): boolean {
  let sum = 0;
  for (let from = 0; from < a.length; from += BLOCK) {
    const to = Math.min(from + BLOCK, a.length);
    for (let i = from; i < to; i++) {
      const difference = (a[i] ?? 0) - (b[i] ?? 0);
      sum += difference * difference;
    }
    if (sum > most) return false;
  }
  return true;
}

function toUnit(vector: Vector): Float32Array {
  const length = lengthOf(vector);
  return Float32Array.from(vector, (value) => value / length);
}
