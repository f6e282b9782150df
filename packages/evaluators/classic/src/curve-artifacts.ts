import type { EvaluatorOutcome, Row } from '@touchstone/core';
import type { ClassifierSetting } from './classic-config.ts';
import { isSkipped } from './classification-metrics.ts';
import { averagePrecision, calibrationCurve, liftCurve, precisionRecallCurve, rocArea, rocCurve } from './curves.ts';
import { type Label, quoted } from './label.ts';
import type { LabelSet } from './label-set.ts';
import type { LabelledProbabilities } from './labelled-probabilities.ts';
import { type LineChart, lineChart } from './line-chart.ts';
import type { ProbabilityTable } from './probability-table.ts';
import { thinned } from './thinned.ts';

type Part = Pick<EvaluatorOutcome, 'tables' | 'artifacts' | 'warnings'>;

/** ROC, precision-recall, lift and calibration: of the positive one of two labels, or of every label. */
export function curveArtifacts(table: ProbabilityTable | undefined, setting: ClassifierSetting): readonly Part[] {
  const read = readable(table, setting);
  if (read === undefined) return tooManyCurves(table, setting);
  const labels = curveLabels(read.labels);
  const digits = (value: number | undefined): string => (value ?? 0).toFixed(3);
  return [
    drawn(labels, {
      name: 'roc_curve',
      picture: 'roc_curve_plot.svg',
      chart: { title: 'ROC curve', x: 'False positive rate', y: 'True positive rate', diagonal: 'up' },
      points: (label) => rocCurve(read.ranked(label)),
      at: ({ falsePositiveRate, truePositiveRate }) => [falsePositiveRate, truePositiveRate],
      row: ({ threshold, falsePositiveRate, truePositiveRate }) => ({
        threshold: Number.isFinite(threshold) ? threshold : null,
        false_positive_rate: falsePositiveRate,
        true_positive_rate: truePositiveRate,
      }),
      note: (label) => `AUC ${digits(rocArea(read.ranked(label)))}`,
    }),
    drawn(labels, {
      name: 'precision_recall_curve',
      picture: 'precision_recall_curve_plot.svg',
      chart: { title: 'Precision-recall curve', x: 'Recall', y: 'Precision', steps: true },
      points: (label) => precisionRecallCurve(read.ranked(label)),
      at: ({ precision, recall }) => [recall, precision],
      row: ({ threshold, precision, recall }) => ({ threshold: threshold ?? null, precision, recall }),
      note: (label) => `AP ${digits(averagePrecision(read.ranked(label)))}`,
    }),
    drawn(labels, {
      name: 'lift_curve',
      picture: 'lift_curve_plot.svg',
      chart: { title: 'Lift curve', x: 'Share of rows with the highest probabilities', y: 'Lift', level: 1 },
      points: (label) => liftCurve(read.ranked(label)),
      at: ({ share, lift }) => [share, lift],
      row: ({ share, lift }) => ({ share_of_rows: share, lift }),
    }),
    drawn(labels, {
      name: 'calibration_curve',
      picture: 'calibration_plot.svg',
      chart: {
        title: 'Calibration',
        x: 'Mean probability of the rows of a bin',
        y: 'Share of them that have the label',
        diagonal: 'up',
        marks: true,
      },
      points: (label) => calibrationCurve(read.column(label), read.isTarget(label), read.weights),
      at: ({ probability, observed }) => [probability, observed],
      row: ({ from, to, rows, probability, observed }) => ({
        from,
        to,
        rows,
        mean_probability: probability,
        observed_share: observed,
      }),
    }),
    { warnings: crossedAveragePrecision(read) },
  ];
}

/** A table and a picture of one curve a label. */
interface Curve<Point> {
  readonly name: string;
  readonly picture: string;
  readonly chart: Omit<LineChart, 'series'>;
  points(label: Label): readonly Point[];
  at(point: Point): readonly [x: number, y: number];
  row(point: Point): Row;
  note?(label: Label): string;
}

function drawn<Point>(labels: readonly Label[], curve: Curve<Point>): Part {
  const curves = labels
    .map((label) => ({ label, points: thinned(curve.points(label), curve.at) }))
    .filter(({ points }) => points.length > 0);
  if (curves.length === 0) return {};
  const series = curves.map(({ label, points }) => ({
    name: String(label),
    ...(curve.note === undefined ? {} : { note: curve.note(label) }),
    points: points.map(curve.at),
  }));
  return {
    tables: { [curve.name]: curves.flatMap(({ label, points }) => points.map((point): Row => ({ label, ...curve.row(point) }))) },
    artifacts: { [curve.picture]: lineChart({ ...curve.chart, series }) },
  };
}

/** Of two labels the positive one: the curve of the other is its mirror image. */
function curveLabels(set: LabelSet): readonly Label[] {
  return set.kind === 'binary' ? [set.positive] : set.labels;
}

function tooManyCurves(table: ProbabilityTable | undefined, { mostCurves }: ClassifierSetting): readonly Part[] {
  if (table === undefined || table.rows === 0) return [];
  const read = table.read();
  if (isSkipped(read)) return [];
  return [
    {
      warnings: [
        `There are ${read.labels.labels.length} labels, and curves are drawn for at most ${mostCurves}: evaluatorConfig: { maxClassesForMulticlassRocPr: ${read.labels.labels.length} } draws them.`,
      ],
    },
  ];
}

/** MLflow's number and the picture are of different things where the first label is positive. */
function crossedAveragePrecision(read: LabelledProbabilities): readonly string[] {
  const { labels } = read;
  if (labels.kind !== 'binary' || labels.positive === labels.labels[1]) return [];
  const [, last] = labels.labels;
  const right = averagePrecision(read.ranked(labels.positive)).toFixed(4);
  return [
    `precision_recall_auc ranks the rows of ${quoted(labels.positive)} by the probability of ${quoted(last)}, as MLflow does; by their own probability it is ${right}, as in the picture.`,
  ];
}

/** Probabilities of labels that are few enough for a curve of each. */
export function readable(
  table: ProbabilityTable | undefined,
  { mostCurves }: ClassifierSetting,
): LabelledProbabilities | undefined {
  if (table === undefined || table.rows === 0) return undefined;
  const read = table.read();
  if (isSkipped(read)) return undefined;
  return read.labels.kind === 'binary' || read.labels.labels.length <= mostCurves ? read : undefined;
}
