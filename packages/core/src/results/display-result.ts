import { type DisplayBundle, displayBundle } from './display-bundle.ts';
import { formatResult, header, resultNotes } from './format-result.ts';
import { usageSummary } from './format-usage.ts';
import { filledColumns, metricHeads, metricLines } from './metric-lines.ts';
import type { ResultDocument } from './result-parts.ts';

/** A result for a notebook: the aggregates as a table, below it what was not scored, skipped, and warned of. */
export function displayResult(document: ResultDocument): DisplayBundle {
  const lines = metricLines(document);
  const heads = metricHeads(document);
  const columns = filledColumns(lines);
  const { run, usage } = document;
  const table = {
    caption: header(document, 160),
    head: [heads.label, ...columns.map((column) => heads[column])],
    rows: lines.map((line) => [line.label, ...columns.map((column) => line[column])]),
  };
  return displayBundle(formatResult(document), table, [
    ...resultNotes(document),
    { title: 'Calls', items: usageSummary(usage, Number.POSITIVE_INFINITY) },
    { title: 'Not finished', items: run.reason === undefined ? [] : [`${run.status}: ${run.reason}`] },
  ]);
}
