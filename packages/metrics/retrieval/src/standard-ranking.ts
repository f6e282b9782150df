import { discount } from './at-k.ts';
import type { DocumentId, Relevance } from './documents.ts';

/**
 * The usual ranking metrics, as trec_eval computes them: relevance has grades, a repeated document counts at its first rank only,
 * and a query without relevant documents has no value (`relevant` is never empty here).
 *
 * @param retrieved best first
 * @param k only the first k are looked at; `Infinity` for all
 */

/** `linear`: the grade itself, as trec_eval and scikit-learn have it. `exponential`: 2^grade − 1, as search engines have it (C. Burges et al., ICML 2005). */
export type Gain = 'linear' | 'exponential';

/** Discounted gain of the first k over that of the k most relevant documents in the best order. */
export function ndcg(retrieved: readonly DocumentId[], relevant: Relevance, k: number, gain: Gain): number {
  const gainOf = (grade: number): number => (gain === 'linear' ? grade : 2 ** grade - 1);
  let sum = 0;
  forEachHit(retrieved, relevant, k, (index, grade) => {
    sum += gainOf(grade) * discount(index);
  });
  const best = [...relevant.values()].sort((a, b) => b - a).slice(0, Math.min(k, relevant.size));
  // Grades that differ in the last digit only must not make it 1.0000000000000002.
  return Math.min(1, sum / best.reduce((ideal, grade, index) => ideal + gainOf(grade) * discount(index), 0));
}

/** One over the rank of the first relevant document, 0 when there is none. */
export function reciprocalRank(retrieved: readonly DocumentId[], relevant: Relevance, k: number): number {
  const index = retrieved.slice(0, Math.min(k, retrieved.length)).findIndex((id) => relevant.has(id));
  return index < 0 ? 0 : 1 / (index + 1);
}

/** The precision at the rank of each relevant document that was retrieved, summed and divided by the number of relevant documents. */
export function averagePrecision(retrieved: readonly DocumentId[], relevant: Relevance, k: number): number {
  let [hits, sum] = [0, 0];
  forEachHit(retrieved, relevant, k, (index) => {
    sum += ++hits / (index + 1);
  });
  return sum / relevant.size;
}

/** Whether a relevant document is among the first k. */
export function isHit(retrieved: readonly DocumentId[], relevant: Relevance, k: number): boolean {
  return reciprocalRank(retrieved, relevant, k) > 0;
}

/** Precision at rank R, the number of relevant documents. */
export function rPrecision(retrieved: readonly DocumentId[], relevant: Relevance): number {
  let hits = 0;
  forEachHit(retrieved, relevant, relevant.size, () => hits++);
  return hits / relevant.size;
}

/** Calls back for every relevant document among the first k, once each. */
function forEachHit(
  retrieved: readonly DocumentId[],
  relevant: Relevance,
  k: number,
  hit: (index: number, grade: number) => void,
): void {
  const seen = new Set<DocumentId>();
  for (let index = 0; index < Math.min(k, retrieved.length); index++) {
    const id = retrieved[index] ?? '';
    const grade = relevant.get(id);
    if (grade === undefined || seen.has(id)) continue;
    seen.add(id);
    hit(index, grade);
  }
}
