import { type DisplayBundle, displayBundle } from '../results/display-bundle.ts';
import { displayWidth, oneLine, padEnd, padStart, truncateMiddle, wrap } from '../results/display-text.ts';
import { formatCount, formatNumber } from '../results/format-number.ts';
import type { FormatOptions } from '../results/format-result.ts';
import type { ResultDocument, ResultRun } from '../results/result-parts.ts';
import type { SweptCell } from './sweep-request.ts';

/** An aggregate of one cell, with its interval where one is defined. */
export interface ComparedValue {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/** The cells of a sweep side by side. */
export interface Comparison {
  /** Names of all cells, in the order of the sweep. */
  readonly cells: readonly string[];
  /** Aggregate → cell → value. A cell that has no such aggregate has no entry. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, ComparedValue>>>>;
  /** What makes values of cells incomparable, and what the results of the cells warn of; a sentence each. */
  readonly warnings: readonly string[];
}

/** The JSON document of a sweep. */
export interface SweepDocument {
  /** The parent of the cells' runs. */
  readonly run: ResultRun;
  /** Of the cells that have a result, in the order of the sweep. */
  readonly runs: readonly ResultDocument[];
  readonly comparison: Comparison;
}

/**
 * What a sweep found out: a result for each cell, and all of them side by side.
 *
 * @example
 * console.log(swept);                                             // a table to read
 * swept.comparison.metrics['rougeL/v1/mean']?.['mini · short'];   // { value, low, high }
 * swept.cells[0]?.result?.tables.eval_results_table;
 */
export class SweepResult {
  readonly run: ResultRun;
  readonly cells: readonly SweptCell[];

  constructor(run: ResultRun, cells: readonly SweptCell[]) {
    this.run = run;
    this.cells = cells;
  }

  get comparison(): Comparison {
    return compare(this.cells);
  }

  toJSON(): SweepDocument {
    return {
      run: this.run,
      runs: this.cells.flatMap(({ result }) => (result === undefined ? [] : [result.toJSON()])),
      comparison: this.comparison,
    };
  }

  /** A table for people, 80 cells wide unless said otherwise; no colour. */
  toString({ width: asked = 80 }: Pick<FormatOptions, 'width'> = {}): string {
    const width = Math.max(40, asked);
    const { run, cells, comparison } = this;
    const sections = [
      [oneLine(captionOf(this))],
      table(['cell', 'run', 'status', 'rows', 'USD'], cells.map(cellLine), width),
      metricsText(comparison, width),
      comparison.warnings.length === 0
        ? []
        : [
            'Warnings',
            ...comparison.warnings.flatMap((warning) =>
              wrap(oneLine(warning), width - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`),
            ),
          ],
      cells.flatMap(({ name, error }) => (error === undefined ? [] : wrap(oneLine(`${name}: ${error}`), width))),
      run.reason === undefined ? [] : wrap(oneLine(`${run.status}: ${run.reason}`), width),
    ];
    return sections.flatMap((lines) => (lines.length === 0 ? [] : [lines.join('\n')])).join('\n\n');
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** What a notebook shows when a cell ends with the sweep: the cells side by side. */
  [Symbol.for('Jupyter.display')](): DisplayBundle {
    const { run, cells, comparison } = this;
    const values = shownKeys(comparison).map((key) => [
      key,
      ...comparison.cells.map((cell) => shownValue(comparison, key, cell)),
    ]);
    const costs = cells.map(cellLine);
    const facts = ['run', 'status', 'rows', 'USD'].map((fact, index) => [fact, ...costs.map((line) => line[index + 1] ?? '')]);
    const table = { caption: captionOf(this), head: ['metric', ...comparison.cells], rows: [...values, ...facts] };
    const unfinished = run.reason === undefined ? [] : [`${run.status}: ${run.reason}`];
    return displayBundle(this.toString(), table, [
      { title: 'Warnings', items: comparison.warnings },
      {
        title: 'Not finished',
        items: [...cells.flatMap(({ name, error }) => (error === undefined ? [] : [`${name}: ${error}`])), ...unfinished],
      },
    ]);
  }
}

function captionOf({ run, cells }: SweepResult): string {
  return `${run.name} · ${run.experiment} · ${run.status} · ${formatCount(cells.length, 'cell')}`;
}

function compare(swept: readonly SweptCell[]): Comparison {
  const metrics: Record<string, Record<string, ComparedValue>> = {};
  const signatures = new Map<string, Set<string>>();
  for (const { name, result } of swept) {
    if (result === undefined) continue;
    const document = result.toJSON();
    for (const [key, value] of Object.entries(document.metrics)) {
      const interval = document.intervals[key];
      const compared = { value, ...(interval === undefined ? {} : { low: interval.low, high: interval.high }) };
      metrics[key] = { ...metrics[key], [name]: compared };
    }
    for (const [key, signature] of Object.entries(document.signatures))
      signatures.set(key, (signatures.get(key) ?? new Set()).add(signature));
  }
  const incomparable = [...signatures].flatMap(([key, different]) =>
    different.size === 1 ? [] : [`${key} was not computed in the same way in all cells: its values cannot be compared.`],
  );
  return { cells: swept.map(({ name }) => name), metrics, warnings: [...incomparable, ...warningsOf(swept)] };
}

/** What is said of all cells once, what is said of some with their names. */
function warningsOf(swept: readonly SweptCell[]): readonly string[] {
  const said = new Map<string, string[]>();
  for (const { name, result } of swept) {
    for (const warning of result?.warnings ?? []) said.set(warning, [...(said.get(warning) ?? []), name]);
  }
  const whole = swept.filter(({ result }) => result !== undefined).length;
  return [...said].map(([warning, cells]) => (cells.length === whole ? warning : `${cells.join(', ')}: ${warning}`));
}

function cellLine({ name, result }: SweptCell): readonly string[] {
  if (result === undefined) return [name, '', 'not started', '', ''];
  const { id, status, rows } = result.run;
  const {
    calls,
    cost: { usd, unpricedCalls = 0 },
  } = result.usage;
  return [name, id.slice(0, 8), status, String(rows), calls === 0 || unpricedCalls > 0 ? '' : formatNumber(usd)];
}

/** Variance and 90th percentile are left out where there is a mean. */
function shownKeys({ metrics }: Comparison): readonly string[] {
  return Object.keys(metrics).filter(
    (key) => !/\/(?:variance|p90)$/u.test(key) || metrics[key.replace(/[^/]+$/u, 'mean')] === undefined,
  );
}

function shownValue({ metrics }: Comparison, key: string, cell: string): string {
  const found = metrics[key]?.[cell];
  if (found === undefined) return '';
  const { value, low, high } = found;
  const interval = low === undefined || high === undefined ? '' : ` [${formatNumber(low)}, ${formatNumber(high)}]`;
  return `${formatNumber(value)}${interval}`;
}

/** Cells beside each other where they fit in the width, else below each other. */
function metricsText(comparison: Comparison, width: number): readonly string[] {
  const { cells } = comparison;
  const keys = shownKeys(comparison);
  if (keys.length === 0) return ['No metric was computed.'];
  const rows = keys.map((key) => [key, ...cells.map((cell) => shownValue(comparison, key, cell))]);
  const beside = table(['metric', ...cells], rows, Number.POSITIVE_INFINITY);
  if (beside.every((line) => displayWidth(line) <= width)) return beside;
  const label = Math.max(...cells.map((cell) => displayWidth(oneLine(cell))));
  return keys.flatMap((key) => [
    oneLine(key),
    ...cells.map((cell) =>
      `  ${padEnd(truncateMiddle(oneLine(cell), width - 40), Math.min(label, width - 40))}  ${shownValue(comparison, key, cell)}`.trimEnd(),
    ),
  ]);
}

/** The first column from the left, the others from the right; the first is cut where the lines would be too long. */
function table(head: readonly string[], rows: readonly (readonly string[])[], width: number): readonly string[] {
  const lines = [head, ...rows].map((row) => row.map(oneLine));
  const widest = head.map((_, column) => Math.max(...lines.map((row) => displayWidth(row[column] ?? ''))));
  const rest = widest.slice(1).reduce((sum, one) => sum + one + 2, 0);
  const first = Math.min(widest[0] ?? 0, Math.max(12, width - rest));
  return lines.map(([label = '', ...cells]) =>
    [padEnd(truncateMiddle(label, first), first), ...cells.map((cell, index) => padStart(cell, widest[index + 1] ?? 0))]
      .join('  ')
      .trimEnd(),
  );
}
