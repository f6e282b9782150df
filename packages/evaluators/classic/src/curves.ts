import type { RankedScores } from './ranked-scores.ts';

export interface RocPoint {
  /** Rows with at least this score are called positive; `Infinity` at (0, 0), where none is. */
  readonly threshold: number;
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
}

/**
 * The corners of the ROC curve from (0, 0) to (1, 1): points on a straight line between others are left out, as scikit-learn's
 * `roc_curve` does. Empty without a positive or without a negative, where one of the rates means nothing.
 */
export function rocCurve({ thresholds, positives, negatives }: RankedScores): readonly RocPoint[] {
  const [allPositives, allNegatives] = [positives.at(-1) ?? 0, negatives.at(-1) ?? 0];
  if (!(allPositives > 0 && allNegatives > 0)) return [];
  const points: RocPoint[] = [{ threshold: Number.POSITIVE_INFINITY, falsePositiveRate: 0, truePositiveRate: 0 }];
  for (const [index, threshold] of thresholds.entries()) {
    if (isOnLine(positives, index) && isOnLine(negatives, index)) continue;
    points.push({
      threshold,
      falsePositiveRate: (negatives[index] ?? 0) / allNegatives,
      truePositiveRate: (positives[index] ?? 0) / allPositives,
    });
  }
  return points;
}

/** Whether the step to this value is as large as the step from it. */
function isOnLine(values: Float64Array, index: number): boolean {
  const [before, here, after] = [values[index - 1], values[index], values[index + 1]];
  if (before === undefined || here === undefined || after === undefined) return false;
  return after - here - (here - before) === 0;
}

/** The area under the ROC curve, 0 to 1: how often a positive has a higher score than a negative, ties count half. `undefined` without a positive or without a negative. */
export function rocArea({ positives, negatives }: RankedScores): number | undefined {
  const [allPositives, allNegatives] = [positives.at(-1) ?? 0, negatives.at(-1) ?? 0];
  if (!(allPositives > 0 && allNegatives > 0)) return undefined;
  let area = 0;
  for (let index = 0; index < positives.length; index++) {
    const width = (negatives[index] ?? 0) - (negatives[index - 1] ?? 0);
    area += width * ((positives[index] ?? 0) + (positives[index - 1] ?? 0));
  }
  return area / (2 * allPositives * allNegatives);
}

export interface PrecisionRecallPoint {
  /** Rows with at least this score are called positive; `undefined` at the end of the curve, where none is. */
  readonly threshold: number | undefined;
  readonly precision: number;
  readonly recall: number;
}

/** From the lowest threshold, where everything is called positive, to (recall 0, precision 1). As scikit-learn's `precision_recall_curve`: without a positive, recall is 1. */
export function precisionRecallCurve({ thresholds, positives, negatives }: RankedScores): readonly PrecisionRecallPoint[] {
  const all = positives.at(-1) ?? 0;
  const points = Array.from(thresholds, (threshold, index): PrecisionRecallPoint => {
    const [hits, misses] = [positives[index] ?? 0, negatives[index] ?? 0];
    return { threshold, precision: hits + misses === 0 ? 0 : hits / (hits + misses), recall: all === 0 ? 1 : hits / all };
  });
  return [...points.reverse(), { threshold: undefined, precision: 1, recall: 0 }];
}

/** Average precision: the precision at every threshold, weighted by the recall that it adds. 0 without a positive. MLflow's precision_recall_auc. */
export function averagePrecision({ positives, negatives }: RankedScores): number {
  const all = positives.at(-1) ?? 0;
  if (all === 0) return 0;
  let sum = 0;
  for (let index = 0; index < positives.length; index++) {
    const hits = positives[index] ?? 0;
    sum += ((hits - (positives[index - 1] ?? 0)) / all) * (hits / (hits + (negatives[index] ?? 0)));
  }
  return sum;
}

export interface LiftPoint {
  /** Share of the rows that have the highest scores. */
  readonly share: number;
  /** How many times as many positives are among them as among all rows. */
  readonly lift: number;
}

/** At every threshold. Empty without a positive. */
export function liftCurve({ positives, negatives }: RankedScores): readonly LiftPoint[] {
  const all = positives.at(-1) ?? 0;
  const rows = all + (negatives.at(-1) ?? 0);
  if (all === 0) return [];
  return Array.from(positives, (hits, index) => {
    const share = (hits + (negatives[index] ?? 0)) / rows;
    return { share, lift: hits / all / share };
  });
}

export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  /** What the classifier said, on average. */
  readonly probability: number;
  /** What came true: the share of positives. */
  readonly observed: number;
}

/** Rows in ten bins of equal width by their probability; empty bins are left out. */
export function calibrationCurve(
  scores: Float64Array,
  isPositive: (row: number) => boolean,
  weights: Float64Array | undefined,
): readonly CalibrationBin[] {
  const bins = Array.from({ length: BINS }, () => ({ rows: 0, weight: 0, score: 0, positive: 0 }));
  for (const [row, score] of scores.entries()) {
    const bin = bins[Math.min(BINS - 1, Math.floor(score * BINS))];
    const weight = weights === undefined ? 1 : (weights[row] ?? 0);
    if (bin === undefined || weight === 0) continue;
    bin.rows++;
    bin.weight += weight;
    bin.score += score * weight;
    if (isPositive(row)) bin.positive += weight;
  }
  return bins.flatMap(({ rows, weight, score, positive }, index) =>
    rows === 0
      ? []
      : [{ from: index / BINS, to: (index + 1) / BINS, rows, probability: score / weight, observed: positive / weight }],
  );
}

const BINS = 10;
