import type { Json, LimitChange } from '../contracts/index.ts';
import type { EvaluationSummary } from './summary.ts';

/** What stands in the snapshot until there is a result: what neither the journal nor the call log tells. */
export interface UnfinishedSnapshot {
  readonly limits: readonly LimitChange[];
  /** While metrics are added to a finished evaluation: its result without them, which their code alone could not make again. */
  readonly earlier?: EvaluationSummary;
}

/** The result that a snapshot holds. @returns undefined while there is none: the evaluation goes on, or its process died */
export function summaryIn(snapshot: Json | undefined): EvaluationSummary | undefined {
  // Written by `runEvaluation` as an EvaluationSummary.
  return isObject(snapshot) && 'metrics' in snapshot ? (snapshot as unknown as EvaluationSummary) : undefined;
}

/** The result of what was finished before metrics were added; see {@link UnfinishedSnapshot.earlier}. */
export function earlierIn(snapshot: Json | undefined): EvaluationSummary | undefined {
  return isObject(snapshot) && 'earlier' in snapshot ? (snapshot as unknown as UnfinishedSnapshot).earlier : undefined;
}

/** What was learned of limits until the snapshot was taken. */
export function limitsIn(snapshot: Json | undefined): readonly LimitChange[] {
  const summary = summaryIn(snapshot);
  if (summary !== undefined) return summary.usage.limits ?? [];
  // Written by `LimitHistory` as an UnfinishedSnapshot.
  return isObject(snapshot) && 'limits' in snapshot ? (snapshot as unknown as UnfinishedSnapshot).limits : [];
}

function isObject(snapshot: Json | undefined): snapshot is { readonly [key: string]: Json } {
  return typeof snapshot === 'object' && snapshot !== null && !Array.isArray(snapshot);
}
