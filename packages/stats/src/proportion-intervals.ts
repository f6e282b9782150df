import { checkInteger, checkLevel } from './check-argument.ts';
import { betaQuantile } from './incomplete-beta.ts';
import type { IntervalMethod, IntervalResult, LevelOption } from './interval.ts';
import { normalQuantile } from './normal.ts';

/**
 * Score interval of a proportion (Wilson 1927): the default. Close to its nominal coverage from n = 1 on, never outside
 * [0, 1], and not empty at 0 or n successes.
 *
 * @param successes integer in [0, n]
 * @param n integer from 0; 0 gives `no-data`
 * @throws StatsError `not-integer`, `out-of-range`
 * @example
 * wilsonInterval(9, 10); // { estimate: 0.9, low: 0.596, high: 0.982, method: 'wilson', … }
 */
export function wilsonInterval(successes: number, n: number, options: LevelOption = {}): IntervalResult {
  return proportion(successes, n, options, 'wilson', (p, alpha) => wilsonLimits(p, n, normalQuantile(alpha / 2)));
}

/**
 * Exact interval of a proportion (Clopper & Pearson 1934): covers at least its level for every true proportion, so it
 * is wider than needed on average. Quantiles of Beta(k, n − k + 1) and Beta(k + 1, n − k).
 *
 * @throws StatsError `not-integer`, `out-of-range`
 */
export function clopperPearsonInterval(successes: number, n: number, options: LevelOption = {}): IntervalResult {
  return proportion(successes, n, options, 'clopper-pearson', (_, alpha) => [
    successes === 0 ? 0 : betaQuantile(alpha / 2, successes, n - successes + 1),
    successes === n ? 1 : betaQuantile(1 - alpha / 2, successes + 1, n - successes),
  ]);
}

/**
 * Equal-tailed interval from Jeffreys' prior: quantiles of Beta(k + ½, n − k + ½), with 0 and 1 at the ends (Brown, Cai
 * & DasGupta 2001, 3.1).
 *
 * @throws StatsError `not-integer`, `out-of-range`
 */
export function jeffreysInterval(successes: number, n: number, options: LevelOption = {}): IntervalResult {
  return proportion(successes, n, options, 'jeffreys', (_, alpha) => [
    successes === 0 ? 0 : betaQuantile(alpha / 2, successes + 0.5, n - successes + 0.5),
    successes === n ? 1 : betaQuantile(1 - alpha / 2, successes + 0.5, n - successes + 0.5),
  ]);
}

/**
 * Wald's formula on z²/2 added successes and failures, clipped to [0, 1] (Agresti & Coull 1998). For comparison.
 *
 * @throws StatsError `not-integer`, `out-of-range`
 */
export function agrestiCoullInterval(successes: number, n: number, options: LevelOption = {}): IntervalResult {
  return proportion(successes, n, options, 'agresti-coull', (_, alpha) => {
    const z = normalQuantile(alpha / 2);
    const total = n + z * z;
    const centre = (successes + (z * z) / 2) / total;
    const half = Math.abs(z) * Math.sqrt((centre * (1 - centre)) / total);
    return [centre - half, centre + half];
  });
}

/**
 * p̂ ± z·√(p̂(1 − p̂)/n), clipped to [0, 1]. Covers far less than its level for small samples; for comparison with tools
 * that print it. `zero-variance` at 0 and n successes.
 *
 * @throws StatsError `not-integer`, `out-of-range`
 */
export function waldInterval(successes: number, n: number, options: LevelOption = {}): IntervalResult {
  const result = proportion(successes, n, options, 'wald', (p, alpha) => {
    const half = Math.abs(normalQuantile(alpha / 2)) * Math.sqrt((p * (1 - p)) / n);
    return [p - half, p + half];
  });
  if (result.undefined !== undefined || (successes > 0 && successes < n)) return result;
  return { undefined: 'zero-variance', estimate: result.estimate, level: result.level, n, missing: 0 };
}

/**
 * Wilson's limits for an observed share p of n units, n real. They are the roots μ of (p − μ)² = q²·μ(1 − μ)/n; each is
 * computed as a quotient of positive terms, so that low is exactly 0 at p = 0 and high exactly 1 at p = 1.
 *
 * @param quantile the normal (or t) quantile, of either sign
 */
export function wilsonLimits(p: number, n: number, quantile: number): readonly [low: number, high: number] {
  const square = (quantile * quantile) / n;
  const half = Math.sqrt(square * (p * (1 - p) + square / 4));
  const other = 1 - p;
  return [(p * p) / (p + square / 2 + half), 1 - (other * other) / (other + square / 2 + half)];
}

function proportion(
  successes: number,
  n: number,
  options: LevelOption,
  method: IntervalMethod,
  limits: (p: number, alpha: number) => readonly [number, number],
): IntervalResult {
  const level = checkLevel(options.level);
  checkInteger(n, 'n', 0, Number.MAX_SAFE_INTEGER);
  checkInteger(successes, 'successes', 0, n);
  if (n === 0) return { undefined: 'no-data', level, n, missing: 0 };
  const estimate = successes / n;
  const [low, high] = limits(estimate, 1 - level);
  return {
    estimate,
    low: Math.max(0, Math.min(low, estimate)),
    high: Math.min(1, Math.max(high, estimate)),
    level,
    method,
    n,
    missing: 0,
    warnings: [],
  };
}
