import type { EvaluatorSource } from '@touchstone/core';
import { registerChecks } from './check.ts';
import { type EvaluatorConformanceOptions, evaluatorChecks } from './evaluator-checks.ts';

/**
 * What every evaluator must do, as Vitest tests.
 *
 * @param evaluator what `defineEvaluator` makes, an evaluator object, or an injectable class
 * @example
 * evaluatorConformance(triage, {
 *   data: [{ question: 'May I?', answer: 'Please do.' }, { question: '언제요?', answer: '몰라요.' }],
 *   predictions: 'answer',
 *   metrics: { 'triage/rude': 1 },
 *   tables: ['triage'],
 * });
 */
export function evaluatorConformance(evaluator: EvaluatorSource, options: EvaluatorConformanceOptions): void {
  registerChecks(`${evaluator.name} is an evaluator that`, evaluatorChecks(evaluator, options));
}
