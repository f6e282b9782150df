import { checkLevel } from '../check-argument.ts';
import type { LevelOption } from '../interval.ts';
import type { Scores } from '../scores.ts';
import {
  type Correlation,
  correlationP,
  correlationResult,
  productMoment,
  readColumns,
  type UndefinedCorrelation,
} from './correlation.ts';
import { tieGroups } from './ranks.ts';

/**
 * Pearson's correlation of two scores of the same rows, with the t test against 0 and Fisher's interval, tanh(atanh r ±
 * z/√(n − 3)). It measures how well a line fits, not agreement: a judge that is always two points too high correlates
 * perfectly. `zero-variance` when a column does not vary, and, with the estimate, when r is ±1; `too-few` below four rows.
 * Rows with a missing half drop as a whole.
 *
 * @throws StatsError `length-mismatch`, `not-finite`, `out-of-range`
 * @example
 * pearson([2, 5, 4, 5, 1], [3, 5, 5, 5, 1]); // { estimate: 0.954, low: 0.453, high: 0.997, p: 0.012, n: 5, … }
 */
export function pearson(x: Scores, y: Scores, options: LevelOption = {}): Correlation | UndefinedCorrelation {
  const level = checkLevel(options.level);
  const columns = readColumns(x, y);
  const n = columns.x.length;
  const about = { level, n, missing: columns.missing };
  if (n < 2) return { undefined: n === 0 ? 'no-data' : 'too-few', ...about };
  if ([columns.x, columns.y].some((values) => tieGroups(values).sizes.length === 1)) {
    return { undefined: 'zero-variance', ...about };
  }
  if (n === 2) return { undefined: 'too-few', ...about };
  const r = productMoment(columns.x, columns.y);
  return correlationResult(r, { p: correlationP(r, n), se: 1 / Math.sqrt(n - 3) }, about);
}
