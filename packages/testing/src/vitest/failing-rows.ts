import { displayWidth, type EvaluationResult, oneLine, padEnd, type ScoredRow, truncate } from '@touchstone/core';
import type { Bound } from './expectations.ts';

/** A bound that does not hold, and the metric whose scores it is about. */
export interface FailingBound extends Bound {
  readonly metric: string;
}

const MOST_ROWS = 10;
const WIDEST_CELL = 32;

/**
 * A table of the rows on which something failed, and of those whose score is on the wrong side of a bound that does not hold, as far as
 * rows have such scores. `undefined`: there is none.
 */
export async function failingRows(result: EvaluationResult, bounds: readonly FailingBound[]): Promise<string | undefined> {
  const rows: ScoredRow[] = [];
  let more = 0;
  for await (const row of result.rows()) {
    if (!isFailing(row, bounds)) continue;
    if (rows.length < MOST_ROWS) rows.push(row);
    else more++;
  }
  if (rows.length === 0) return undefined;
  const [plan] = result.plans;
  const inputs = plan?.data.inputs ?? [];
  const targets = plan?.data.targets === undefined ? [] : [plan.data.targets];
  const output = plan?.data.predictions ?? (plan?.model === undefined ? 'predictions' : 'outputs');
  const columns = [...new Set([...inputs, ...targets, output])];
  const metrics = metricsOf(rows, bounds);
  const cells = [
    ['row', ...columns, ...metrics],
    ...rows.map((row) => [
      String(row.ordinal + 1),
      ...columns.map((column) => cellText(row.columns[column])),
      ...metrics.map((metric) => scoreText(row, metric)),
    ]),
  ];
  return [...aligned(cells), ...(more === 0 ? [] : [`and ${more} more`])].join('\n');
}

function isFailing({ scores }: ScoredRow, bounds: readonly FailingBound[]): boolean {
  if (Object.values(scores).some(({ status }) => status === 'failed')) return true;
  return bounds.some(({ metric, side, bound }) => {
    const score = Object.hasOwn(scores, metric) ? scores[metric] : undefined;
    if (score?.status !== 'scored' || typeof score.value === 'string') return false;
    const value = Number(score.value);
    return side === 'at least' ? value < bound : value > bound;
  });
}

/** Those with a bound, and those that failed somewhere. */
function metricsOf(rows: readonly ScoredRow[], bounds: readonly FailingBound[]): readonly string[] {
  const failed = rows.flatMap(({ scores }) => Object.keys(scores).filter((name) => scores[name]?.status === 'failed'));
  return [...new Set([...bounds.map(({ metric }) => metric), ...failed])];
}

function cellText(cell: ScoredRow['columns'][string]): string {
  if (cell === undefined) return '';
  return typeof cell === 'string' ? cell : JSON.stringify(cell);
}

function scoreText({ scores }: ScoredRow, metric: string): string {
  const score = Object.hasOwn(scores, metric) ? scores[metric] : undefined;
  if (score === undefined) return '';
  if (score.status === 'skipped') return `skipped: ${score.reason}`;
  if (score.status === 'failed') return `failed: ${score.error.message}`;
  return typeof score.value === 'number' ? String(Number(score.value.toPrecision(4))) : String(score.value);
}

function aligned(lines: readonly (readonly string[])[]): readonly string[] {
  const cut = lines.map((line) => line.map((cell) => truncate(oneLine(cell), WIDEST_CELL)));
  const widths = (cut[0] ?? []).map((_, column) => Math.max(...cut.map((line) => displayWidth(line[column] ?? ''))));
  return cut.map((line) =>
    line
      .map((cell, column) => padEnd(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
