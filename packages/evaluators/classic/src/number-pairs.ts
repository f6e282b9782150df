import { type Item, type Score, type Skipped, skipped } from '@touchstone/core';
import { NumberList } from './number-list.ts';
import { pairwiseSum } from './pairwise-sum.ts';
import { cannotWeigh, type Weighing, type WeightedRow } from './weighing.ts';

export interface NumberRow extends WeightedRow {
  readonly predictions: number;
  readonly targets: number;
}

/** Targets, predictions and weights of all rows: 24 bytes a row. For what needs the mean before it can look at the rows. */
export class NumberPairs {
  readonly #weighing: Weighing;
  readonly #targets = new NumberList();
  readonly #predictions = new NumberList();
  readonly #weights = new NumberList();
  #weighted = 0;

  constructor(weighing: Weighing) {
    this.#weighing = weighing;
  }

  add({ predictions, targets, sample_weights }: NumberRow, item: Pick<Item, 'work'>): Score | undefined {
    const weight = this.#weighing.of({ sample_weights }, item);
    if (weight !== undefined) this.#weighted++;
    this.#weights.push(weight ?? 1);
    this.#targets.push(targets);
    this.#predictions.push(predictions);
    return undefined;
  }

  get rows(): number {
    return this.#targets.length;
  }

  /** Weighted. */
  sumOfTargets(): number | Skipped {
    const [targets, weights] = [this.#targets.values, this.#weights.values];
    const sum = pairwiseSum(this.rows, (row) => (weights[row] ?? 0) * (targets[row] ?? 0));
    return cannotWeigh(this.#weighing, this.#weighted, this.rows, this.#totalWeight()) ?? sum;
  }

  /**
   * The share of the targets' variance that the predictions account for; 1 at best, negative when the mean would predict better.
   * In two passes, as scikit-learn 1.9: a formula of sums loses all digits where targets are far from 0 and near to each other.
   */
  rSquared(): number | Skipped {
    const [targets, predictions, weights] = [this.#targets.values, this.#predictions.values, this.#weights.values];
    const count = targets.length;
    if (count < 2) return skipped('there is only one row, and variance needs two');
    const total = this.#totalWeight();
    const problem = cannotWeigh(this.#weighing, this.#weighted, count, total);
    if (problem !== undefined) return problem;
    const mean = pairwiseSum(count, (row) => (weights[row] ?? 0) * (targets[row] ?? 0)) / total;
    const squared = (of: (row: number) => number): number => pairwiseSum(count, (row) => (weights[row] ?? 0) * of(row) ** 2);
    const residual = squared((row) => (targets[row] ?? 0) - (predictions[row] ?? 0));
    const variance = squared((row) => (targets[row] ?? 0) - mean);
    if (residual === 0) return 1;
    return variance === 0 ? 0 : 1 - residual / variance;
  }

  /** The largest distance of a prediction from its target. Weights do not count. */
  maxError(): number {
    const predictions = this.#predictions.values;
    return this.#targets.values.reduce((most, target, row) => Math.max(most, Math.abs(target - (predictions[row] ?? 0))), 0);
  }

  #totalWeight(): number {
    const weights = this.#weights.values;
    return pairwiseSum(this.rows, (row) => weights[row] ?? 0);
  }
}
