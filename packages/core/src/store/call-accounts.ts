import type { CallRecord, CallStore, CallTotals } from '../contracts/call-store.ts';

/** The account book of a call store that keeps everything in memory. */
export interface CallAccounts extends Pick<CallStore, 'reserve' | 'money' | 'totals'> {
  /** The call was answered: what was reserved for it is no longer. */
  add(record: CallRecord): void;
}

export function callAccounts(): CallAccounts {
  const reserved = new Map<string, number>();
  const totals = new Map<string, CallTotals>();
  return {
    add(record) {
      if (record.reservation !== undefined) reserved.delete(record.reservation);
      const group = JSON.stringify([record.evaluation, record.service, record.purpose]);
      totals.set(group, addCall(totals.get(group) ?? noCalls(record), record));
    },
    async reserve(reservation, usd) {
      if (usd === 0) reserved.delete(reservation);
      else reserved.set(reservation, usd);
    },
    async money() {
      return {
        settled: [...totals.values()].reduce((sum, { usd }) => sum + usd, 0),
        reserved: [...reserved.values()].reduce((sum, usd) => sum + usd, 0),
      };
    },
    async totals() {
      return [...totals.values()];
    },
  };
}

function noCalls({ evaluation, service, purpose }: Pick<CallRecord, 'evaluation' | 'service' | 'purpose'>): CallTotals {
  return {
    evaluation,
    service,
    purpose,
    calls: 0,
    cached: 0,
    attempts: 0,
    inputTokens: 0,
    outputTokens: 0,
    cachedTokens: 0,
    reasoningTokens: 0,
    usd: 0,
    unpriced: 0,
    latencyMs: 0,
    waitMs: 0,
    firstTokenMs: 0,
    streamed: 0,
  };
}

function addCall(totals: CallTotals, { usage, usd, firstTokenMs, ...call }: CallRecord): CallTotals {
  if (call.attempts === 0) return { ...totals, cached: totals.cached + 1 };
  return {
    ...totals,
    calls: totals.calls + 1,
    attempts: totals.attempts + call.attempts,
    inputTokens: totals.inputTokens + (usage.inputTokens ?? 0),
    outputTokens: totals.outputTokens + (usage.outputTokens ?? 0),
    cachedTokens: totals.cachedTokens + (usage.cachedTokens ?? 0),
    reasoningTokens: totals.reasoningTokens + (usage.reasoningTokens ?? 0),
    usd: totals.usd + (usd ?? 0),
    unpriced: totals.unpriced + (usd === undefined ? 1 : 0),
    latencyMs: totals.latencyMs + call.latencyMs,
    waitMs: totals.waitMs + call.waitMs,
    firstTokenMs: totals.firstTokenMs + (firstTokenMs ?? 0),
    streamed: totals.streamed + (firstTokenMs === undefined ? 0 : 1),
  };
}
