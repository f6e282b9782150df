import { checkLevel, checkOneOf, checkWithin } from '../check-argument.ts';
import { inverseOf } from '../cholesky.ts';
import type { IntervalWarning, LevelOption } from '../interval.ts';
import type { Undefined, UndefinedReason } from '../undefined-result.ts';
import { type Ability, centred, type LogOdds, logOdds, rankedAbilities } from './abilities.ts';
import { type BradleyTerryModel, fitBradleyTerry, logitGradient, preferenceOdds, tally } from './bradley-terry-fit.ts';
import { type Comparison, comparisonGroups } from './comparison-groups.ts';
import { type Judgment, type JudgmentOptions, type JudgmentSample, readJudgments } from './judgments.ts';
import type { Maximum } from './newton.ts';

/** Options of `bradleyTerryWithOrder`. */
export interface BradleyTerryOrderOptions extends JudgmentOptions, LevelOption {
  /**
   * `sandwich` when not given: standard errors from the judgments as they scattered (HC0), by cluster when clusters are
   * given. `hessian`: from the model, which overstates them when there are ties.
   */
  readonly covariance?: 'sandwich' | 'hessian' | undefined;
}

/** Options of `bradleyTerry`. */
export interface BradleyTerryOptions extends BradleyTerryOrderOptions {
  /**
   * Weight of a tie that is added between every two items, 0 when not given. It pulls abilities together and keeps them
   * finite where an item won or lost everything: 0.5 is a mild choice. A result with it is a regularised one: say so.
   */
  readonly virtualTies?: number | undefined;
}

/** Abilities of items that were compared in pairs. */
export interface BradleyTerry {
  readonly undefined?: never;
  /** In the order of the items; sort by `rank` for a table. */
  readonly abilities: readonly Ability[];
  /** Of the judgments as binomial shares, without constants. */
  readonly logLikelihood: number;
  readonly covariance: 'sandwich' | 'hessian';
  readonly virtualTies: number;
  readonly level: number;
  /** Judgments used. */
  readonly n: number;
  readonly missing: number;
  readonly clusters?: number;
  readonly warnings: readonly IntervalWarning[];
}

/** The same, with what being shown first was worth. */
export interface BradleyTerryWithOrder extends BradleyTerry {
  /** Log odds that the first place adds; above 0 when the judge favours what it sees first. */
  readonly firstPosition: LogOdds;
}

/** No finite abilities on one scale, and why. */
export interface UndefinedBradleyTerry extends Undefined {
  readonly n: number;
  readonly missing: number;
  /**
   * Items that can be compared with each other, strongest groups first: nobody of a later group ever won or tied against
   * somebody of an earlier one. More than one group is the usual reason for `not-identified`.
   */
  readonly groups: readonly (readonly string[])[];
}

/**
 * Abilities from pairwise preferences: logit P(i beats j) = β_i − β_j (Bradley & Terry 1952), a tie as half a win
 * (binomial quasi-likelihood), Σβ = 0. With intervals, and ranks with the range that the data allow.
 *
 * `not-identified` when an item (or group of items) won or lost all its comparisons with the others, or was never compared
 * with them: the abilities would be infinite or arbitrary. `groups` shows which; `virtualTies` gives finite ones. Without
 * any spread between judgments a standard error is `zero-variance`, with one cluster `single-cluster`.
 *
 * @throws StatsError `out-of-range` (an unknown item, an item against itself, an outcome outside [0, 1]), `not-finite`,
 *   `length-mismatch`, `missing-cluster`
 * @example
 * bradleyTerry([
 *   { first: 'a', second: 'b', outcome: 1 },
 *   { first: 'b', second: 'a', outcome: 0 },
 *   { first: 'a', second: 'b', outcome: 0 },
 * ]).abilities; // [{ item: 'a', estimate: 0.347, rank: 1, bestRank: 1, worstRank: 2, … }, { item: 'b', estimate: -0.347, … }]
 */
export function bradleyTerry(
  judgments: readonly Judgment[],
  options: BradleyTerryOptions = {},
): BradleyTerry | UndefinedBradleyTerry {
  const level = checkLevel(options.level);
  checkOneOf(options.covariance ?? 'sandwich', 'covariance', ['sandwich', 'hessian']);
  const virtualTies = checkWithin(options.virtualTies ?? 0, 'virtualTies', 0, 1e6);
  const sample = readJudgments(judgments, options);
  const model = { items: sample.items.length, order: 'ignored' } as const;
  const comparisons = [...tally(sample.judgments, model.items), ...tiesOfAll(model.items, virtualTies)];
  const fit = fitSample(sample, comparisons, model);
  if ('undefined' in fit) return fit;
  return result(fit, sample, { ...options, level, virtualTies });
}

/**
 * The same with an effect of the order: logit P(first beats second) = β_first − β_second + γ. Use it when answers were
 * shown in both orders or at random; `not-identified` when the order cannot be told from the items.
 *
 * @throws StatsError as `bradleyTerry`
 */
export function bradleyTerryWithOrder(
  judgments: readonly Judgment[],
  options: BradleyTerryOrderOptions = {},
): BradleyTerryWithOrder | UndefinedBradleyTerry {
  const level = checkLevel(options.level);
  checkOneOf(options.covariance ?? 'sandwich', 'covariance', ['sandwich', 'hessian']);
  const sample = readJudgments(judgments, options);
  const model = { items: sample.items.length, order: 'estimated' } as const;
  const fit = fitSample(sample, tally(sample.judgments, model.items), model);
  if ('undefined' in fit) return fit;
  const size = fit.at.length;
  const variance = covarianceOf(fit, sample, options)[size * size - 1] ?? 0;
  return {
    ...result(fit, sample, { ...options, level, virtualTies: 0 }),
    firstPosition: logOdds(fit.at[size - 1] ?? 0, variance, { level, unknown: unknownError(sample, options) }),
  };
}

interface Fit extends Maximum {
  readonly model: BradleyTerryModel;
  /** Inverse of the information. */
  readonly bread: Float64Array;
  readonly logLikelihood: number;
}

/** Fits, or says why that is impossible. */
function fitSample(
  sample: JudgmentSample,
  comparisons: readonly Comparison[],
  model: BradleyTerryModel,
): Fit | UndefinedBradleyTerry {
  const groups = comparisonGroups(comparisons, model.items).map((group) => group.map((item) => sample.items[item] ?? ''));
  const about = { n: sample.judgments.length, missing: sample.missing, groups };
  if (sample.judgments.length === 0) return { undefined: 'no-data', ...about };
  const fit = groups.length > 1 ? undefined : fitBradleyTerry(comparisons, model);
  const bread = fit && inverseOf(fit.information, fit.at.length);
  if (fit === undefined || bread === undefined) return { undefined: 'not-identified', ...about };
  return { ...fit, model, bread, logLikelihood: logLikelihoodOf(sample, fit.at, model) };
}

function tiesOfAll(items: number, weight: number): readonly Comparison[] {
  if (weight === 0) return [];
  const all = Array.from({ length: items }, (_, i) => i);
  return all.flatMap((first) => all.slice(first + 1).map((second) => ({ first, second, weight, wins: weight / 2 })));
}

function logLikelihoodOf({ judgments }: JudgmentSample, at: Float64Array, model: BradleyTerryModel): number {
  return judgments.reduce((sum, judgment) => {
    const [p, q] = preferenceOdds(at, judgment, model);
    const { outcome } = judgment;
    return sum + (outcome > 0 ? outcome * Math.log(p) : 0) + (outcome < 1 ? (1 - outcome) * Math.log(q) : 0);
  }, 0);
}

function result(
  fit: Fit,
  sample: JudgmentSample,
  options: BradleyTerryOptions & { readonly level: number; readonly virtualTies: number },
): BradleyTerry {
  const { level, virtualTies, covariance = 'sandwich' } = options;
  const { clusters } = sample;
  const abilities = centred(fit.at.subarray(0, fit.model.items - 1), covarianceOf(fit, sample, options), fit.at.length);
  return {
    abilities: rankedAbilities(sample.items, abilities, { level, unknown: unknownError(sample, options) }),
    logLikelihood: fit.logLikelihood,
    covariance,
    virtualTies,
    level,
    n: sample.judgments.length,
    missing: sample.missing,
    ...(clusters && { clusters: clusters.count }),
    warnings: clusters && clusters.count < 5 ? ['few-clusters'] : [],
  };
}

/** The spread between clusters cannot be seen in one cluster. */
function unknownError({ clusters }: JudgmentSample, { covariance }: BradleyTerryOrderOptions): UndefinedReason | undefined {
  return covariance !== 'hessian' && clusters?.count === 1 ? 'single-cluster' : undefined;
}

/** Covariance of the parameters: the inverse information H⁻¹, or H⁻¹·(Σ s·sᵀ)·H⁻¹ with the scores s of judgments or clusters. */
function covarianceOf(fit: Fit, sample: JudgmentSample, { covariance }: BradleyTerryOrderOptions): Float64Array {
  if (covariance === 'hessian') return fit.bread;
  const size = fit.at.length;
  const scores = new Map<number, Float64Array>();
  sample.judgments.forEach((judgment, row) => {
    const unit = sample.clusters?.of[row] ?? row;
    const score = scores.get(unit) ?? new Float64Array(size);
    const [p, q] = preferenceOdds(fit.at, judgment, fit.model);
    const residual = judgment.outcome * q - (1 - judgment.outcome) * p;
    for (const [i, x] of logitGradient(judgment, fit.model)) score[i] = (score[i] ?? 0) + residual * x;
    scores.set(unit, score);
  });
  const sandwich = new Float64Array(size * size);
  for (const score of scores.values()) {
    const influence = Float64Array.from({ length: size }, (_, i) =>
      score.reduce((sum, value, j) => sum + value * (fit.bread[i * size + j] ?? 0), 0),
    );
    influence.forEach((a, i) => {
      influence.forEach((b, j) => {
        sandwich[i * size + j] = (sandwich[i * size + j] ?? 0) + a * b;
      });
    });
  }
  return sandwich;
}
