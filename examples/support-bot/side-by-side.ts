// Two results of the same questions beside each other, and their difference question by question.
import { type EvaluationResult, padEnd, type Row } from '@touchstone/core';
import { isUndefined, pairedDifference } from '@touchstone/stats';

/** Metrics whose rows are compared, with their range. */
const COMPARED: Readonly<Record<string, readonly [number, number]>> = {
  resolves: [1, 5],
  in_language: [0, 1],
  cites_policy: [0, 1],
};

/** A line an aggregate: the value of each result. */
export function sideBySide(results: Readonly<Record<string, EvaluationResult>>): readonly Row[] {
  const keys = new Set(Object.values(results).flatMap(({ metrics }) => Object.keys(metrics)));
  const shown = [...keys].filter((key) => !/\/(?:variance|p90)$/u.test(key));
  return shown.map((key) => ({
    metric: key,
    ...Object.fromEntries(Object.entries(results).map(([name, { metrics }]) => [name, metrics[key] ?? null])),
  }));
}

/** b − a, over the questions that both were scored on: what makes a question hard for both cancels out. */
export async function differences(a: EvaluationResult, b: EvaluationResult): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [metric, range] of Object.entries(COMPARED)) {
    const [before, after] = [await scoresOf(a, metric), await scoresOf(b, metric)];
    const keys = [...before.keys()].filter((key) => after.has(key));
    const valuesOf = (scores: ReadonlyMap<string, number>) => keys.map((key) => scores.get(key) ?? null);
    const difference = pairedDifference(valuesOf(after), valuesOf(before), { range });
    if (isUndefined(difference)) rows.push({ metric, pairs: difference.n, verdict: 'cannot tell' });
    else {
      const { estimate, low, high, n } = difference;
      rows.push({ metric, pairs: n, difference: estimate, low, high, verdict: verdictOf(low, high) });
    }
  }
  return rows;
}

function verdictOf(low: number, high: number): string {
  if (low > 0) return 'better';
  return high < 0 ? 'worse' : 'cannot tell';
}

async function scoresOf(result: EvaluationResult, metric: string): Promise<ReadonlyMap<string, number>> {
  const scores = new Map<string, number>();
  for await (const { key, scores: given } of result.rows()) {
    const score = given[metric];
    if (score?.status === 'scored') scores.set(key, Number(score.value));
  }
  return scores;
}

/** Rows as text, a column under its head; numbers with three decimals, whole ones as they are. */
export function textTable(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...rows.map((row) => columns.map((column) => shown(row[column])))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => (line[index] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, index) => padEnd(cell, widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function shown(cell: Row[string] | undefined): string {
  if (cell === null || cell === undefined) return '-';
  return typeof cell === 'number' && !Number.isInteger(cell) ? cell.toFixed(3) : String(cell);
}
