import { type EvaluationResult, SweepResult } from '@touchstone/core';
import { printWidth } from './say.ts';

/** A result for people; with `--verbose` the calls by model and metric, and what was learned of limits. */
export function resultText(result: EvaluationResult | SweepResult, { verbose }: { readonly verbose?: boolean }): string {
  if (result instanceof SweepResult) return result.toString({ width: printWidth() });
  return result.toString({ width: printWidth(), ...(verbose === true ? { detail: 'usage' } : {}) });
}
