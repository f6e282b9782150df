import { resolve } from 'node:path';
import { type EvaluateRequest, functionModel, type Json, loadUserExport, type Metric, type Model, type RunOptions, TouchstoneError, type TouchstoneRuntime } from '@touchstone/core';
import { bundledPackages, evaluationOf, type LoadedConfig } from './load-config.ts';

/** What `run` was asked for, as plain data: stored with the run, so that `resume` can ask for it again. Paths are absolute. */
export interface RunDocument {
  readonly command: 'run';
  readonly cwd: string;
  readonly config?: string;
  readonly evaluation?: string;
  readonly flags: RunFlags;
}

/** The flags of `run` that say what is evaluated. */
export interface RunFlags {
  readonly data?: string;
  readonly model?: string;
  readonly predictions?: string;
  readonly targets?: string;
  readonly inputs?: readonly string[];
  readonly id?: string;
  readonly cluster?: string;
  readonly modelType?: string;
  readonly metric?: readonly string[];
  readonly evaluator?: readonly string[];
  readonly map?: readonly string[];
  readonly metricPrefix?: string;
  readonly trials?: number;
  readonly limit?: number;
  readonly sample?: number;
  readonly seed?: number;
  readonly concurrency?: number;
  readonly timeout?: number;
  readonly errorBudget?: number;
}

/** The request of `evaluate` that a document stands for: the named evaluation of the config, and the flags over it. */
export async function requestOf(document: RunDocument, from: { readonly touchstone: TouchstoneRuntime; readonly config: LoadedConfig | undefined }): Promise<EvaluateRequest> {
  const { flags, cwd } = document;
  const base: EvaluateRequest = document.evaluation === undefined || from.config === undefined ? {} : evaluationOf(from.config, document.evaluation);
  const extraMetrics = [...(base.extraMetrics ?? [])];
  for (const metric of flags.metric ?? []) extraMetrics.push(await metricOf(metric, from.touchstone, cwd));
  const columns = { ...base.columns, ...mappingOf(flags.map ?? []) };
  const limits = definedOnly({
    ...base.limits,
    ...definedOnly({ concurrency: flags.concurrency, timeout: flags.timeout, errorBudget: flags.errorBudget }),
  });
  const model = flags.model === undefined ? base.model : await modelOf(flags.model, cwd);
  const { predictions, targets, inputs, id, cluster, modelType, trials, limit, sample, seed } = flags;
  return {
    ...base,
    ...definedOnly({ data: flags.data === undefined ? undefined : resolve(cwd, flags.data), model, predictions, targets, inputs, id, cluster, modelType, trials, limit, sample, seed }),
    ...(extraMetrics.length === 0 ? {} : { extraMetrics }),
    ...(Object.keys(columns).length === 0 ? {} : { columns }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    ...(flags.evaluator === undefined ? {} : { evaluators: flags.evaluator }),
    ...(flags.metricPrefix === undefined ? {} : { evaluatorConfig: { ...base.evaluatorConfig, metricPrefix: flags.metricPrefix } }),
  };
}

export function documentAsJson(document: RunDocument): Json {
  return JSON.parse(JSON.stringify(document));
}

/** @throws TouchstoneError `not-from-command-line` when the run was started from code */
export function documentOf(origin: Json | undefined, runName: string): RunDocument {
  if (typeof origin === 'object' && origin !== null && 'command' in origin && origin.command === 'run' && 'flags' in origin && 'cwd' in origin) {
    // Written by `documentAsJson`.
    return origin as unknown as RunDocument;
  }
  throw new TouchstoneError(
    'not-from-command-line',
    `Run ${runName} was started from code, which the store does not hold: run that code again with the same key, run: { key: '…' }, resume: 'auto'.`,
  );
}

export function runOptionsOf(flags: { readonly experiment?: string; readonly runName?: string; readonly tag?: readonly string[]; readonly key?: string }): RunOptions {
  const tags = mappingOf(flags.tag ?? [], '--tag');
  return definedOnly({ experiment: flags.experiment, name: flags.runName, key: flags.key, tags: Object.keys(tags).length === 0 ? undefined : tags });
}

/** `NAME`, `NAME {"option": …}`, or `./file.ts#export`. */
async function metricOf(text: string, touchstone: TouchstoneRuntime, cwd: string): Promise<Metric> {
  const match = /^(?<name>\S+?)\s*(?<options>\{.*\})?$/su.exec(text.trim());
  const name = match?.groups?.name;
  if (name === undefined) throw new TouchstoneError('bad-metric', `--metric is '${text}': write NAME, NAME {"option": value} or ./file.ts#export.`);
  const options = match?.groups?.options === undefined ? undefined : readOptions(name, match.groups.options);
  if (!isFileReference(name)) return touchstone.metric(name, options);
  const { value } = await loadUserExport(name, { cwd, alias: bundledPackages });
  const metric: unknown = typeof value === 'function' ? value(options) : value;
  if (isMetric(metric)) return metric;
  throw new TouchstoneError('not-a-metric', `'${name}' is no metric: export what metric('name', fn) or defineMetric({ … }) gives.`);
}

async function modelOf(text: string, cwd: string): Promise<string | Model> {
  if (!isFileReference(text)) return text;
  const { value, spec } = await loadUserExport(text, { cwd, alias: bundledPackages });
  if (typeof value === 'function') return functionModel(value as (row: never) => unknown, { id: text, spec });
  if (isModel(value)) return { ...value, identity: { module: spec.module, export: spec.export, source: spec.sourceHash ?? null, model: value.identity } };
  throw new TouchstoneError('not-a-model', `'${text}' is no model: export a function of a row, or what batchModel gives.`);
}

function isFileReference(text: string): boolean {
  return /^\.{0,2}\//u.test(text) || /\.[cm]?[jt]s(#|$)/u.test(text);
}

function readOptions(name: string, text: string): Readonly<Record<string, Json>> {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TouchstoneError('bad-metric', `The options of --metric '${name}' are no JSON: ${text}. Write them like --metric '${name} {"useStemmer": true}'.`, { cause: error });
  }
}

function mappingOf(pairs: readonly string[], flag = '--map'): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at <= 0) throw new TouchstoneError('bad-option', `${flag} is '${pair}': write ${flag} NAME=VALUE.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function definedOnly<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

function isMetric(value: unknown): value is Metric {
  return typeof value === 'object' && value !== null && 'form' in value && 'signature' in value;
}

function isModel(value: unknown): value is Model {
  return typeof value === 'object' && value !== null && 'predict' in value && 'identity' in value;
}
