import { checkLevel } from '../check-argument.ts';
import type { IntervalWarning, LevelOption } from '../interval.ts';
import { forEachResample, percentileLimits, type ResampleOptions, resampleCount } from '../resamples.ts';
import type { Undefined } from '../undefined-result.ts';
import { bradleyTerry, type UndefinedBradleyTerry } from './bradley-terry.ts';
import { fitBradleyTerry, tally } from './bradley-terry-fit.ts';
import { comparisonGroups } from './comparison-groups.ts';
import { type Judgment, type JudgmentOptions, readJudgments } from './judgments.ts';

/** Options of `bradleyTerryBootstrap`. */
export interface BradleyTerryBootstrapOptions extends JudgmentOptions, LevelOption, ResampleOptions {}

/** Abilities with percentile intervals. */
export interface BradleyTerryBootstrap {
  readonly undefined?: never;
  readonly abilities: readonly BootstrappedAbility[];
  readonly level: number;
  /** Judgments used. */
  readonly n: number;
  readonly missing: number;
  readonly clusters?: number;
  /** Resamples in which an item won or lost everything, or was not drawn: they have no finite abilities and are left out. */
  readonly dropped: number;
  readonly warnings: readonly IntervalWarning[];
}

/** One item with its percentile interval. */
export interface BootstrappedAbility {
  readonly item: string;
  /** Log odds of being preferred over an item of ability 0; all abilities sum to 0. */
  readonly estimate: number;
  readonly low: number | Undefined;
  readonly high: number | Undefined;
}

/**
 * `bradleyTerry` with percentile bootstrap intervals: judgments, or whole clusters (prompts) when clusters are given, are
 * drawn with replacement, stream 1 of the library's own random numbers. Many dropped resamples mean that an item is close
 * to having won or lost everything: its interval is then too narrow, and the warning `dropped-resamples` says so.
 *
 * @throws StatsError as `bradleyTerry`; `not-integer`, `out-of-range` for seed and resamples
 */
export function bradleyTerryBootstrap(
  judgments: readonly Judgment[],
  options: BradleyTerryBootstrapOptions = {},
): BradleyTerryBootstrap | UndefinedBradleyTerry {
  const level = checkLevel(options.level);
  const { items, clusters } = options;
  const sample = readJudgments(judgments, { items, clusters });
  const units = sample.clusters?.count ?? sample.judgments.length;
  const resamples = resampleCount(units, options);
  const point = bradleyTerry(judgments, { items, clusters, covariance: 'hessian' });
  if (point.undefined !== undefined) return point;
  const about = { n: sample.judgments.length, missing: sample.missing };
  if (units === 1) return { undefined: clusters ? 'single-cluster' : 'too-few', ...about, groups: [sample.items] };

  const model = { items: sample.items.length, order: 'ignored' } as const;
  const [origin = 0, ...others] = point.abilities.map(({ estimate }) => estimate);
  const start = Float64Array.from(others, (estimate) => estimate - origin);
  const replicates: number[][] = sample.items.map(() => []);
  forEachResample(units, options, (times) => {
    const comparisons = tally(sample.judgments, model.items, (row) => times[sample.clusters?.of[row] ?? row] ?? 0);
    if (comparisonGroups(comparisons, model.items).length > 1) return;
    const fit = fitBradleyTerry(comparisons, model, start);
    if (fit === undefined) return;
    const mean = fit.at.reduce((sum, ability) => sum + ability, 0) / model.items;
    replicates.forEach((values, item) => {
      values.push((item === 0 ? 0 : (fit.at[item - 1] ?? 0)) - mean);
    });
  });
  const dropped = resamples - (replicates[0]?.length ?? 0);
  if (dropped === resamples) return { undefined: 'not-identified', ...about, groups: [sample.items] };
  return {
    abilities: point.abilities.map(({ item, estimate }, i) => ({ item, estimate, ...limits(replicates[i] ?? [], level) })),
    level,
    ...about,
    ...(sample.clusters && { clusters: sample.clusters.count }),
    dropped,
    warnings: [
      ...(sample.clusters && sample.clusters.count < 5 ? (['few-clusters'] as const) : []),
      ...(dropped > 0.05 * resamples ? (['dropped-resamples'] as const) : []),
    ],
  };
}

function limits(replicates: readonly number[], level: number): Pick<BootstrappedAbility, 'low' | 'high'> {
  const [low, high] = percentileLimits(replicates, level);
  // An interval without width is no interval: all resamples gave the same.
  return high - low > 1e-9 ? { low, high } : { low: { undefined: 'zero-variance' }, high: { undefined: 'zero-variance' } };
}
