import { defineMetric, type MetricAbout, skipped, TouchstoneError } from '@touchstone/core';
import { ndcgAtK as ndcgOfFirst, precisionAtK as precisionOfFirst, recallAtK as recallOfFirst } from './at-k.ts';
import { type DocumentId, type Relevance, ranking, relevance } from './documents.ts';
import {
  averagePrecision as averagePrecisionOf,
  type Gain,
  isHit,
  ndcg,
  reciprocalRank as reciprocalRankOf,
  rPrecision as rPrecisionOf,
} from './standard-ranking.ts';

/** Options of MLflow's three metrics. */
export interface AtKOptions {
  /** How many of the retrieved documents count: a whole number of at least 1. Default: 3. It is part of the name: `precision_at_5`. */
  readonly k: number;
}

/** Share of the first k retrieved documents that are relevant, 0 to 1. */
export const precisionAtK = atK(
  'precision_at_k',
  'Share of the first k retrieved documents that are relevant',
  precisionOfFirst,
  {
    formula: 'relevant documents among the first k / documents among the first k (fewer than k, when fewer were retrieved)',
    caution: 'one relevant document alone scores 1, so a retriever that returns little looks good: read it beside recall_at_k',
  },
);

/** Share of the relevant documents that are among the first k retrieved, 0 to 1. */
export const recallAtK = atK(
  'recall_at_k',
  'Share of the relevant documents that are among the first k retrieved',
  recallOfFirst,
  {
    formula:
      'different relevant documents among the first k / relevant documents; without any: 1 when nothing was retrieved, else 0',
    caution: 'cannot reach 1 where there are more than k relevant documents; says nothing of their order',
  },
);

/** How near the order of the first k retrieved documents is to the best one, 0 to 1; relevance is a yes or no. */
export const ndcgAtK = atK('ndcg_at_k', 'How near the order of the first k retrieved documents is to the best one', ndcgOfFirst, {
  formula:
    'sum over relevant documents among the first k of 1 / log2(rank + 1) / the same sum for the best order of as many documents as were retrieved',
  caution:
    'finds no fault with relevant documents that were not retrieved: one relevant document alone scores 1. The nDCG of the textbooks is standard_ndcg',
});

/** Options of the metrics that look at all retrieved documents unless they are told to stop at k. */
export interface CutOptions {
  /** Only the first k retrieved documents count, and the name ends in `_at_<k>`. Default: null, all of them. */
  readonly k: number | null;
}

export interface NdcgOptions extends CutOptions {
  /** What a grade is worth: `linear` (default) the grade itself, `exponential` 2^grade − 1. */
  readonly gain: Gain;
}

/** nDCG as the textbooks have it, 0 to 1: the best order is that of all relevant documents, which may have grades. */
export const standardNdcg = defineMetric({
  ...standard(
    'standard_ndcg',
    'nDCG of the textbooks: how near the order is to that of all relevant documents, which may have grades',
    {
      formula:
        'DCG / DCG of the relevant documents in the best order; DCG = sum of gain / log2(rank + 1), gain = grade, or 2^grade − 1',
      source: 'Järvelin and Kekäläinen, ACM TOIS 20(4), 2002; values of trec_eval (ndcg, ndcg_cut)',
      caution: 'unjudged documents count as not relevant, so judgements of another retriever’s results understate yours',
    },
  ),
  options: { k: null, gain: 'linear' } as NdcgOptions,
  resultName: ({ k }) => nameAt('standard_ndcg', k),
  signature: ({ k, gain }) => ({ k: checkedCut('standard_ndcg', k), gain: checkedGain(gain) }),
  scoreRow: ({ predictions, targets }, { options }) =>
    ofRelevant(targets, () => ndcg(predictions, targets, options.k ?? Number.POSITIVE_INFINITY, options.gain)),
  from: { module: '@touchstone/metric-retrieval', export: 'standardNdcg', url: import.meta.url },
});

/** One over the rank of the first relevant document; its mean is MRR. */
export const reciprocalRank = cut(
  'reciprocal_rank',
  'reciprocalRank',
  'One over the rank of the first relevant document; the mean is MRR',
  reciprocalRankOf,
  {
    formula: '1 / rank of the first relevant document, 0 when none was retrieved',
    source: 'E. Voorhees, TREC-8 question answering track, 1999; values of trec_eval (recip_rank)',
    caution: 'looks at one document only: for questions that need several, use average_precision or standard_ndcg',
  },
);

/** Precision averaged over the ranks of the relevant documents; its mean is MAP. */
export const averagePrecision = cut(
  'average_precision',
  'averagePrecision',
  'Precision averaged over the ranks of the relevant documents; the mean is MAP',
  averagePrecisionOf,
  {
    formula:
      'sum of the precision at the rank of each relevant document / relevant documents, also of those that were not retrieved',
    source: 'C. Buckley and E. Voorhees, SIGIR 2000; values of trec_eval (map, map_cut)',
    caution: 'with k it cannot reach 1 where there are more than k relevant documents; grades do not count',
  },
);

/** Whether a relevant document is among the retrieved; its mean is the hit rate. */
export const hitRate = cut('hit_rate', 'hitRate', 'Whether a relevant document was retrieved; the mean is the hit rate', isHit, {
  formula: 'rows with a relevant document among the first k / rows',
  source: 'values of trec_eval (success)',
  caution: 'the rank does not count, nor how many were found: choose the k that a reader or a prompt really takes in',
});

/** Precision at rank R, the number of relevant documents. */
export const rPrecision = defineMetric({
  ...standard('r_precision', 'Precision at rank R, where R is the number of relevant documents', {
    formula: 'relevant documents among the first R / R; R = number of relevant documents',
    source: 'C. Buckley and E. Voorhees, SIGIR 2000; values of trec_eval (Rprec)',
    caution: 'with one relevant document it asks only whether that is the first; grades do not count',
  }),
  scoreRow: ({ predictions, targets }) => ofRelevant(targets, () => rPrecisionOf(predictions, targets)),
  from: { module: '@touchstone/metric-retrieval', export: 'rPrecision', url: import.meta.url },
});

function atK<const Name extends 'precision_at_k' | 'recall_at_k' | 'ndcg_at_k'>(
  name: Name,
  description: string,
  score: (retrieved: readonly DocumentId[], relevant: Relevance, k: number) => number,
  about: Omit<MetricAbout, 'source'>,
) {
  const exported = { precision_at_k: 'precisionAtK', recall_at_k: 'recallAtK', ndcg_at_k: 'ndcgAtK' } as const;
  return defineMetric({
    name,
    // MLflow gives these no version.
    resultName: ({ k }) => name.replace(/k$/u, String(k)),
    description,
    about: { ...about, source: `values of MLflow 2.22, mlflow.metrics.${name}` },
    greaterIsBetter: true,
    range: [0, 1],
    options: { k: 3 } as AtKOptions,
    needs: { predictions: ranking, targets: relevance },
    signature: ({ k }) => ({ k: checkedK(name, k) }),
    from: { module: '@touchstone/metric-retrieval', export: exported[name], url: import.meta.url },
    scoreRow: ({ predictions, targets }, { options }) => score(predictions, targets, options.k),
  });
}

function cut<const Name extends string>(
  name: Name,
  exported: string,
  description: string,
  score: (retrieved: readonly DocumentId[], relevant: Relevance, k: number) => number | boolean,
  about: MetricAbout,
) {
  return defineMetric({
    ...standard(name, description, about),
    options: { k: null } as CutOptions,
    resultName: ({ k }) => nameAt(name, k),
    signature: ({ k }) => ({ k: checkedCut(name, k) }),
    scoreRow: ({ predictions, targets }, { options }) =>
      ofRelevant(targets, () => score(predictions, targets, options.k ?? Number.POSITIVE_INFINITY)),
    from: { module: '@touchstone/metric-retrieval', export: exported, url: import.meta.url },
  });
}

function standard<const Name extends string>(name: Name, description: string, about: MetricAbout) {
  return {
    name,
    version: 'v1',
    description,
    about,
    greaterIsBetter: true,
    range: [0, 1],
    needs: { predictions: ranking, targets: relevance },
  } as const;
}

function ofRelevant<T>(relevant: Relevance, score: () => T) {
  return relevant.size === 0 ? skipped('the query has no relevant document', 'no-relevant-document') : score();
}

function nameAt(name: string, k: number | null): string {
  return k === null ? name : `${name}_at_${k}`;
}

function checkedCut(name: string, k: number | null): number | undefined {
  return k === null ? undefined : checkedK(name, k);
}

function checkedK(name: string, k: number): number {
  if (Number.isSafeInteger(k) && k >= 1) return k;
  const given = typeof k === 'string' ? `'${k}'` : String(k);
  throw new TouchstoneError('bad-option', `${name}: k must be a whole number of at least 1, and it is ${given}.`);
}

function checkedGain(gain: Gain): Gain {
  if (gain === 'linear' || gain === 'exponential') return gain;
  throw new TouchstoneError('bad-option', `standard_ndcg: gain must be 'linear' or 'exponential', and it is '${String(gain)}'.`);
}
