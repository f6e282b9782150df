export type { AnnotateRequest } from './annotations/annotate.ts';
export * from './contracts/index.ts';
export {
  type CoreMetrics,
  createTouchstone,
  evaluate,
  type Run,
  type Touchstone,
  type TouchstoneOptions,
} from './create-touchstone.ts';
export { type ArrowField, ArrowRows, type ArrowTable, type ArrowType, ArrowTypeId } from './data/arrow-rows.ts';
export { canonicalJson } from './data/canonical-json.ts';
export { type DatasetOptions, dataset, type FileDataset, type FileDatasetOptions, file } from './data/dataset.ts';
export { DigestTable, TextDigest } from './data/digest-table.ts';
export { combineFingerprints, type FileBytes, fileBytes, nameOfFiles } from './data/file-bytes.ts';
export { findJsonFault, type JsonFault } from './data/json-fault.ts';
export { jsonLineRows, jsonTable, numberedJsonLines } from './data/json-files.ts';
export { JsonLines } from './data/json-lines.ts';
export type { OpenedData } from './data/opened-data.ts';
export { rowMaker } from './data/row-maker.ts';
export { decimalText, isoDate, isoDuration, isoTime, isoTimestamp, type TimeUnit } from './data/typed-text.ts';
export { type CassetteProblem, type CassetteReport, checkCassette } from './door/replay/check-cassette.ts';
export { type PrunedCassette, pruneCassette } from './door/replay/prune-cassette.ts';
export { closest, suggestion } from './errors/did-you-mean.ts';
export { type ErrorKind, messageOf, type Problem, TouchstoneError } from './errors/touchstone-error.ts';
export type { LoadedModel } from './logged-models/loaded-model.ts';
export { isFileReference, modelFromFile } from './logged-models/model-from-file.ts';
export type { RegisteredVersion } from './logged-models/model-registry.ts';
export type { ExportedModelSpec, ModelSpec, UriModelSpec } from './logged-models/model-spec.ts';
export type { LogModelOptions } from './logged-models/spec-of-model.ts';
export { aggregations, standardAggregations } from './metrics/aggregations.ts';
export { defineMetric } from './metrics/define-metric.ts';
export { latency } from './metrics/latency.ts';
export { metric } from './metrics/metric.ts';
export { normalizedText } from './metrics/normalized-text.ts';
export { notEnglish } from './metrics/not-english.ts';
export { knownFileTypes, knownMetrics, knownSchemes, modelsFromCode, presetTable } from './metrics/preset-table.ts';
export { signature } from './metrics/signature.ts';
export { batchModel } from './models/batch-model.ts';
export { type ChatModel, type ChatOptions, chat } from './models/chat.ts';
export { functionModel } from './models/function-model.ts';
export { promptText, type Template, template } from './models/template.ts';
export { type LoadUserModuleOptions, loadUserExport, loadUserModule, type UserModule } from './modules/load-user-module.ts';
export type { PairedRun, RunReference } from './pairs/paired-run.ts';
export type { PairRow } from './pairs/pairs.ts';
export type { EvaluateRequest } from './plan/evaluate-request.ts';
export { configValue } from './plan/evaluator-config.ts';
export type { ScoreRequest } from './plan/score-request.ts';
export { coreVersion, versionOf } from './provenance.ts';
export { inject, injectable } from './registry/container.ts';
export { defineEvaluator, type EvaluatorOptions } from './registry/define-evaluator.ts';
export { definePlugin, type MetricsOf, type PluginDefinition } from './registry/define-plugin.ts';
export type { LeftOut, OfferedPlugins, Registrations } from './registry/plugins.ts';
export { contractProblem, contractText } from './registry/spoken-contracts.ts';
export { type AskedAgain, type AskedFor, askedAgain, modelQuestion, type Question } from './repro/asked-again.ts';
export type { RowCall, RowPlace, RowRecord, RowTrial } from './repro/row-record.ts';
export { displayWidth, oneLine, padEnd, padStart, truncate, truncateMiddle, wrap } from './results/display-text.ts';
export { EvaluationResult } from './results/evaluation-result.ts';
export { findRun } from './results/find-run.ts';
export type { FormatOptions } from './results/format-result.ts';
export { type FormatRowsOptions, formatRows } from './results/format-rows.ts';
export { groupSkipped } from './results/group-skipped.ts';
export type { ResultDocument, ResultEvaluation, ResultRun, ResultTables, StoredEvaluation } from './results/result-parts.ts';
export { ResultTable, type SplitTable, type TableSource } from './results/result-table.ts';
export { storedResult } from './results/stored-result.ts';
export type { Coverage, EvaluationSummary, ResultInterval, ResultUsage } from './results/summary.ts';
export {
  type MetricThreshold,
  type ThresholdedResult,
  validateEvaluationResults,
} from './results/validate-evaluation-results.ts';
export { type WorstRowsOptions, worstRows } from './results/worst-rows.ts';
export type { ActiveRun } from './run/active-run.ts';
export type { LoggedModelInfo, LogMetricOptions } from './run/run-notes.ts';
export type { ExportedRun } from './run-file/export-run.ts';
export type { ImportedRun } from './run-file/import-run.ts';
export { locateRun } from './run-file/locate-run.ts';
export { metricsOf, type RunSearch, searchedFields } from './search/search-runs.ts';
export type { Field as SearchedField } from './search/where.ts';
export { type CallAccounts, callAccounts } from './store/call-accounts.ts';
export { type MemoryStoreOptions, memoryStore } from './store/memory-store.ts';
export { type AnswerLog, singleFlight } from './store/single-flight.ts';
export { type Turns, turns } from './store/turns.ts';
export { cellsOfRun, checkNoSweep } from './sweep/stored-sweep.ts';
export { sweepCells } from './sweep/sweep-cells.ts';
export type { SweepCell, SweepRequest, SweptCell, SweptPrompt } from './sweep/sweep-request.ts';
export { type ComparedValue, type Comparison, type SweepDocument, SweepResult } from './sweep/sweep-result.ts';
export { TouchstoneRuntime } from './touchstone.ts';
export type * from './types/define-metric-types.ts';
export type * from './types/evaluate-options.ts';
export type { BatchModel } from './types/model-types.ts';
export type { Registered } from './types/registered.ts';
export { choiceOption, switchOption, textOption } from './wire/adapter-options.ts';
export { baseUrl, httpAddress } from './wire/base-url.ts';
export { credentialFingerprint } from './wire/credential.ts';
export { neededVariable, variable } from './wire/environment.ts';
export { withoutRefusedDefaults } from './wire/refused-defaults.ts';
export { type RefusedResponse, responseError } from './wire/response-error.ts';
export { roughUsage } from './wire/rough-usage.ts';
export { roughTokens } from './wire/text-size.ts';
export { thrownError } from './wire/thrown-error.ts';
export { utf8Fetch } from './wire/utf8-fetch.ts';
export { waitOfHeaders } from './wire/wait-of-headers.ts';
