import type { EvaluatorOutcome, Row } from '@touchstone/core';
import { isSkipped } from './classification-metrics.ts';
import type { Confusion } from './confusion.ts';
import { averagePrecision, rocArea } from './curves.ts';
import { type Label, listed } from './label.ts';
import { perClassLine } from './label-scores.ts';
import type { LabelledProbabilities } from './labelled-probabilities.ts';

/** Each label against all others, as MLflow's `per_class_metrics.csv`; areas where there are probabilities. */
export function perClassTable(
  confusion: Confusion,
  labels: readonly Label[],
  read: LabelledProbabilities | undefined,
): Pick<EvaluatorOutcome, 'tables' | 'artifacts' | 'warnings'> {
  const absent: Label[] = [];
  const rows = labels.flatMap((label): readonly Row[] => {
    const line = perClassLine(confusion, label);
    if (isSkipped(line)) {
      absent.push(label);
      return [];
    }
    if (read === undefined) return [line];
    const ranked = read.ranked(label);
    return [{ ...line, roc_auc: rocArea(ranked) ?? null, precision_recall_auc: averagePrecision(ranked) }];
  });
  return {
    tables: { per_class_metrics: rows },
    artifacts: { 'per_class_metrics.csv': csvOf(rows) },
    warnings:
      absent.length === 0 ? [] : [`per_class_metrics has no line of ${listed(absent)}, which occurs nowhere in the data.`],
  };
}

/** As pandas writes it: no index, a line feed after each line. */
function csvOf(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => columns.map((column) => csvCell(row[column])));
  return [columns, ...lines].map((cells) => `${cells.join(',')}\n`).join('');
}

function csvCell(cell: Row[string]): string {
  const text = cell === null || cell === undefined ? '' : String(cell);
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
