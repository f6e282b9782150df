import type { CallTotals, LimitChange } from '../contracts/index.ts';
import type { ResultUsage, UsagePart } from './summary.ts';

/** What the calls of an evaluation used, over all its parts. */
export function usageOf(
  totals: readonly CallTotals[],
  more: {
    /** Answers that the call log or a cassette had, in this part. */
    readonly cachedCalls: number;
    /** Attempts of calls that failed for good, in this part. */
    readonly failedAttempts: number;
    readonly failedCalls: number;
    readonly limits: readonly LimitChange[];
  },
): ResultUsage {
  const whole = partOf(totals);
  const sent = totals.filter(({ calls }) => calls > 0);
  const models = groups(sent, ({ service }) => service);
  const metrics = groups(sent, ({ purpose }) => purpose);
  const { calls, retries, ...sums } = whole;
  return {
    calls,
    cachedCalls: more.cachedCalls + totals.reduce((sum, { cached }) => sum + cached, 0),
    retries: retries + more.failedAttempts - more.failedCalls,
    ...sums,
    ...(sent.length === 0 ? {} : { models, metrics }),
    ...(more.limits.length === 0 ? {} : { limits: more.limits }),
  };
}

function groups(totals: readonly CallTotals[], name: (one: CallTotals) => string): Readonly<Record<string, UsagePart>> {
  const grouped = Map.groupBy(totals, name);
  return Object.fromEntries([...grouped].map(([key, members]) => [key, partOf(members)]));
}

function partOf(totals: readonly CallTotals[]): UsagePart {
  const sum = (value: (one: CallTotals) => number): number => totals.reduce((total, one) => total + value(one), 0);
  const calls = sum((one) => one.calls);
  const cachedTokens = sum((one) => one.cachedTokens);
  const reasoningTokens = sum((one) => one.reasoningTokens);
  const unpriced = sum((one) => one.unpriced);
  const streamed = sum((one) => one.streamed);
  return {
    calls,
    retries: sum((one) => one.attempts) - calls,
    inputTokens: sum((one) => one.inputTokens),
    outputTokens: sum((one) => one.outputTokens),
    ...(cachedTokens === 0 ? {} : { cachedTokens }),
    ...(reasoningTokens === 0 ? {} : { reasoningTokens }),
    cost: { usd: sum((one) => one.usd), ...(unpriced === 0 ? {} : { unpricedCalls: unpriced }) },
    ...(calls === 0 ? {} : { latencyMs: sum((one) => one.latencyMs), waitMs: sum((one) => one.waitMs) }),
    ...(streamed === 0 ? {} : { timeToFirstTokenMs: sum((one) => one.firstTokenMs) / streamed }),
  };
}

/** Of an evaluation that asked nobody. */
export const noUsage: ResultUsage = { calls: 0, cachedCalls: 0, retries: 0, inputTokens: 0, outputTokens: 0, cost: { usd: 0 } };

/** Of several evaluations of a run. */
export function addUsage(a: ResultUsage, b: ResultUsage): ResultUsage {
  const limits = [...(a.limits ?? []), ...(b.limits ?? [])];
  const { calls, ...sums } = addPart(a, b);
  return {
    calls,
    cachedCalls: a.cachedCalls + b.cachedCalls,
    ...sums,
    ...(a.models === undefined && b.models === undefined ? {} : { models: addGroups(a.models, b.models) }),
    ...(a.metrics === undefined && b.metrics === undefined ? {} : { metrics: addGroups(a.metrics, b.metrics) }),
    ...(limits.length === 0 ? {} : { limits }),
  };
}

type Groups = Readonly<Record<string, UsagePart>>;

function addGroups(a: Groups = {}, b: Groups = {}): Groups {
  const sums: Record<string, UsagePart> = { ...a };
  for (const [name, part] of Object.entries(b)) sums[name] = Object.hasOwn(a, name) ? addPart(a[name] ?? noUsage, part) : part;
  return sums;
}

function addPart(a: UsagePart, b: UsagePart): UsagePart {
  const some = (x: number | undefined, y: number | undefined): number | undefined =>
    x === undefined && y === undefined ? undefined : (x ?? 0) + (y ?? 0);
  const cachedTokens = some(a.cachedTokens, b.cachedTokens);
  const reasoningTokens = some(a.reasoningTokens, b.reasoningTokens);
  const unpricedCalls = some(a.cost.unpricedCalls, b.cost.unpricedCalls);
  const latencyMs = some(a.latencyMs, b.latencyMs);
  const waitMs = some(a.waitMs, b.waitMs);
  const timeToFirstTokenMs = meanFirstToken(a, b);
  return {
    calls: a.calls + b.calls,
    retries: a.retries + b.retries,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    ...(cachedTokens === undefined ? {} : { cachedTokens }),
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
    cost: { usd: a.cost.usd + b.cost.usd, ...(unpricedCalls === undefined ? {} : { unpricedCalls }) },
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...(waitMs === undefined ? {} : { waitMs }),
    ...(timeToFirstTokenMs === undefined ? {} : { timeToFirstTokenMs }),
  };
}

/** Of all calls as if all of a part had been streamed: that is how a model is asked, and how many were is not kept. */
function meanFirstToken(a: UsagePart, b: UsagePart): number | undefined {
  if (a.timeToFirstTokenMs === undefined || b.timeToFirstTokenMs === undefined)
    return a.timeToFirstTokenMs ?? b.timeToFirstTokenMs;
  return (a.calls * a.timeToFirstTokenMs + b.calls * b.timeToFirstTokenMs) / (a.calls + b.calls);
}
