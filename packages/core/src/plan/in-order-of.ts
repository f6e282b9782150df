import type { Plan } from '../contracts/index.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { PreparedEvaluation } from './prepare-evaluation.ts';
import { inStoredOrder } from './resolve-metrics.ts';

/** The evaluation with its metrics in the order of a stored plan: their scores are stored under their numbers, and metrics may have been added to it. */
export function inOrderOf(stored: Plan, prepared: PreparedEvaluation): PreparedEvaluation {
  const metrics = inStoredOrder(
    prepared.metrics,
    stored.metrics.map(({ name }) => name),
  );
  const plan = { ...prepared.plan, metrics: metrics.map(({ planned }) => planned) };
  return { ...prepared, metrics, plan: { ...plan, fingerprint: fingerprintOf(plan) } };
}
