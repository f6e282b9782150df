import { checkLevel } from '../check-argument.ts';
import type { LevelOption } from '../interval.ts';
import { normalCdf } from '../normal.ts';
import type { Scores } from '../scores.ts';
import { type Correlation, correlationResult, readColumns, type UndefinedCorrelation } from './correlation.ts';
import { type TieGroups, tieGroups } from './ranks.ts';

/**
 * Kendall's τ-b: of the pairs of rows, how many more are ordered alike by both scores than oppositely, corrected for
 * ties. Normal p value with the tie-corrected variance (Kendall 1970, chapter 4); interval on Fisher's scale with the
 * standard error √(0.437/(n − 4)) of Fieller, Hartley & Pearson (1957). `zero-variance` when a column does not vary,
 * and, with the estimate, when τ is ±1; `too-few` below five rows. Takes n·log n steps.
 *
 * @throws StatsError `length-mismatch`, `not-finite`, `out-of-range`
 * @example
 * kendallTauB([2, 5, 4, 5, 1], [3, 5, 5, 5, 1]); // { estimate: 0.882, low: 0.088, high: 0.991, p: 0.046, n: 5, … }
 */
export function kendallTauB(x: Scores, y: Scores, options: LevelOption = {}): Correlation | UndefinedCorrelation {
  const level = checkLevel(options.level);
  const columns = readColumns(x, y);
  const n = columns.x.length;
  const about = { level, n, missing: columns.missing };
  if (n < 2) return { undefined: n === 0 ? 'no-data' : 'too-few', ...about };
  const [groupsX, groupsY] = [tieGroups(columns.x), tieGroups(columns.y)];
  if (groupsX.sizes.length === 1 || groupsY.sizes.length === 1) return { undefined: 'zero-variance', ...about };
  if (n === 2) return { undefined: 'too-few', ...about };

  const [tiedX, tiedY] = [tieSums(groupsX.sizes), tieSums(groupsY.sizes)];
  const pairs = (n * (n - 1)) / 2;
  const { discordant, tiedInBoth } = comparePairs(groupsX, groupsY);
  const excess = pairs - tiedX.pairs - tiedY.pairs + tiedInBoth - 2 * discordant;
  const tau = excess / Math.sqrt(pairs - tiedX.pairs) / Math.sqrt(pairs - tiedY.pairs);
  const variance =
    (n * (n - 1) * (2 * n + 5) - tiedX.squares - tiedY.squares) / 18 +
    (tiedX.pairs * tiedY.pairs) / pairs +
    (tiedX.triples * tiedY.triples) / (18 * pairs * (n - 2));
  const p = Math.min(1, 2 * normalCdf(-Math.abs(excess) / Math.sqrt(variance)));
  const estimate = 1 - Math.abs(tau) < 1e-15 ? Math.sign(tau) : tau;
  return correlationResult(estimate, { p, se: n > 4 ? Math.sqrt(0.437 / (n - 4)) : Number.POSITIVE_INFINITY }, about);
}

/** Over groups of t equal values: Σt(t − 1)/2, Σt(t − 1)(t − 2), Σt(t − 1)(2t + 5). */
function tieSums(sizes: Uint32Array) {
  let [pairs, triples, squares] = [0, 0, 0];
  for (const t of sizes) {
    pairs += (t * (t - 1)) / 2;
    triples += t * (t - 1) * (t - 2);
    squares += t * (t - 1) * (2 * t + 5);
  }
  return { pairs, triples, squares };
}

/** Pairs of rows that x and y order oppositely, and pairs that are equal in both (Knight 1966, with a binary indexed tree). */
function comparePairs(x: TieGroups, y: TieGroups): { readonly discordant: number; readonly tiedInBoth: number } {
  const compare = (a: number, b: number) => (x.of[a] ?? 0) - (x.of[b] ?? 0) || (y.of[a] ?? 0) - (y.of[b] ?? 0);
  const order = Uint32Array.from(x.of.keys()).sort(compare);
  const seenUpTo = new Uint32Array(y.sizes.length + 1);
  let [discordant, tiedInBoth, run] = [0, 0, 0];
  order.forEach((row, seen) => {
    const group = (y.of[row] ?? 0) + 1;
    let notAbove = 0;
    for (let at = group; at > 0; at -= at & -at) notAbove += seenUpTo[at] ?? 0;
    discordant += seen - notAbove;
    for (let at = group; at < seenUpTo.length; at += at & -at) seenUpTo[at] = (seenUpTo[at] ?? 0) + 1;
    run = seen > 0 && compare(order[seen - 1] ?? 0, row) === 0 ? run + 1 : 0;
    tiedInBoth += run;
  });
  return { discordant, tiedInBoth };
}
