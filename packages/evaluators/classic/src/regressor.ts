import type { EvaluatorDefinition } from '@touchstone/core';
import { type RegressorOptions, readRegressorConfig } from './classic-config.ts';
import { columnWeighted, regressionMetrics } from './regression-metrics.ts';
import { unusedWeights } from './unused-weights.ts';

/**
 * What MLflow computes for regressors. It stands in for the default evaluator where `modelType` is `'regressor'`.
 *
 * @example await evaluate({ data, predictions: 'estimate', targets: 'price', modelType: 'regressor', evaluators: regressor({ sampleWeights: 'area' }) });
 */
export function regressor(options: RegressorOptions = {}): EvaluatorDefinition {
  return {
    name: 'regressor',
    supports: (modelType) => modelType === 'regressor',
    build: () => {
      let listed: number | undefined;
      return {
        name: 'regressor',
        supports: (modelType) => modelType === 'regressor',
        metrics: ({ config }) => {
          const weights = readRegressorConfig(options, config);
          listed = weights.listed;
          const { columns, weighing } = weights;
          const of = regressionMetrics(listed === undefined ? columnWeighted : { weighing });
          const set = [
            of.exampleCount,
            of.mae,
            of.mse,
            of.rmse,
            of.sumOnTarget,
            of.meanOnTarget,
            of.r2Score,
            of.maxError,
            of.mape,
          ];
          return set.map((make) => make({ columns }));
        },
        finish: async (scored) => ({ warnings: await unusedWeights(listed, scored) }),
      };
    },
  };
}
