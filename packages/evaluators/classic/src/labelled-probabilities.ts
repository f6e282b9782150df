import { type Skipped, skipped } from '@touchstone/core';
import { averagePrecision, rocArea } from './curves.ts';
import { type Label, quoted } from './label.ts';
import type { LabelSet } from './label-set.ts';
import { type RankedScores, rankScores } from './ranked-scores.ts';

/** A ranking takes 24 bytes a row. It is kept for the curves, unless there are so many labels that nobody draws them. */
const MOST_KEPT = 10;

/** What the probabilities say of each label. */
export class LabelledProbabilities {
  readonly labels: LabelSet;
  readonly #columns: ReadonlyMap<Label, Float64Array>;
  readonly #numbers: ReadonlyMap<Label, number>;
  readonly #targets: Float64Array;
  readonly #weights: Float64Array | undefined;
  readonly #total: number;
  readonly #ranked = new Map<string, RankedScores>();

  constructor(
    labels: LabelSet,
    columns: ReadonlyMap<Label, Float64Array>,
    rows: { readonly numbers: ReadonlyMap<Label, number>; readonly targets: Float64Array },
    weighing: { readonly weights: Float64Array | undefined; readonly total: number },
  ) {
    this.labels = labels;
    this.#columns = columns;
    this.#numbers = rows.numbers;
    this.#targets = rows.targets;
    this.#weights = weighing.weights;
    this.#total = weighing.total;
  }

  get weights(): Float64Array | undefined {
    return this.#weights;
  }

  column(label: Label): Float64Array {
    return this.#columns.get(label) ?? new Float64Array(this.#targets.length);
  }

  isTarget(label: Label): (row: number) => boolean {
    const number = this.#numbers.get(label) ?? -1;
    return (row) => this.#targets[row] === number;
  }

  /** Rows ranked by the probability of `label`; `positive` are those whose target is `positive`, the same label unless said otherwise. */
  ranked(label: Label, positive: Label = label): RankedScores {
    const key = JSON.stringify([label, positive]);
    let ranked = this.#ranked.get(key);
    if (ranked === undefined) {
      ranked = rankScores(this.column(label), this.isTarget(positive), this.#weights);
      if (this.labels.labels.length <= MOST_KEPT) this.#ranked.set(key, ranked);
    }
    return ranked;
  }

  /** The mean of −ln(probability of the target), each probability at least 2⁻⁵² and at most 1 − 2⁻⁵². Values of scikit-learn's log_loss. */
  logLoss(): number {
    const columns = new Map([...this.#columns].map(([label, column]) => [this.#numbers.get(label), column]));
    let sum = 0;
    for (const [row, target] of this.#targets.entries()) {
      const probability = columns.get(target)?.[row] ?? 0;
      const clipped = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probability));
      sum -= Math.log(clipped) * (this.#weights?.[row] ?? 1);
    }
    return sum / this.#total;
  }

  /** As MLflow: of the last label for two, else of each label against the others, averaged. */
  rocAuc(average: 'macro' | 'weighted'): number | Skipped {
    if (this.labels.kind === 'binary') {
      const [, last] = this.labels.labels;
      return rocArea(this.ranked(last)) ?? skipped('the targets are all of one label, and a ranking needs both');
    }
    let [sum, whole] = [0, 0];
    for (const label of this.labels.labels) {
      const ranked = this.ranked(label);
      const area = rocArea(ranked);
      if (area === undefined)
        return skipped(`no target is ${quoted(label)}, or all are, so it cannot be ranked against the other labels`);
      const weight = average === 'macro' ? 1 : (ranked.positives.at(-1) ?? 0);
      sum += area * weight;
      whole += weight;
    }
    return sum / whole;
  }

  /**
   * Average precision of a binary classifier. As MLflow, which counts as positive what `posLabel` says, and ranks by the
   * probability of the last label whatever it says.
   */
  precisionRecallAuc(): number | Skipped | undefined {
    if (this.labels.kind !== 'binary') return undefined;
    const [, last] = this.labels.labels;
    return averagePrecision(this.ranked(last, this.labels.positive));
  }
}
