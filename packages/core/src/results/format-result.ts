import { displayWidth, oneLine, padEnd, padStart, truncate, truncateMiddle, wrap } from './display-text.ts';
import { formatCount, formatDuration } from './format-number.ts';
import { limitLines, usageSummary, usageTable } from './format-usage.ts';
import { groupSkipped } from './group-skipped.ts';
import { filledColumns, type MetricLine, metricHeads, metricLines } from './metric-lines.ts';
import type { ResultDocument } from './result-parts.ts';

export interface FormatOptions {
  /** Cells of a line; 80 by default. */
  readonly width?: number;
  /** `usage`: also the calls by model and by who asked, and what was learned of limits. */
  readonly detail?: 'usage';
}

/**
 * A result as text for people: what ran, a line an aggregate with its interval, what was not scored and why, skipped metrics with
 * what to type for them, warnings, and the reason of an unfinished run. Plain text without colour; control characters in names are shown, not sent.
 */
export function formatResult(document: ResultDocument, options: FormatOptions = {}): string {
  const width = Math.max(40, options.width ?? 80);
  const { run } = document;
  const sections = [
    [header(document, width)],
    metricTable(document, width),
    ...resultNotes(document).map(({ title, items }) => section(title, items, width)),
    usageSummary(document.usage, width),
    ...(options.detail === 'usage' ? usageSections(document, width) : []),
    run.reason === undefined ? [] : wrap(oneLine(`${capitalised(run.status)}: ${run.reason}`), width),
  ];
  return sections.flatMap((lines) => (lines.length === 0 ? [] : [lines.join('\n')])).join('\n\n');
}

/** What is to be known besides the numbers: rows without a score, metrics that were not computed, warnings. Titles without items are there too. */
export function resultNotes({
  coverage,
  skippedMetrics,
  warnings,
}: ResultDocument): readonly { readonly title: string; readonly items: readonly string[] }[] {
  const skipped = groupSkipped(skippedMetrics).map(
    ({ name, reason, hint }) => `${name}: ${reason}${hint === undefined ? '' : ` → ${hint}`}`,
  );
  return [
    { title: 'Not scored', items: notScored(coverage) },
    { title: 'Skipped metrics', items: skipped },
    { title: 'Warnings', items: warnings },
  ];
}

/** Name, experiment, status, rows, time: one line. */
export function header({ run }: ResultDocument, width: number): string {
  const duration = run.endedAt === undefined ? Number.NaN : Date.parse(run.endedAt) - Date.parse(run.startedAt);
  const facts = [run.status, formatCount(run.rows, 'row'), ...(duration >= 0 ? [formatDuration(duration)] : [])];
  const experiment = truncate(oneLine(run.experiment), Math.floor(width / 3));
  const rest = [experiment, ...facts].map((fact) => ` · ${fact}`).join('');
  return truncate(oneLine(run.name), Math.max(8, width - displayWidth(rest))) + rest;
}

/** Variance and 90th percentile stand beside the mean; every other aggregate has a line of its own. */
function metricTable(document: ResultDocument, width: number): readonly string[] {
  const lines = metricLines(document);
  if (lines.length === 0) return ['No metric was computed.'];
  const filled = filledColumns(lines);
  const table = [metricHeads(document), ...lines];
  let columns = filled;
  let room = roomForLabel(table, columns, width);
  const longest = Math.max(...table.map(({ label }) => displayWidth(label)));
  if (room < Math.min(longest, LEGIBLE_LABEL)) {
    columns = filled.filter((column) => column !== 'variance' && column !== 'p90');
    room = roomForLabel(table, columns, width);
  }
  const labelWidth = Math.min(longest, Math.max(room, 12));
  const widths = columns.map((column) => widest(table, column));
  return table.map((line) => {
    const cells = columns.map((column, index) => padStart(line[column], widths[index] ?? 0));
    return [padEnd(truncateMiddle(line.label, labelWidth), labelWidth), ...cells].join('  ').trimEnd();
  });
}

/** A label is cut down to this before variance and p90 are left out. */
const LEGIBLE_LABEL = 24;

function roomForLabel(table: readonly MetricLine[], columns: readonly (keyof MetricLine)[], width: number): number {
  return width - columns.reduce((sum, column) => sum + 2 + widest(table, column), 0);
}

function widest(table: readonly MetricLine[], column: keyof MetricLine): number {
  return Math.max(...table.map((line) => displayWidth(line[column])));
}

/** Metrics that share their counts (a failed prediction concerns them all) share a line. */
function notScored(coverage: ResultDocument['coverage']): readonly string[] {
  const metrics = new Map<string, string[]>();
  for (const [key, { skipped, failed, reasons }] of Object.entries(coverage)) {
    if (skipped + failed === 0) continue;
    const counts = [...(skipped === 0 ? [] : [`${skipped} skipped`]), ...(failed === 0 ? [] : [`${failed} failed`])].join(', ');
    const top = Object.entries(reasons).sort(([, a], [, b]) => b - a);
    const listed = top.slice(0, 3).map(([code, rows]) => (top.length === 1 ? code : `${code} ${rows}`));
    const why = listed.length === 0 ? '' : ` (${listed.join(', ')}${top.length > 3 ? ', …' : ''})`;
    const same = metrics.get(counts + why) ?? [];
    metrics.set(counts + why, [...same, key]);
  }
  return [...metrics].map(([why, keys]) => `${keys.join(', ')}: ${why}`);
}

function section(title: string, items: readonly string[], width: number): readonly string[] {
  if (items.length === 0) return [];
  return [
    title,
    ...items.flatMap((item) => wrap(oneLine(item), width - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`)),
  ];
}

function usageSections(document: ResultDocument, width: number): readonly (readonly string[])[] {
  const limits = limitLines(document, width);
  return [usageTable(document, width), limits.length === 0 ? [] : ['What was learned of limits', ...limits]];
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
