import { checkLevel, shown } from '../check-argument.ts';
import type { Interval, IntervalResult, LevelOption } from '../interval.ts';
import { pairedProportionDifference } from '../paired-proportion-difference.ts';
import { wilsonInterval } from '../proportion-intervals.ts';
import { StatsError } from '../stats-error.ts';
import type { Undefined } from '../undefined-result.ts';
import { signTestP } from './sign-test.ts';

/** Which of the two answers shown a judge preferred, by its place, not by its system. */
export type Verdict = 'first' | 'second' | 'tie';

/**
 * A pair judged twice: as shown, and with the answers in each other's place. An unbiased judge says `first` and then
 * `second`, or the reverse. A missing half makes the pair missing.
 */
export type BothOrders = readonly [shown: Verdict | null | undefined, swapped: Verdict | null | undefined];

/** What the order of the answers did to a judge. */
export interface PositionBias {
  readonly undefined?: never;
  /** Pairs judged in both orders. */
  readonly n: number;
  readonly missing: number;
  /** Pairs with the same preference in both orders, or a tie in both. */
  readonly consistent: number;
  /** Share of consistent pairs, Wilson's interval; 1 − this is the position-bias rate. */
  readonly consistency: Interval;
  /** Pairs where whatever was shown first won twice. */
  readonly bothFirst: number;
  /** Pairs where whatever was shown second won twice. */
  readonly bothSecond: number;
  /** (bothFirst − bothSecond)/n in [−1, 1] with Tango's interval and the exact sign test: the direction of the bias. */
  readonly bias: Interval & { readonly p: number };
  /** Share of the first place among the verdicts that are no tie; ½ without bias. `all-ties` when there are none. */
  readonly firstShare: number | Undefined;
}

/** No pair was judged in both orders. */
export interface UndefinedPositionBias extends Undefined {
  readonly n: number;
  readonly missing: number;
}

/**
 * How much a judge goes by the place of an answer, from pairs judged in both orders.
 *
 * @throws StatsError `out-of-range` (a verdict that is none), `length-mismatch`
 * @example
 * const result = positionBias([['first', 'second'], ['first', 'first'], ['tie', 'tie'], ['second', 'first']]);
 * // { n: 4, consistent: 3, bothFirst: 1, consistency: { estimate: 0.75, … }, bias: { estimate: 0.25, p: 1, … }, … }
 */
export function positionBias(pairs: readonly BothOrders[], options: LevelOption = {}): PositionBias | UndefinedPositionBias {
  const level = checkLevel(options.level);
  let [n, consistent, bothFirst, bothSecond, first, decided] = [0, 0, 0, 0, 0, 0];
  for (const [i, pair] of pairs.entries()) {
    const [shownFirst, swapped] = checkPair(pair, i);
    if (shownFirst === null || swapped === null) continue;
    n++;
    const places = [shownFirst, swapped];
    first += places.filter((place) => place === 'first').length;
    decided += places.filter((place) => place !== 'tie').length;
    if (isConsistent(shownFirst, swapped)) consistent++;
    else if (shownFirst === 'first' && swapped === 'first') bothFirst++;
    else if (shownFirst === 'second' && swapped === 'second') bothSecond++;
  }
  const missing = pairs.length - n;
  const consistency = wilsonInterval(consistent, n, { level });
  const bias = pairedProportionDifference({ n, onlyA: bothFirst, onlyB: bothSecond }, { level });
  if (!isInterval(consistency) || !isInterval(bias)) return { undefined: 'no-data', n, missing };
  return {
    n,
    missing,
    consistent,
    consistency,
    bothFirst,
    bothSecond,
    bias: { ...bias, p: signTestP(bothFirst, bothSecond) },
    firstShare: decided === 0 ? { undefined: 'all-ties' } : first / decided,
  };
}

/** One preference said twice, or a tie said twice. */
function isConsistent(shownFirst: Verdict, swapped: Verdict): boolean {
  if (shownFirst === 'tie' || swapped === 'tie') return shownFirst === swapped;
  return shownFirst !== swapped;
}

function checkPair(pair: BothOrders, index: number): readonly [Verdict | null, Verdict | null] {
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new StatsError(
      'length-mismatch',
      `pairs[${index}] is ${shown(pair)}: give two verdicts, as shown and swapped, like ["first", "second"].`,
      { argument: 'pairs', index },
    );
  }
  return [checkVerdict(pair[0], index, 0), checkVerdict(pair[1], index, 1)];
}

function checkVerdict(verdict: unknown, index: number, order: number): Verdict | null {
  if (verdict === null || verdict === undefined) return null;
  if (verdict === 'first' || verdict === 'second' || verdict === 'tie') return verdict;
  throw new StatsError(
    'out-of-range',
    `pairs[${index}][${order}] is ${shown(verdict)}: a verdict is "first", "second" or "tie", or null when it is missing.`,
    { argument: 'pairs', index },
  );
}

function isInterval(result: IntervalResult): result is Interval {
  return result.undefined === undefined;
}
