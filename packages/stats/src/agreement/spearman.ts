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
import { midRanks, tieGroups } from './ranks.ts';

/**
 * Spearman's rank correlation: Pearson's of the mid-ranks, so only the order of the scores counts. t test against 0;
 * interval on Fisher's scale with the standard error √((1 + ρ²/2)/(n − 3)) of Bonett & Wright (2000). `zero-variance`
 * when a column does not vary, and, with the estimate, when ρ is ±1; `too-few` below four rows.
 *
 * @throws StatsError `length-mismatch`, `not-finite`, `out-of-range`
 * @example
 * spearman([2, 5, 4, 5, 1], [3, 5, 5, 5, 1]); // { estimate: 0.918, low: -0.078, high: 0.997, p: 0.028, n: 5, … }
 */
export function spearman(x: Scores, y: Scores, options: LevelOption = {}): Correlation | UndefinedCorrelation {
  const level = checkLevel(options.level);
  const columns = readColumns(x, y);
  const n = columns.x.length;
  const about = { level, n, missing: columns.missing };
  if (n < 2) return { undefined: n === 0 ? 'no-data' : 'too-few', ...about };
  const [groupsX, groupsY] = [tieGroups(columns.x), tieGroups(columns.y)];
  if (groupsX.sizes.length === 1 || groupsY.sizes.length === 1) return { undefined: 'zero-variance', ...about };
  if (n === 2) return { undefined: 'too-few', ...about };
  const rho = productMoment(midRanks(groupsX), midRanks(groupsY));
  return correlationResult(rho, { p: correlationP(rho, n), se: Math.sqrt((1 + (rho * rho) / 2) / (n - 3)) }, about);
}
