import { checkSameLength } from '../check-argument.ts';
import type { Interval, UndefinedInterval } from '../interval.ts';
import { normalQuantile } from '../normal.ts';
import { type Scores, scoreReader } from '../scores.ts';
import { tTwoSidedP } from '../student-t.ts';

/** A correlation in [−1, 1] with its interval and its test against 0. */
export interface Correlation extends Interval {
  /** Two-sided p value of no association, in [0, 1]. */
  readonly p: number;
}

/** No correlation, or no interval of it; what still exists stands beside the reason. */
export interface UndefinedCorrelation extends UndefinedInterval {
  readonly p?: number;
}

/** Two columns without the rows of which a half is missing. */
export interface Columns {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly missing: number;
}

/** Validates two columns and drops rows with a missing half as a whole. */
export function readColumns(x: Scores, y: Scores): Columns {
  checkSameLength(x, y, ['x', 'y']);
  const [readX, readY] = [scoreReader('x'), scoreReader('y')];
  const kept: [number, number][] = [];
  for (let i = 0; i < x.length; i++) {
    const [first, second] = [readX(x[i], i), readY(y[i], i)];
    if (first !== null && second !== null) kept.push([first, second]);
  }
  return {
    x: Float64Array.from(kept, ([value]) => value),
    y: Float64Array.from(kept, ([, value]) => value),
    missing: x.length - kept.length,
  };
}

/** Product-moment correlation of two columns that vary. */
export function productMoment(x: Float64Array, y: Float64Array): number {
  const [a, b] = [unitDeviations(x), unitDeviations(y)];
  const r = a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  return 1 - Math.abs(r) < 1e-15 ? Math.sign(r) : r;
}

/** p value of t = r·√((n − 2)/(1 − r²)) with n − 2 degrees of freedom, n from 3. */
export function correlationP(r: number, n: number): number {
  return tTwoSidedP(Math.abs(r) === 1 ? Number.POSITIVE_INFINITY : r * Math.sqrt((n - 2) / (1 - r * r)), n - 2);
}

/** Puts a correlation and its interval on Fisher's scale together: tanh(atanh r ± z·se). */
export function correlationResult(
  estimate: number,
  test: { readonly p: number; readonly se: number },
  about: { readonly level: number; readonly n: number; readonly missing: number },
): Correlation | UndefinedCorrelation {
  if (!(test.se < Number.POSITIVE_INFINITY)) return { undefined: 'too-few', estimate, p: test.p, ...about };
  if (Math.abs(estimate) === 1) return { undefined: 'zero-variance', estimate, p: test.p, ...about };
  const half = -normalQuantile((1 - about.level) / 2) * test.se;
  const centre = Math.atanh(estimate);
  const [low, high] = [Math.tanh(centre - half), Math.tanh(centre + half)];
  return { estimate, low, high, method: 'fisher-z', p: test.p, ...about, warnings: [] };
}

/** Deviations from the mean, scaled to length 1 in two steps, so that no square overflows or vanishes. */
function unitDeviations(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const deviations = values.map((value) => value - mean);
  const largest = deviations.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scaled = deviations.map((value) => value / largest);
  const length = Math.sqrt(scaled.reduce((sum, value) => sum + value * value, 0));
  return scaled.map((value) => value / length);
}
