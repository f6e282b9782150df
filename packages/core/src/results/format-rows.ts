import type { Cell, Plan, RowAnnotation, Score, ScoredRow } from '../contracts/index.ts';
import { displayWidth, oneLine, padEnd, truncate, truncateMiddle, wrap } from './display-text.ts';
import { formatNumber } from './format-number.ts';
import { labelColumn } from './table-line.ts';

export interface FormatRowsOptions {
  /** Plans of the evaluations that the rows come from: they say which columns are inputs and targets. */
  readonly plans: readonly Plan[];
  /** Cells of a line; 80 by default. */
  readonly width?: number;
}

/**
 * Rows for people to read: key, inputs, target, outputs, and each metric's score with its justification, or why it has none.
 * Long texts are cut after three lines; control characters of data and models are shown, never sent to the terminal.
 *
 * @example
 * console.log(formatRows(await worstRows(results.rows(), { plans: results.plans, metric: 'rougeL', limit: 5 }), { plans: results.plans }));
 */
export function formatRows(rows: Iterable<ScoredRow>, { plans, width = 80 }: FormatRowsOptions): string {
  return Array.from(rows, (row) => formatRow(row, plans, width)).join('\n\n');
}

function formatRow(row: ScoredRow, plans: readonly Plan[], width: number): string {
  const lines = [
    ...shownColumns(row, plans).map((column): [string, string] => [oneLine(column), describeCell(row.columns[column])]),
    ...Object.entries(row.scores).map(([name, score]): [string, string] => [oneLine(name), describeScore(score)]),
    ...labelsOf(row, plans).map(({ name, value, author, reason }): [string, string] => [
      oneLine(name),
      cut(`${value}${reason === undefined ? '' : ` — ${reason}`} (by ${author})`),
    ]),
  ];
  const labelWidth = Math.min(24, Math.max(0, ...lines.map(([label]) => displayWidth(label))));
  const trial = plans.some(({ trials }) => trials > 1) ? ` · trial ${row.trial}` : '';
  return [
    truncate(`row ${row.ordinal + 1} · ${cut(row.key)}${trial}`, width),
    ...lines.flatMap(([label, text]) =>
      paragraph(text, Math.max(20, width - labelWidth - 4)).map((line, index) =>
        `  ${padEnd(index === 0 ? truncateMiddle(label, labelWidth) : '', labelWidth)}  ${line}`.trimEnd(),
      ),
    ),
  ].join('\n');
}

/** Inputs, targets, and what came out: the prediction first. Other columns of the data would only hide them. */
function shownColumns(row: ScoredRow, plans: readonly Plan[]): readonly string[] {
  const named = plans.flatMap(({ data }) => [...data.inputs, ...(data.targets === undefined ? [] : [data.targets])]);
  const outputs = plans.flatMap(({ data }) =>
    data.targets === undefined || data.predictions === undefined ? ['outputs'] : [data.predictions],
  );
  const known = new Set([
    'trial',
    ...plans.flatMap(({ data, metrics }) => [
      ...data.columns,
      ...metrics.flatMap(({ key, scoreColumn }) => [
        `${key}/score`,
        `${key}/justification`,
        ...(scoreColumn === undefined ? [] : [scoreColumn]),
      ]),
    ]),
  ]);
  for (const { name } of row.annotations ?? []) known.add(labelColumn(name));
  const others = Object.keys(row.columns).filter((column) => !known.has(column));
  return [...new Set([...named, ...outputs, ...others])].filter((column) => Object.hasOwn(row.columns, column));
}

const MOST_LINES = 3;
/** More of a text is never looked at: three lines hold far less, and a cell may have megabytes. */
const MOST_CHARACTERS = 2000;

function paragraph(text: string, width: number): readonly string[] {
  const lines = wrap(text, width);
  if (lines.length <= MOST_LINES) return lines;
  const last = lines[MOST_LINES - 1] ?? '';
  return [...lines.slice(0, MOST_LINES - 1), truncate(`${last}…`, width)];
}

function describeCell(cell: Cell): string {
  return cut(typeof cell === 'string' ? cell : (JSON.stringify(cell) ?? ''));
}

function describeScore(score: Score): string {
  if (score.status === 'skipped') return cut(`skipped (${score.code}): ${score.reason}`);
  if (score.status === 'failed') return cut(`failed (${score.error.code}): ${score.error.message}`);
  const value = typeof score.value === 'number' ? formatNumber(score.value) : String(score.value);
  const by = score.by === undefined ? '' : ` (by ${score.by}, in place of the metric)`;
  return cut(`${value}${score.justification === undefined ? '' : ` — ${score.justification}`}${by}`);
}

/** What people say besides the scores: the last word under each name. */
function labelsOf({ annotations = [] }: ScoredRow, plans: readonly Plan[]): readonly RowAnnotation[] {
  const keys = new Set(plans.flatMap(({ metrics }) => metrics.map(({ key }) => key)));
  const last = new Map(annotations.map((annotation) => [annotation.name, annotation]));
  return [...last.values()].filter(({ name, value }) => value !== null && !keys.has(name));
}

function cut(text: string): string {
  return text.length <= MOST_CHARACTERS ? oneLine(text) : `${oneLine(text.slice(0, MOST_CHARACTERS))}…`;
}
