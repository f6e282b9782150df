import type { Comparison } from './comparison-groups.ts';
import type { CodedJudgment } from './judgments.ts';
import { type LocalLikelihood, type Maximum, maximum } from './newton.ts';

/** Whether being shown first may count: an effect of its own, or nothing. */
type OrderEffect = 'ignored' | 'estimated';

/** The model to fit. */
export interface BradleyTerryModel {
  readonly items: number;
  readonly order: OrderEffect;
}

/** Judgments by who was shown first against whom; each counted `times`, once when not given. */
export function tally(
  judgments: readonly CodedJudgment[],
  items: number,
  times?: (row: number) => number,
): readonly Comparison[] {
  const cells = new Map<number, { first: number; second: number; weight: number; wins: number }>();
  judgments.forEach(({ first, second, outcome }, row) => {
    const count = times?.(row) ?? 1;
    if (count === 0) return;
    const cell = cells.get(first * items + second) ?? { first, second, weight: 0, wins: 0 };
    cell.weight += count;
    cell.wins += count * outcome;
    cells.set(first * items + second, cell);
  });
  return [...cells.values()];
}

/**
 * Maximum (quasi-)likelihood of logit P(first preferred) = β_first − β_second (+ γ). The parameters are β_1 … β_{K−1}
 * with β_0 = 0, then γ if it is estimated. Undefined when there is no finite maximum.
 */
export function fitBradleyTerry(
  comparisons: readonly Comparison[],
  model: BradleyTerryModel,
  start = new Float64Array(parameterCount(model)),
): Maximum | undefined {
  return maximum(start, (at) => likelihoodAt(at, comparisons, model));
}

/** P(first preferred) and its complement, each without cancellation. */
export function preferenceOdds(at: Float64Array, { first, second }: Pair, model: BradleyTerryModel): readonly [number, number] {
  const logit = abilityAt(at, first) - abilityAt(at, second) + (model.order === 'estimated' ? (at.at(-1) ?? 0) : 0);
  return [1 / (1 + Math.exp(-logit)), 1 / (1 + Math.exp(logit))];
}

/** The derivatives of the logit by the parameters that it depends on. */
export function logitGradient({ first, second }: Pair, model: BradleyTerryModel): readonly (readonly [number, number])[] {
  const entries: [number, number][] = [];
  if (first > 0) entries.push([first - 1, 1]);
  if (second > 0) entries.push([second - 1, -1]);
  if (model.order === 'estimated') entries.push([model.items - 1, 1]);
  return entries;
}

/** Parameters of the model. */
function parameterCount({ items, order }: BradleyTerryModel): number {
  return items - 1 + (order === 'estimated' ? 1 : 0);
}

interface Pair {
  readonly first: number;
  readonly second: number;
}

function likelihoodAt(at: Float64Array, comparisons: readonly Comparison[], model: BradleyTerryModel): LocalLikelihood {
  const size = at.length;
  const gradient = new Float64Array(size);
  const information = new Float64Array(size * size);
  let value = 0;
  for (const comparison of comparisons) {
    const [p, q] = preferenceOdds(at, comparison, model);
    const { weight, wins } = comparison;
    const losses = weight - wins;
    if (wins > 0) value += wins * Math.log(p);
    if (losses > 0) value += losses * Math.log(q);
    const residual = wins * q - losses * p;
    const derivatives = logitGradient(comparison, model);
    for (const [i, x] of derivatives) {
      gradient[i] = (gradient[i] ?? 0) + residual * x;
      for (const [j, y] of derivatives) {
        information[i * size + j] = (information[i * size + j] ?? 0) + weight * p * q * x * y;
      }
    }
  }
  return { value, gradient, information };
}

function abilityAt(at: Float64Array, item: number): number {
  return item === 0 ? 0 : (at[item - 1] ?? 0);
}
