import type { DocumentId, Relevance } from './documents.ts';

/**
 * Precision, recall and nDCG at k with the values of MLflow 2.22 (`mlflow.metrics.precision_at_k` and so on), its peculiarities
 * included. Relevance is a yes or no here: grades do not count.
 *
 * @param retrieved best first
 * @param k at least 1
 */

/** Share of the first k retrieved documents that are relevant: of those that there are, so one relevant document alone has 1. Repeats count again. */
export function precisionAtK(retrieved: readonly DocumentId[], relevant: Relevance, k: number): number {
  const first = retrieved.slice(0, k);
  return first.length === 0 ? 0 : first.filter((id) => relevant.has(id)).length / first.length;
}

/** Share of the relevant documents that are among the first k. Without any: 1 when nothing was retrieved, else 0. */
export function recallAtK(retrieved: readonly DocumentId[], relevant: Relevance, k: number): number {
  if (relevant.size === 0) return retrieved.length === 0 ? 1 : 0;
  return new Set(retrieved.slice(0, k).filter((id) => relevant.has(id))).size / relevant.size;
}

/**
 * Discounted gain of the first k over that of the best order. Two things differ from the textbook's nDCG: the best order is as
 * long as what was retrieved (not k), and a repeated relevant document is a further relevant document.
 */
export function ndcgAtK(retrieved: readonly DocumentId[], relevant: Relevance, k: number): number {
  if (retrieved.length === 0 && relevant.size === 0) return 1;
  if (retrieved.length === 0 || relevant.size === 0) return 0;
  const first = retrieved.slice(0, k);
  const seen = new Set<DocumentId>();
  let [gain, copies] = [0, 0];
  for (const [index, id] of first.entries()) {
    if (!relevant.has(id)) continue;
    gain += discount(index);
    if (seen.has(id)) copies++;
    seen.add(id);
  }
  let ideal = 0;
  for (let index = 0; index < Math.min(first.length, relevant.size + copies); index++) ideal += discount(index);
  return gain / ideal;
}

/** Of the document at `index`, from 0. K. Järvelin, J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20(4), 2002; base 2. */
export function discount(index: number): number {
  return 1 / Math.log2(index + 2);
}
