import type { LimitChange } from '../contracts/index.ts';
import { displayWidth, oneLine, padEnd, padStart, wrap } from './display-text.ts';
import { formatCount, formatDuration, formatNumber } from './format-number.ts';
import type { ResultDocument } from './result-parts.ts';
import type { ResultUsage, UsagePart } from './summary.ts';

/** What the calls used, in short; nothing for an evaluation that asked nobody. */
export function usageSummary(
  { calls, cachedCalls, inputTokens, outputTokens, cost }: ResultUsage,
  width: number,
): readonly string[] {
  if (calls + cachedCalls === 0) return [];
  const { usd, unpricedCalls = 0 } = cost;
  const unpriced =
    unpricedCalls === calls ? 'price not known' : `the price of ${formatCount(unpricedCalls, 'call')} is not known`;
  const facts = [
    formatCount(calls, 'call') + (cachedCalls === 0 ? '' : ` (and ${cachedCalls.toLocaleString('en-US')} from the cache)`),
    ...(inputTokens + outputTokens === 0
      ? []
      : [`${formatCount(inputTokens, 'token')} in`, `${formatCount(outputTokens, 'token')} out`]),
    ...(usd === 0 ? [] : [`${formatNumber(usd)} USD`]),
    ...(unpricedCalls === 0 ? [] : [unpriced]),
  ];
  return packed(facts, width);
}

/** Facts in as few lines as hold them whole. */
function packed(facts: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const fact of facts) {
    const joined = `${lines.at(-1) ?? ''} · ${fact}`;
    if (lines.length === 0 || displayWidth(joined) > width) lines.push(fact);
    else lines.splice(-1, 1, joined);
  }
  return lines;
}

/** The calls by model, and by who asked where that is not only the model; below, what the numbers do not say. */
export function usageTable({ usage }: ResultDocument, width: number): readonly string[] {
  const models = Object.entries(usage.models ?? {});
  const askers = Object.entries(usage.metrics ?? {});
  const notes = usageNotes(usage, models);
  if (models.length === 0 && notes.length === 0) return [];
  const asked = askers.some(([name]) => name !== 'model');
  const lines = [
    HEADS,
    ...models.map(([name, part]) => lineOf(name, part)),
    ...(models.length > 1 ? [lineOf('all models', usage)] : []),
    ...(asked ? [EMPTY, ASKED_BY, ...askers.map(([name, part]) => lineOf(name, part))] : []),
    EMPTY,
  ];
  return [...(models.length === 0 ? [] : aligned(lines, width)), ...notes.flatMap((note) => wrap(note, width))];
}

interface Line {
  readonly label: string;
  readonly cells: readonly string[];
}

const HEADS: Line = { label: 'model', cells: ['calls', 'retries', 'tokens in', 'out', 'USD', 'latency', 'wait'] };

const ASKED_BY: Line = { label: 'asked by', cells: [] };
const EMPTY: Line = { label: '', cells: [] };

/** Times are means of a call. */
function lineOf(name: string, { calls, retries, inputTokens, outputTokens, cost, latencyMs = 0, waitMs = 0 }: UsagePart): Line {
  const { usd, unpricedCalls = 0 } = cost;
  const price = unpricedCalls === 0 ? formatNumber(usd) : unpricedCalls >= calls ? '?' : `≥ ${formatNumber(usd)}`;
  const counts = [calls, retries, inputTokens, outputTokens].map((count) => count.toLocaleString('en-US'));
  const times = [latencyMs, waitMs].map((sum) => (calls === 0 ? '' : shortTime(sum / calls)));
  return { label: oneLine(name), cells: [...counts, price, ...times] };
}

/** A label that is too long for its column stands on a line of its own: a model's name that is cut names another model. */
function aligned(lines: readonly Line[], width: number): readonly string[] {
  const widths = HEADS.cells.map((_, column) => Math.max(...lines.map(({ cells }) => displayWidth(cells[column] ?? ''))));
  const room = width - widths.reduce((sum, column) => sum + 2 + column, 0);
  const fitting = lines.map(({ label }) => displayWidth(label)).filter((label) => label <= room);
  const labelWidth = Math.max(0, ...fitting);
  return lines.flatMap(({ label, cells }) => {
    if (cells.length === 0) return [label];
    const numbers = cells.map((cell, column) => `  ${padStart(cell, widths[column] ?? 0)}`).join('');
    if (displayWidth(label) <= labelWidth) return [`${padEnd(label, labelWidth)}${numbers}`];
    return [...wrap(label, width), `${' '.repeat(labelWidth)}${numbers}`];
  });
}

function usageNotes(usage: ResultUsage, models: readonly (readonly [string, UsagePart])[]): readonly string[] {
  const { calls, cachedCalls, retries, cachedTokens = 0, reasoningTokens = 0, cost } = usage;
  const given = models.reduce((sum, [, part]) => sum + part.retries, 0);
  const { unpricedCalls = 0 } = cost;
  return [
    ...(calls === 0
      ? []
      : ['Latency and wait are means of a call: its own time, and what it waited for limits and between attempts.']),
    ...models.flatMap(([name, { timeToFirstTokenMs }]) =>
      timeToFirstTokenMs === undefined ? [] : [`${oneLine(name)}: the first token came after ${shortTime(timeToFirstTokenMs)}.`],
    ),
    ...(cachedTokens === 0 ? [] : [`The provider had ${formatCount(cachedTokens, 'token')} of the input in its cache.`]),
    ...(reasoningTokens === 0 ? [] : [`${formatCount(reasoningTokens, 'token')} of the output were thought and not said.`]),
    ...(cachedCalls === 0 ? [] : [`${formatCount(cachedCalls, 'answer')} had been there already, and cost nothing again.`]),
    ...(retries <= given ? [] : [`Calls that failed for good were tried again ${formatCount(retries - given, 'time')}.`]),
    ...(unpricedCalls === 0
      ? []
      : [`The price of ${formatCount(unpricedCalls, 'call')} is not known: what they cost stands in no sum here.`]),
  ];
}

/** Of a scope so many of the newest changes are shown; the JSON has all. */
const SHOWN_CHANGES = 20;

/** What was learned of limits, by scope: when, which limit, its new value, and from what. */
export function limitLines({ usage, run }: ResultDocument, width: number): readonly string[] {
  const start = Date.parse(run.startedAt);
  return Array.from(Map.groupBy(usage.limits ?? [], ({ scope }) => scope)).flatMap(([scope, changes]) => {
    const shown = changes.slice(-SHOWN_CHANGES);
    const lines = shown.map((change) => [
      formatDuration(Math.max(0, change.at - start)),
      NAMES[change.what],
      change.what === 'pause' ? shortTime(change.value) : Math.round(change.value).toLocaleString('en-US'),
      change.why,
    ]);
    const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => displayWidth(line[column] ?? ''))));
    const hidden = changes.length - shown.length;
    return [
      ...wrap(oneLine(scope.replaceAll('|', ' · ')), width - 2).map((line) => `  ${line}`),
      ...(hidden === 0 ? [] : [`    ${formatCount(hidden, 'earlier change')}: in the JSON`]),
      ...lines.map(([at = '', what = '', value = '', why = '']) =>
        [
          `    after ${padStart(at, widths[0] ?? 0)}`,
          padEnd(what, widths[1] ?? 0),
          padStart(value, widths[2] ?? 0),
          oneLine(why),
        ].join('  '),
      ),
    ];
  });
}

const NAMES: Readonly<Record<LimitChange['what'], string>> = {
  concurrency: 'calls in flight',
  'requests-per-minute': 'requests a minute',
  'tokens-per-minute': 'tokens a minute',
  pause: 'pause',
};

/** `8 ms`, `1.2 s`. */
function shortTime(milliseconds: number): string {
  return milliseconds < 999.5 ? `${Math.round(milliseconds)} ms` : formatDuration(milliseconds);
}
