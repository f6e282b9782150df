import { TouchstoneError } from '../errors/touchstone-error.ts';

/** What an aggregate must reach: one of the three, or several of them. */
export interface MetricThreshold {
  /** The value itself: at least this, or at most where less is better. */
  readonly threshold?: number;
  /** How much better than the baseline's value, in the metric's unit, above 0. */
  readonly minAbsoluteChange?: number;
  /** How much better than the baseline's value, as a share of it, from 0 to 1. */
  readonly minRelativeChange?: number;
  readonly greaterIsBetter: boolean;
}

/** A result, or its aggregates alone. */
export interface ThresholdedResult {
  readonly metrics: Readonly<Record<string, number | undefined>>;
}

/**
 * Fails unless the candidate's aggregates reach their thresholds: MLflow's `validate_evaluation_results` with its `MetricThreshold`, the
 * messages letter for letter. Values are compared as they are; a gate (`results.gate`) knows how uncertain they are.
 *
 * Two traps are MLflow's own and kept: floats are compared exactly, so 0.8 is not at least 0.7 + 0.1 plus a rounding error; and a relative
 * change is divided by the baseline's value, so that a negative one turns it round. A baseline of 0 has no share: then better at all is enough.
 *
 * @param thresholds aggregate → threshold: `{ 'exact_match/v1': { threshold: 0.8, greaterIsBetter: true } }`
 * @param baseline needed for changes; one that lacks the metric fails it
 * @returns warnings
 * @throws TouchstoneError `bad-threshold` for a threshold that cannot be, `validation-failed` with a line for each metric that failed
 * @example
 * validateEvaluationResults(
 *   { 'rougeL/v1/mean': { minAbsoluteChange: 0.02, greaterIsBetter: true }, 'toxicity/v1/ratio': { threshold: 0.01, greaterIsBetter: false } },
 *   candidate,
 *   baseline,
 * );
 */
export function validateEvaluationResults(
  thresholds: Readonly<Record<string, MetricThreshold>>,
  candidate: ThresholdedResult,
  baseline?: ThresholdedResult,
): readonly string[] {
  if (typeof thresholds !== 'object' || thresholds === null || Array.isArray(thresholds)) throw notThresholds();
  for (const threshold of Object.values(thresholds)) checkThreshold(threshold);
  const warnings: string[] = [];
  const failures = Object.entries(thresholds).flatMap(([metric, threshold]) => {
    const value = candidate.metrics[metric];
    if (value === undefined) {
      return [`Metric validation failed: metric ${metric} was missing from the evaluation result of the candidate model.`];
    }
    const messages = [
      ...failedValue(metric, value, threshold),
      ...failedChange(metric, value, baseline?.metrics[metric], threshold, warnings),
    ];
    return messages.length === 0 ? [] : [messages.join(' ')];
  });
  if (failures.length === 0) return warnings;
  throw new TouchstoneError('validation-failed', failures.join('\n'), {
    kind: 'run',
    problems: failures.map((message) => ({ code: 'validation-failed', message })),
  });
}

function failedValue(metric: string, value: number, { threshold, greaterIsBetter }: MetricThreshold): readonly string[] {
  if (threshold === undefined || (greaterIsBetter ? value >= threshold : value <= threshold)) return [];
  return [
    `Metric ${metric} value threshold check failed: candidate model ${metric} = ${float(value)}, ${metric} threshold = ${threshold}.`,
  ];
}

function failedChange(
  metric: string,
  value: number,
  base: number | undefined,
  { minAbsoluteChange, minRelativeChange, greaterIsBetter }: MetricThreshold,
  warnings: string[],
): readonly string[] {
  if (minAbsoluteChange === undefined && minRelativeChange === undefined) return [];
  if (base === undefined) {
    return [`Model comparison failed: metric ${metric} was missing from the evaluation result of the baseline model.`];
  }
  const failed = (kind: string, least: number): string =>
    `Metric ${metric} minimum ${kind} change check failed: candidate model ${metric} = ${float(value)}, baseline model ${metric} = ${float(base)}, ${metric} minimum ${kind} change threshold = ${least}.`;
  const messages: string[] = [];
  if (minAbsoluteChange !== undefined) {
    const reached = greaterIsBetter ? value >= base + minAbsoluteChange : value <= base - minAbsoluteChange;
    if (!reached) messages.push(failed('absolute', minAbsoluteChange));
  }
  if (minRelativeChange !== undefined) {
    if (base === 0) {
      warnings.push(
        `Cannot perform relative model comparison for metric ${metric} as baseline metric value is 0. Falling back to simple comparison: verifying that candidate metric value is better than the baseline metric value.`,
      );
    }
    const change = greaterIsBetter ? (value - base) / base : (base - value) / base;
    const better = greaterIsBetter ? value >= LEAST_DIFFERENCE : value <= -LEAST_DIFFERENCE;
    if (base === 0 ? !better : change < minRelativeChange) messages.push(failed('relative', minRelativeChange));
  }
  return messages;
}

/** What counts as better than 0. */
const LEAST_DIFFERENCE = 1e-10;

function checkThreshold(given: unknown): void {
  if (typeof given !== 'object' || given === null) throw notThresholds();
  const { threshold, minAbsoluteChange, minRelativeChange, greaterIsBetter }: Readonly<Record<string, unknown>> = { ...given };
  if (isGiven(threshold) && !isNumber(threshold)) throw bad('`threshold` parameter must be a number.');
  if (isGiven(minAbsoluteChange) && !(isNumber(minAbsoluteChange) && minAbsoluteChange > 0)) {
    throw bad('`min_absolute_change` parameter must be a positive number.');
  }
  if (isGiven(minRelativeChange)) {
    if (!isNumber(minRelativeChange)) throw bad('`min_relative_change` parameter must be a floating point number.');
    if (minRelativeChange < 0 || minRelativeChange > 1) throw bad('`min_relative_change` parameter must be between 0 and 1.');
  }
  if (!isGiven(greaterIsBetter)) throw bad('`greater_is_better` parameter must be defined.');
  if (typeof greaterIsBetter !== 'boolean') throw bad('`greater_is_better` parameter must be a boolean.');
  if (![threshold, minAbsoluteChange, minRelativeChange].some(isGiven)) throw bad('no threshold was specified.');
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value);
}

function bad(what: string): TouchstoneError {
  return new TouchstoneError('bad-threshold', `Could not instantiate MetricThreshold class: ${what}`);
}

function notThresholds(): TouchstoneError {
  return new TouchstoneError(
    'bad-threshold',
    'The validation thresholds argument must be a dictionary that maps strings to MetricThreshold objects.',
  );
}

/** As Python prints floats, because MLflow's messages do: whole numbers with a point. */
function float(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /^-?\d+$/u.test(text) ? `${text}.0` : text;
}
