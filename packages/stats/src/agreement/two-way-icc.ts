import { checkLevel, shown } from '../check-argument.ts';
import { betaLogOddsQuantile } from '../incomplete-beta.ts';
import type { Interval, LevelOption, UndefinedInterval } from '../interval.ts';
import { type Scores, scoreReader, TIE } from '../scores.ts';
import { StatsError } from '../stats-error.ts';
import { checkUnit } from './ratings.ts';

/** Intraclass correlation of raters, with its interval and its F test. `n` counts the units. */
export interface TwoWayIcc extends Interval {
  /** Mean square of the units over that of the residuals. */
  readonly f: number;
  readonly df1: number;
  readonly df2: number;
  readonly raters: number;
}

/**
 * ICC(2,1) of Shrout & Fleiss (1979): how far one rater's numbers can stand for another's, when the raters are a sample
 * of possible raters and a rater who is always higher by one counts as disagreeing. From the two-way analysis of
 * variance (units, raters, residual): (MSB − MSE)/(MSB + (k − 1)·MSE + k·(MSJ − MSE)/n), with their F limits. Complete
 * data only: with gaps use `krippendorffAlpha` on the interval scale. `zero-variance` when all units look the same, or
 * when nothing is left unexplained and there is no interval: the estimate is kept then. `not-identified` where the raters
 * contradict each other so much that the formula has nothing to divide by.
 *
 * @throws StatsError `missing-value`, `length-mismatch`, `not-finite`, `out-of-range`
 * @example
 * twoWayIcc([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]);
 * // { estimate: 0.290, low: 0.019, high: 0.761, f: 11.03, df1: 5, df2: 15, … }: the table of Shrout & Fleiss
 */
export function twoWayIcc(units: readonly Scores[], options: LevelOption = {}): TwoWayIcc | UndefinedInterval {
  const level = checkLevel(options.level);
  const table = readTable(units);
  const n = table.length;
  const k = table[0]?.length ?? 0;
  const about = { level, n, missing: 0 };
  if (n === 0 || k === 0) return { undefined: 'no-data', ...about };
  if (n === 1 || k === 1) return { undefined: 'too-few', ...about };

  const { between, raters, residual, scale } = meanSquares(table, n, k);
  const nothing = (TIE * scale) ** 2;
  if (between <= nothing && residual <= nothing) return { undefined: 'zero-variance', ...about };
  const total = between + (k - 1) * residual + (k * (raters - residual)) / n;
  if (total <= nothing) return { undefined: 'not-identified', ...about };
  const estimate = (between - residual) / total;
  if (residual <= nothing) return { undefined: 'zero-variance', estimate, ...about };

  const df1 = n - 1;
  const df2 = (n - 1) * (k - 1);
  // Satterthwaite's degrees of freedom of the denominator, as in Shrout & Fleiss (1979), p. 424.
  const ratersShare = (k * estimate * raters) / residual;
  const rest = n * (1 + (k - 1) * estimate) - k * estimate;
  const sum = ratersShare + rest;
  const cancels = Math.abs(sum) <= 1e-9 * (Math.abs(ratersShare) + Math.abs(rest));
  const df = cancels ? 0 : (df2 * sum ** 2) / (df1 * ratersShare ** 2 + rest ** 2);
  // The correlation at which the observed F, made f times as large, would be expected.
  const noise = k * raters + (k * n - k - n) * residual;
  const at = (f: number) => (f === Number.POSITIVE_INFINITY ? 1 : (n * (f * between - residual)) / (noise + n * f * between));
  const tail = (1 - level) / 2;
  const low = df > 0 ? at(1 / fQuantileAbove(tail, df1, df)) : Number.NaN;
  const high = df > 0 ? at(fQuantileAbove(tail, df, df1)) : Number.NaN;
  // Far below 0 the approximation breaks down: no degrees of freedom, or nothing to divide by.
  if (!Number.isFinite(low) || !Number.isFinite(high)) return { undefined: 'not-identified', estimate, ...about };
  return {
    estimate,
    low: Math.min(low, estimate),
    high: Math.max(high, estimate),
    method: 'shrout-fleiss',
    f: between / residual,
    df1,
    df2,
    raters: k,
    ...about,
    warnings: [],
  };
}

/** Complete rows of equal length. */
function readTable(units: readonly Scores[]): readonly Float64Array[] {
  return units.map((unit, u) => {
    checkUnit(unit, u);
    if (unit.length !== units[0]?.length) {
      throw new StatsError(
        'length-mismatch',
        `units[${u}] has ${unit.length} entries and units[0] has ${units[0]?.length}: every unit needs one rating of each rater.`,
        { argument: 'units', index: u },
      );
    }
    const readOne = scoreReader(`units[${u}]`);
    return Float64Array.from(Array.from(unit), (rating, r) => {
      const value = readOne(rating, r);
      if (value !== null) return value;
      throw new StatsError(
        'missing-value',
        `units[${u}][${r}] is ${shown(rating)}: the intraclass correlation needs complete data; use krippendorffAlpha with missing ratings.`,
        { argument: 'units', index: u },
      );
    });
  });
}

function meanSquares(table: readonly Float64Array[], n: number, k: number) {
  const grand = table.reduce((sum, row) => sum + average(row) / n, 0);
  const rows = table.map((row) => average(row) - grand);
  const columns = Array.from({ length: k }, (_, j) => table.reduce((sum, row) => sum + ((row[j] ?? 0) - grand) / n, 0));
  const residuals = table.flatMap((row, i) => Array.from(row, (value, j) => value - grand - (rows[i] ?? 0) - (columns[j] ?? 0)));
  return {
    between: (k * sumOfSquares(rows)) / (n - 1),
    raters: (n * sumOfSquares(columns)) / (k - 1),
    residual: sumOfSquares(residuals) / ((n - 1) * (k - 1)),
    scale: table.reduce((largest, row) => Math.max(largest, ...row.map(Math.abs)), 0),
  };
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sumOfSquares(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

/** The F value that is exceeded with probability `tail`: (df2/df1)·x/(1 − x) with x from Beta(df1/2, df2/2). */
function fQuantileAbove(tail: number, df1: number, df2: number): number {
  return (df2 / df1) * Math.exp(betaLogOddsQuantile({ lower: 1 - tail, upper: tail }, df1 / 2, df2 / 2));
}
