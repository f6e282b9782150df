import type { EvaluatorDefinition, EvaluatorOutcome, EvaluatorRequest, Metric, ScoredTable } from '@touchstone/core';
import { type ClassifierOptions, type ClassifierSetting, readClassifierConfig } from './classic-config.ts';
import { classificationMetrics, columnSetting } from './classification-metrics.ts';
import { type ClassifierTallies, classifierArtifacts } from './classifier-artifacts.ts';
import { Confusion } from './confusion.ts';
import { unusedWeights } from './unused-weights.ts';

/**
 * What MLflow computes and draws for classifiers. It stands in for the default evaluator where `modelType` is `'classifier'`.
 *
 * @example await evaluate({ data, predictions: 'guess', targets: 'label', modelType: 'classifier', evaluators: classifier({ posLabel: 'spam' }) });
 */
export function classifier(options: ClassifierOptions = {}): EvaluatorDefinition {
  const supports = (modelType: string | undefined): boolean => modelType === 'classifier';
  return {
    name: 'classifier',
    supports,
    build: () => {
      let setting: ClassifierSetting | undefined;
      const tallies: ClassifierTallies = {};
      return {
        name: 'classifier',
        supports,
        metrics: ({ config }: EvaluatorRequest) => {
          setting = readClassifierConfig(options, config);
          return metricsOf(setting, tallies);
        },
        finish: async (scored: ScoredTable): Promise<EvaluatorOutcome> => {
          if (setting === undefined) return {};
          const artifacts = classifierArtifacts(tallies, setting);
          return { ...artifacts, warnings: [...artifacts.warnings, ...(await unusedWeights(setting.weights.listed, scored))] };
        },
      };
    },
  };
}

function metricsOf(setting: ClassifierSetting, tallies: ClassifierTallies): readonly Metric[] {
  const { weights, probabilities, labelList, posLabel, average } = setting;
  const plain = weights.listed === undefined && labelList === undefined && posLabel === undefined && average === 'weighted';
  const of = classificationMetrics({
    weighing: weights.weighing,
    average,
    ...(labelList === undefined ? {} : { labelList }),
    ...(posLabel === undefined ? {} : { posLabel }),
    ...(plain && columnSetting.origin !== undefined ? { origin: columnSetting.origin } : {}),
    // Tables and pictures are those of the first trial.
    onTally: (tally) => {
      if (tally instanceof Confusion) tallies.confusion ??= tally;
      else tallies.probabilities ??= tally;
    },
  });
  const { columns } = weights;
  const counts = [of.trueNegatives, of.falsePositives, of.falseNegatives, of.truePositives].map((make) => make({ columns }));
  const scores = [
    of.accuracyScore({ columns }),
    of.recallScore({ columns }),
    of.precisionScore({ columns }),
    of.f1Score({ columns }),
  ];
  const withProbabilities = { columns: { ...columns, ...(probabilities === undefined ? {} : { probabilities }) } };
  const rankings = [of.logLoss, of.rocAuc, of.precisionRecallAuc].map((make) => make(withProbabilities));
  return [...counts, of.exampleCount({ columns }), ...scores, ...rankings];
}
