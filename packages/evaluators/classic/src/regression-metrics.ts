import { defineMetric, type Score } from '@touchstone/core';
import { named } from './class-sums.ts';
import { countOf } from './example-count.ts';
import { type ClassicName, type MetricOrigin, metricHead, originAt } from './metric-head.ts';
import { number, weight } from './number-cell.ts';
import { NumberPairs, type NumberRow } from './number-pairs.ts';
import { cannotWeigh, columnWeights, type Weighing } from './weighing.ts';

/** What the metrics of a regressor share. */
export interface RegressionSetting {
  readonly weighing: Weighing;
  /** Where these very metrics are exports. */
  readonly origin?: MetricOrigin;
}

const NUMBERS = { predictions: number, targets: number, 'sample_weights?': weight } as const;

/** Means and sums are kept row by row and added up, so they can be added anywhere; R² and the largest error look at all rows once more. */
export function regressionMetrics(setting: RegressionSetting) {
  const { weighing } = setting;
  const signature = () => ({ weights: weighing.id });

  /** A weighted mean of errors, and what is made of it. */
  const meanOf = <const Name extends ClassicName>(
    name: Name,
    exported: string,
    description: string,
    error: (row: NumberRow) => number,
    finish: (mean: number) => number = (mean) => mean,
  ) =>
    defineMetric({
      ...metricHead(name, exported, description, setting.origin),
      greaterIsBetter: false,
      needs: NUMBERS,
      signature,
      statistics: (row, item) => {
        const given = weighing.of(row, item);
        return [(given ?? 1) * error(row), given ?? 1, given === undefined ? 0 : 1];
      },
      combine: ([sum = 0, total = 0, weighted = 0], rows) =>
        cannotWeigh(weighted, rows, total) ?? named(name, finish(sum / total)),
    });

  const ofTargets = <const Name extends ClassicName>(
    name: Name,
    exported: string,
    description: string,
    finish: (sum: number, rows: number) => number,
  ) =>
    defineMetric({
      ...metricHead(name, exported, description, setting.origin),
      greaterIsBetter: true,
      needs: NUMBERS,
      signature,
      statistics: (row, item): readonly number[] | Score => {
        const given = weighing.of(row, item);
        return [(given ?? 1) * row.targets, given ?? 1, given === undefined ? 0 : 1];
      },
      combine: ([sum = 0, total = 0, weighted = 0], rows) => cannotWeigh(weighted, rows, total) ?? named(name, finish(sum, rows)),
    });

  const pairs = (): NumberPairs => new NumberPairs(weighing);

  return {
    exampleCount: countOf(NUMBERS),
    mae: meanOf('mean_absolute_error', 'mae', 'Mean distance of predictions from targets', (row) => Math.abs(errorOf(row))),
    mse: meanOf('mean_squared_error', 'mse', 'Mean squared distance of predictions from targets', (row) => errorOf(row) ** 2),
    rmse: meanOf(
      'root_mean_squared_error',
      'rmse',
      'Root of the mean squared distance of predictions from targets',
      (row) => errorOf(row) ** 2,
      Math.sqrt,
    ),
    sumOnTarget: ofTargets('sum_on_target', 'sumOnTarget', 'Weighted sum of the targets', (sum) => sum),
    meanOnTarget: ofTargets('mean_on_target', 'meanOnTarget', 'Weighted sum of the targets, a row', (sum, rows) => sum / rows),
    r2Score: defineMetric({
      ...metricHead('r2_score', 'r2Score', "Share of the targets' variance that the predictions account for", setting.origin),
      greaterIsBetter: true,
      needs: NUMBERS,
      signature,
      tally: pairs,
      conclude: (tally) => named('r2_score', tally.rSquared()),
    }),
    maxError: defineMetric({
      ...metricHead('max_error', 'maxError', 'Largest distance of a prediction from its target', setting.origin),
      greaterIsBetter: false,
      needs: NUMBERS,
      tally: pairs,
      conclude: (tally) => ({ max_error: tally.maxError() }),
    }),
    mape: meanOf(
      'mean_absolute_percentage_error',
      'mape',
      'Mean distance of predictions from targets, as a share of the target',
      (row) => Math.abs(errorOf(row)) / Math.max(Math.abs(row.targets), Number.EPSILON),
    ),
  } as const;
}

/** Weights are the column `sample_weights`, where there is one. */
export const columnWeighted: RegressionSetting = { weighing: columnWeights, origin: originAt(import.meta.url) };

export const { mae, mse, rmse, sumOnTarget, meanOnTarget, r2Score, maxError, mape } = regressionMetrics(columnWeighted);

function errorOf({ predictions, targets }: NumberRow): number {
  return predictions - targets;
}
