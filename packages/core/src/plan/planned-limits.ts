import type { PlannedLimits } from '../contracts/index.ts';
import type { EvaluateRequest } from './evaluate-request.ts';

/** The limits that a request gives, as the plan holds them. */
export function plannedLimits(limits: EvaluateRequest['limits']): Partial<PlannedLimits> {
  const { concurrency, timeout, errorBudget, threads, attempts, maxCost, accounts } = limits ?? {};
  return {
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
    ...(errorBudget === undefined ? {} : { errorBudget }),
    ...(threads === undefined ? {} : { threads }),
    ...(attempts === undefined ? {} : { attempts }),
    ...(maxCost === undefined ? {} : { maxUsd: maxCost.usd }),
    ...(accounts === undefined ? {} : { accounts }),
  };
}
