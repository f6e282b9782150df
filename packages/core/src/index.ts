export * from './contracts/index.ts';
export { createTouchstone, evaluate, type Run, type Touchstone, type TouchstoneOptions } from './create-touchstone.ts';
export { type DatasetOptions, dataset, type FileDataset, file } from './data/dataset.ts';
export { JsonLines } from './data/json-lines.ts';
export { closest, suggestion } from './errors/did-you-mean.ts';
export { type ErrorKind, messageOf, type Problem, TouchstoneError } from './errors/touchstone-error.ts';
export { aggregations, standardAggregations } from './metrics/aggregations.ts';
export { defineMetric } from './metrics/define-metric.ts';
export { latency } from './metrics/latency.ts';
export { metric } from './metrics/metric.ts';
export { knownFileTypes, knownMetrics, knownSchemes, presetTable } from './metrics/preset-table.ts';
export { signature } from './metrics/signature.ts';
export { batchModel } from './models/batch-model.ts';
export { functionModel } from './models/function-model.ts';
export { type LoadUserModuleOptions, loadUserExport, loadUserModule, type UserModule } from './modules/load-user-module.ts';
export type { EvaluateRequest } from './plan/evaluate-request.ts';
export { coreVersion } from './provenance.ts';
export { inject, injectable } from './registry/container.ts';
export { defineEvaluator, type EvaluatorOptions } from './registry/define-evaluator.ts';
export { definePlugin, type MetricsOf, type PluginDefinition } from './registry/define-plugin.ts';
export { displayWidth, oneLine, padEnd, wrap } from './results/display-text.ts';
export { EvaluationResult } from './results/evaluation-result.ts';
export { findRun } from './results/find-run.ts';
export type { FormatOptions } from './results/format-result.ts';
export { type FormatRowsOptions, formatRows } from './results/format-rows.ts';
export type {
  ResultDocument,
  ResultDocument,
  ResultEvaluation,
  ResultRun,
  ResultTables,
  StoredEvaluation,
} from './results/result-parts.ts';
export { ResultTable, type SplitTable } from './results/result-table.ts';
export type { Coverage, EvaluationSummary, ResultInterval, ResultUsage } from './results/summary.ts';
export { type WorstRowsOptions, worstRows } from './results/worst-rows.ts';
export type { ActiveRun } from './run/active-run.ts';
export { memoryStore } from './store/memory-store.ts';
export { type AnswerLog, singleFlight } from './store/single-flight.ts';
export { TouchstoneRuntime } from './touchstone.ts';
export type * from './types/define-metric-types.ts';
export type * from './types/evaluate-options.ts';
export type { BatchModel } from './types/model-types.ts';
export type { Registered } from './types/registered.ts';
