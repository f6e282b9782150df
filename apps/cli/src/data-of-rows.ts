import type { EvaluationResult, ResultEvaluation, Row, RunRecord, RunStore, ScoredRow } from '@touchstone/core';

/** Rows of a result, and what they were before a model and metrics came to them. */
export interface DataOfRows {
  /** Every row × trial of the result. */
  rows(): AsyncIterable<ScoredRow>;
  /** Of some of these rows what the data had, each row once. */
  dataOf(rows: AsyncIterable<ScoredRow> | Iterable<ScoredRow>): AsyncIterable<Row>;
  /** Columns of the data. */
  readonly columns: readonly string[];
}

/** @param found where the result comes from */
export function dataOfRows(
  result: EvaluationResult,
  { store, run }: { readonly store: RunStore; readonly run: RunRecord },
): DataOfRows {
  const evaluationOf = new WeakMap<ScoredRow, ResultEvaluation>();
  return {
    columns: [...new Set(result.plans.flatMap(({ data }) => data.columns))],
    async *rows() {
      for (const evaluation of result.evaluations) {
        for await (const row of evaluation.rows()) {
          evaluationOf.set(row, evaluation);
          yield row;
        }
      }
    },
    async *dataOf(rows) {
      // Of several trials, and of several evaluations of the same data.
      const seen = new Set<string>();
      for await (const row of rows) {
        const evaluation = evaluationOf.get(row);
        if (evaluation === undefined) continue;
        const reader = await store.catalog.reader(run.id, evaluation.index);
        for (const stored of await reader.stored(row.ordinal, row.ordinal + 1)) {
          const same = JSON.stringify([stored.key, stored.row]);
          if (seen.has(same)) continue;
          seen.add(same);
          yield stored.row;
        }
      }
    },
  };
}
