import { defineMetric, type Skipped } from '@touchstone/core';
import { named } from './class-sums.ts';
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

/** Mean errors are sums that are kept row by row, and can be added anywhere; the others look at all rows once more, together. */
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
        cannotWeigh(weighing, weighted, rows, total) ?? named(name, finish(sum / total)),
    });

  const pairs = (): NumberPairs => new NumberPairs(weighing);
  /** Of all rows together, in one more reading. */
  const ofPairs = <const Name extends ClassicName>(
    name: Name,
    exported: string,
    description: string,
    greaterIsBetter: boolean,
    compute: (tally: NumberPairs) => number | Skipped,
  ) =>
    defineMetric({
      ...metricHead(name, exported, description, setting.origin),
      greaterIsBetter,
      needs: NUMBERS,
      signature,
      tally: pairs,
      conclude: (tally) => named(name, compute(tally)),
    });

  return {
    exampleCount: defineMetric({
      ...metricHead('example_count', 'exampleCount', 'Rows that have a target and a prediction'),
      greaterIsBetter: true,
      needs: NUMBERS,
      tally: pairs,
      conclude: ({ rows }) => ({ example_count: rows }),
    }),
    mae: meanOf('mean_absolute_error', 'mae', 'Mean distance of predictions from targets', (row) => Math.abs(errorOf(row))),
    mse: meanOf('mean_squared_error', 'mse', 'Mean squared distance of predictions from targets', (row) => errorOf(row) ** 2),
    rmse: meanOf(
      'root_mean_squared_error',
      'rmse',
      'Root of the mean squared distance of predictions from targets',
      (row) => errorOf(row) ** 2,
      Math.sqrt,
    ),
    sumOnTarget: ofPairs('sum_on_target', 'sumOnTarget', 'Weighted sum of the targets', true, (tally) => tally.sumOfTargets()),
    meanOnTarget: ofPairs('mean_on_target', 'meanOnTarget', 'Weighted sum of the targets, a row', true, (tally) => {
      const sum = tally.sumOfTargets();
      return typeof sum === 'number' ? sum / tally.rows : sum;
    }),
    r2Score: ofPairs('r2_score', 'r2Score', "Share of the targets' variance that the predictions account for", true, (tally) =>
      tally.rSquared(),
    ),
    maxError: ofPairs('max_error', 'maxError', 'Largest distance of a prediction from its target', false, (tally) =>
      tally.maxError(),
    ),
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
