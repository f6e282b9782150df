import type { EvaluatorOutcome, Row } from '@touchstone/core';
import type { ClassifierSetting } from './classic-config.ts';
import { isSkipped } from './classification-metrics.ts';
import type { Confusion, ConfusionCell } from './confusion.ts';
import { averagePrecision, calibrationCurve, liftCurve, precisionRecallCurve, rocArea, rocCurve } from './curves.ts';
import { compareLabels, type Label, listed, quoted } from './label.ts';
import { knownPair, type LabelSet, labelSetOf } from './label-set.ts';
import { type LineChart, lineChart } from './line-chart.ts';
import { matrixChart } from './matrix-chart.ts';
import { perClassTable } from './per-class-table.ts';
import type { LabelledProbabilities, ProbabilityTable } from './probability-table.ts';
import { thinned } from './thinned.ts';

/** What the metrics collected; a tally is missing when none of its metrics was computed. */
export interface ClassifierTallies {
  confusion?: Confusion;
  probabilities?: ProbabilityTable;
}

type Artifacts = Required<Pick<EvaluatorOutcome, 'tables' | 'artifacts' | 'warnings'>>;

/** Tables with all numbers, and a picture of each. */
export function classifierArtifacts(tallies: ClassifierTallies, setting: ClassifierSetting): Artifacts {
  const parts = [...confusionArtifacts(tallies, setting), ...curveArtifacts(tallies.probabilities, setting)];
  const named = <T>(of: (part: Part) => Readonly<Record<string, T>> | undefined): Readonly<Record<string, T>> =>
    Object.fromEntries(
      parts.flatMap((part) => Object.entries(of(part) ?? {}).map(([name, value]) => [setting.prefix + name, value])),
    );
  return {
    tables: named((part) => part.tables),
    artifacts: named((part) => part.artifacts),
    warnings: parts.flatMap((part) => part.warnings ?? []),
  };
}

type Part = Pick<EvaluatorOutcome, 'tables' | 'artifacts' | 'warnings'>;

function confusionArtifacts({ confusion, probabilities }: ClassifierTallies, setting: ClassifierSetting): readonly Part[] {
  if (confusion === undefined || confusion.rows === 0 || confusion.problem !== undefined) return [];
  const set = labelSetOf([...confusion.totals.keys()], setting);
  if (isSkipped(set)) return [];
  const labels = set.kind === 'binary' ? [set.negative, set.positive] : set.labels;
  const shareOf = ({ target, weight }: ConfusionCell): number => {
    const { support } = confusion.total(target);
    return support.weight === 0 ? 0 : weight / support.weight;
  };
  const cells = [...confusion.cells()].sort(
    (a, b) => compareLabels(a.target, b.target) || compareLabels(a.prediction, b.prediction),
  );
  const matrix: Part = {
    tables: {
      confusion_matrix: cells.map(
        (cell): Row => ({
          target: cell.target,
          prediction: cell.prediction,
          rows: cell.rows,
          weight: cell.weight,
          share_of_target: shareOf(cell),
        }),
      ),
    },
    artifacts: { 'confusion_matrix.svg': matrixChart({ labels, cells, shareOf }) },
    warnings: strayPredictions(confusion, setting),
  };
  return set.kind === 'binary' ? [matrix] : [matrix, perClassTable(confusion, set.labels, readable(probabilities, setting))];
}

/** Predictions that are no label at all cannot be right; somebody should know. */
function strayPredictions(confusion: Confusion, setting: ClassifierSetting): readonly string[] {
  const pair = knownPair(setting);
  if (pair === undefined) return [];
  const stray = [...confusion.totals.values()].filter(({ label }) => !pair.includes(label));
  const rows = stray.reduce((sum, { predicted }) => sum + predicted.rows, 0);
  if (rows === 0) return [];
  const what = stray.map(({ label }) => label);
  return [
    `${rows} of ${confusion.rows} predictions are none of the labels ${listed(pair)} (${listed(what)}): they count as wrong.`,
  ];
}

/** Probabilities of labels that are few enough for a curve of each. */
function readable(table: ProbabilityTable | undefined, { mostCurves }: ClassifierSetting): LabelledProbabilities | undefined {
  if (table === undefined || table.rows === 0) return undefined;
  const read = table.read();
  if (isSkipped(read)) return undefined;
  return read.labels.kind === 'binary' || read.labels.labels.length <= mostCurves ? read : undefined;
}

function curveArtifacts(table: ProbabilityTable | undefined, setting: ClassifierSetting): readonly Part[] {
  const read = readable(table, setting);
  if (read === undefined) return tooManyCurves(table, setting);
  const labels = curveLabels(read.labels);
  const share = (value: number): string => value.toFixed(3);
  const curves: readonly Curve[] = [
    {
      name: 'roc_curve',
      picture: 'roc_curve_plot.svg',
      chart: { title: 'ROC curve', x: 'False positive rate', y: 'True positive rate', diagonal: 'up' },
      of: (label) => {
        const ranked = read.ranked(label);
        const points = rocCurve(ranked).map(({ threshold, falsePositiveRate, truePositiveRate }) => ({
          at: [falsePositiveRate, truePositiveRate] as const,
          row: {
            threshold: Number.isFinite(threshold) ? threshold : null,
            false_positive_rate: falsePositiveRate,
            true_positive_rate: truePositiveRate,
          },
        }));
        return { points, note: `AUC ${share(rocArea(ranked) ?? 0)}` };
      },
    },
    {
      name: 'precision_recall_curve',
      picture: 'precision_recall_curve_plot.svg',
      chart: { title: 'Precision-recall curve', x: 'Recall', y: 'Precision', steps: true },
      of: (label) => {
        const ranked = read.ranked(label);
        const points = precisionRecallCurve(ranked).map(({ threshold, precision, recall }) => ({
          at: [recall, precision] as const,
          row: { threshold: threshold ?? null, precision, recall },
        }));
        return { points, note: `AP ${share(averagePrecision(ranked))}` };
      },
    },
    {
      name: 'lift_curve',
      picture: 'lift_curve_plot.svg',
      chart: { title: 'Lift curve', x: 'Share of rows with the highest probabilities', y: 'Lift', level: 1 },
      of: (label) => ({
        points: liftCurve(read.ranked(label)).map(({ share: at, lift }) => ({
          at: [at, lift] as const,
          row: { share_of_rows: at, lift },
        })),
      }),
    },
    {
      name: 'calibration_curve',
      picture: 'calibration_plot.svg',
      chart: {
        title: 'Calibration',
        x: 'Mean probability of the rows of a bin',
        y: 'Share of them that have the label',
        diagonal: 'up',
        marks: true,
      },
      of: (label) => ({
        points: calibrationCurve(read.column(label), read.isTarget(label), read.weights).map((bin) => ({
          at: [bin.probability, bin.observed] as const,
          row: { from: bin.from, to: bin.to, rows: bin.rows, mean_probability: bin.probability, observed_share: bin.observed },
        })),
      }),
    },
  ];
  return [...curves.map((curve) => drawn(curve, labels)), { warnings: crossedAveragePrecision(read) }];
}

interface Curve {
  readonly name: string;
  readonly picture: string;
  readonly chart: Omit<LineChart, 'series'>;
  of(label: Label): {
    readonly points: readonly { readonly at: readonly [number, number]; readonly row: Row }[];
    readonly note?: string;
  };
}

function drawn({ name, picture, chart, of }: Curve, labels: readonly Label[]): Part {
  const curves = labels.map((label) => {
    const { points, note } = of(label);
    return { label, note, points: thinned(points, ({ at }) => at) };
  });
  const series = curves
    .filter(({ points }) => points.length > 0)
    .map(({ label, note, points }) => ({
      name: note === undefined ? String(label) : `${String(label)}, ${note}`,
      points: points.map(({ at }) => at),
    }));
  if (series.length === 0) return {};
  return {
    tables: { [name]: curves.flatMap(({ label, points }) => points.map(({ row }): Row => ({ label, ...row }))) },
    artifacts: { [picture]: lineChart({ ...chart, series }) },
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
