import type { Evaluator } from '../contracts/index.ts';

/** Brings the preset of the model type, and nothing without one: the extra metrics are computed in any case. */
export const defaultEvaluator: Evaluator = {
  name: 'default',
  supports: () => true,
  metrics: ({ preset, modelType }) => (modelType === undefined ? [] : preset(modelType)),
};
