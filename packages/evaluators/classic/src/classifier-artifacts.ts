import type { EvaluatorOutcome, Row } from '@touchstone/core';
import type { ClassifierSetting } from './classic-config.ts';
import { isSkipped } from './classification-metrics.ts';
import type { Confusion, ConfusionCell } from './confusion.ts';
import { curveArtifacts, readable } from './curve-artifacts.ts';
import { compareLabels, listed } from './label.ts';
import { knownPair, labelSetOf } from './label-set.ts';
import { matrixChart } from './matrix-chart.ts';
import { perClassTable } from './per-class-table.ts';
import type { ProbabilityTable } from './probability-table.ts';

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
