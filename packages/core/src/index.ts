export * from './contracts/index.ts';
export { dataset, type DatasetOptions, file, type FileDataset } from './data/dataset.ts';
export { closest, suggestion } from './errors/did-you-mean.ts';
export { type ErrorKind, messageOf, type Problem, TouchstoneError } from './errors/touchstone-error.ts';
export { aggregations, standardAggregations } from './metrics/aggregations.ts';
export {
  type AnyMetricFactory,
  type DefinedMetric,
  defineMetric,
  type MetricDefinition,
  type MetricFactory,
  type MetricScope,
  type Needs,
  type RowOf,
  type ScoreResult,
} from './metrics/define-metric.ts';
export { latency } from './metrics/latency.ts';
export { metric } from './metrics/metric.ts';
export { knownFileTypes, knownMetrics, knownSchemes, presetTable } from './metrics/preset-table.ts';
export { signature } from './metrics/signature.ts';
export { type BatchModel, batchModel } from './models/batch-model.ts';
export { functionModel } from './models/function-model.ts';
export type { EvaluateRequest, Progress, RunOptions } from './plan/evaluate-request.ts';
export { coreVersion } from './provenance.ts';
export { inject, injectable } from './registry/container.ts';
export { defineEvaluator } from './registry/define-evaluator.ts';
export { definePlugin, type PluginDefinition } from './registry/define-plugin.ts';
export { EvaluationResult } from './results/evaluation-result.ts';
export { findRun } from './results/find-run.ts';
export type { Coverage, EvaluationSummary, ResultInterval, ResultUsage } from './results/summary.ts';
export { memoryStore } from './store/memory-store.ts';
