import { type MetricThreshold, type ThresholdedResult, TouchstoneError, validateEvaluationResults } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import { cases, type Input, requestOf, touchstone } from './__fixtures__/mlflow-case.ts';

/** Where ours is another one on purpose. */
const DIFFERENT: Readonly<Record<string, string | null>> = {
  // MLflow dies of a KeyError; the threshold needs no baseline.
  'thr-baseline-lacks-metric': null,
  // MLflow wants a float and gets an int, which TypeScript cannot tell apart: 100 % is a share, and then there is no baseline.
  'thr-bad-int-relative': 'Model comparison failed: metric m was missing from the evaluation result of the baseline model.',
};

describe('thresholds', () => {
  test.each(cases.filter(({ kind }) => kind === 'thresholds'))('$id', async ({ id, input, expected }) => {
    const candidate = await resultOf(input.candidate);
    const baseline = await resultOf(input.baseline);
    const thresholds = Object.fromEntries(
      Object.entries(input.thresholds ?? {}).map(([key, value]) => [key, thresholdOf(value)]),
    );
    const message = Object.hasOwn(DIFFERENT, id) ? DIFFERENT[id] : (expected.error?.message ?? null);
    expect(rounded(messageOf(() => validateEvaluationResults(thresholds, candidate ?? { metrics: {} }, baseline)))).toBe(
      rounded(message),
    );
  });
});

async function resultOf(compared: Input['candidate']): Promise<ThresholdedResult | undefined> {
  if (compared?.evaluate === undefined) return compared?.metrics === undefined ? undefined : { metrics: compared.metrics };
  return touchstone().evaluate(requestOf(compared.evaluate));
}

function thresholdOf(given: Readonly<Record<string, unknown>>): MetricThreshold {
  const { threshold, min_absolute_change, min_relative_change, greater_is_better } = given;
  // Some of them are no thresholds, which is what the case is about.
  return {
    threshold,
    minAbsoluteChange: min_absolute_change,
    minRelativeChange: min_relative_change,
    greaterIsBetter: greater_is_better,
  } as unknown as MetricThreshold;
}

function messageOf(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    if (TouchstoneError.isInstance(error)) return error.message;
    throw error;
  }
}

/** Sums of floats differ in the last digit. */
function rounded(message: string | null | undefined): string | null {
  return message?.replace(/\d+\.\d{8,}/gu, (number) => Number(number).toFixed(8)) ?? null;
}
