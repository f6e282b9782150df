/** Rows below and above every threshold: for each distinct score, from the highest, the weight of the rows with at least that score. */
export interface RankedScores {
  readonly thresholds: Float64Array;
  /** Of positives, ascending; the last one is that of all positives. */
  readonly positives: Float64Array;
  /** Of negatives, likewise. */
  readonly negatives: Float64Array;
}

/**
 * Sorts rows by score. Rows of weight 0 are left out, so that they make no threshold, as in scikit-learn.
 *
 * @param scores how sure the classifier is that a row is positive
 * @param weights absent: every row counts 1
 */
export function rankScores(
  scores: Float64Array,
  isPositive: (row: number) => boolean,
  weights: Float64Array | undefined,
): RankedScores {
  return weights === undefined ? rankCounted(scores, isPositive) : rankWeighted(scores, isPositive, weights);
}

/** Positives and negatives sorted apart, because sorting numbers is some ten times as fast as sorting rows. */
function rankCounted(scores: Float64Array, isPositive: (row: number) => boolean): RankedScores {
  const count = scores.length;
  const [positive, negative] = [new Float64Array(count), new Float64Array(count)];
  let [positives, negatives] = [0, 0];
  for (let row = 0; row < count; row++) {
    const score = scores[row] ?? 0;
    if (isPositive(row)) positive[positives++] = score;
    else negative[negatives++] = score;
  }
  const ups = positive.subarray(0, positives).sort();
  const downs = negative.subarray(0, negatives).sort();
  const steps = new Steps(count);
  let [up, down] = [positives - 1, negatives - 1];
  while (up >= 0 || down >= 0) {
    const threshold = Math.max(ups[up] ?? Number.NEGATIVE_INFINITY, downs[down] ?? Number.NEGATIVE_INFINITY);
    while (up >= 0 && ups[up] === threshold) up--;
    while (down >= 0 && downs[down] === threshold) down--;
    steps.add(threshold, positives - 1 - up, negatives - 1 - down);
  }
  return steps.ranked;
}

function rankWeighted(scores: Float64Array, isPositive: (row: number) => boolean, weights: Float64Array): RankedScores {
  const rows = Uint32Array.from(scores.keys()).filter((row) => weights[row] !== 0);
  // Equal scores in the order of the data: sums of weights are rounded as scikit-learn's are.
  rows.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  const steps = new Steps(rows.length);
  let [positives, negatives] = [0, 0];
  for (const [index, row] of rows.entries()) {
    const weight = weights[row] ?? 0;
    if (isPositive(row)) positives += weight;
    else negatives += weight;
    const score = scores[row] ?? 0;
    if (scores[rows[index + 1] ?? -1] !== score) steps.add(score, positives, negatives);
  }
  return steps.ranked;
}

class Steps {
  readonly #thresholds: Float64Array;
  readonly #positives: Float64Array;
  readonly #negatives: Float64Array;
  #length = 0;

  constructor(most: number) {
    this.#thresholds = new Float64Array(most);
    this.#positives = new Float64Array(most);
    this.#negatives = new Float64Array(most);
  }

  add(threshold: number, positives: number, negatives: number): void {
    this.#thresholds[this.#length] = threshold;
    this.#positives[this.#length] = positives;
    this.#negatives[this.#length++] = negatives;
  }

  get ranked(): RankedScores {
    return {
      thresholds: this.#thresholds.slice(0, this.#length),
      positives: this.#positives.slice(0, this.#length),
      negatives: this.#negatives.slice(0, this.#length),
    };
  }
}
