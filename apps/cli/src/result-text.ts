import type { EvaluationResult } from '@touchstone/core';
import { printWidth } from './say.ts';

/** A result for people; with `--verbose` the calls by model and metric, and what was learned of limits. */
export function resultText(result: EvaluationResult, { verbose }: { readonly verbose?: boolean }): string {
  return result.toString({ width: printWidth(), ...(verbose === true ? { detail: 'usage' } : {}) });
}
