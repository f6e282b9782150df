import { type Json, TouchstoneError } from '@touchstone/core';
import type { ReadingFlags } from './file-options.ts';

/** What `run` was asked for, as plain data: stored with the run, so that `resume` can ask for it again. */
export interface RunDocument {
  readonly command: 'run';
  /** Paths in the flags are relative to it. */
  readonly cwd: string;
  /** Absolute. */
  readonly config?: string;
  readonly evaluation?: string;
  readonly flags: EvaluationFlags;
  /** Of several `--model`, which are a sweep. */
  readonly models?: readonly string[];
  /** The cell of the sweep that this run is. */
  readonly cell?: string;
  /** Metrics that `touchstone score` has added, or put in place of others of their name. */
  readonly scored?: readonly string[];
}

/** The flags of `run` that say what is evaluated. */
export interface EvaluationFlags extends ReadingFlags {
  readonly data?: readonly string[];
  readonly model?: string;
  readonly modelOption?: readonly string[];
  readonly judge?: string;
  readonly judgeOption?: readonly string[];
  readonly predictions?: string;
  readonly targets?: string;
  readonly inputs?: readonly string[];
  readonly id?: string;
  readonly cluster?: string;
  readonly modelType?: string;
  readonly metric?: readonly string[];
  readonly evaluator?: readonly string[];
  readonly evaluatorOption?: readonly string[];
  readonly map?: readonly string[];
  readonly metricPrefix?: string;
  readonly trials?: number;
  readonly limit?: number;
  readonly sample?: number;
  readonly seed?: number;
  readonly concurrency?: number;
  readonly requestsPerMinute?: readonly string[];
  readonly tokensPerMinute?: readonly string[];
  readonly maxCost?: number;
  readonly timeout?: number;
  readonly errorBudget?: number;
  readonly threads?: number;
  readonly language?: string;
  readonly envFile?: string;
  readonly cassette?: string;
  readonly cassetteMode?: string;
  readonly cache?: boolean;
  readonly refresh?: boolean;
}

/** Of all flags those that a document keeps. */
export function evaluationFlags(flags: EvaluationFlags): EvaluationFlags {
  const { data, model, predictions, targets, inputs, id, cluster, modelType, metric, evaluator, evaluatorOption, map } = flags;
  const { metricPrefix, trials, limit, sample, seed, concurrency, timeout, errorBudget, threads, language, envFile } = flags;
  const { encoding, delimiter, columnType, maxDownload } = flags;
  const { modelOption, judge, judgeOption, requestsPerMinute, tokensPerMinute, maxCost, cassette, cassetteMode, cache, refresh } =
    flags;
  const columns = { predictions, targets, inputs, id, cluster };
  const measured = { modelType, metric, evaluator, evaluatorOption, map, metricPrefix };
  return definedOnly({
    data,
    encoding,
    delimiter,
    columnType,
    maxDownload,
    model,
    modelOption,
    judge,
    judgeOption,
    ...columns,
    ...measured,
    trials,
    limit,
    sample,
    seed,
    concurrency,
    requestsPerMinute,
    tokensPerMinute,
    maxCost,
    timeout,
    errorBudget,
    threads,
    language,
    envFile,
    cassette,
    cassetteMode,
    cache,
    refresh,
  });
}

export function documentAsJson(document: RunDocument): Json {
  return JSON.parse(JSON.stringify(document));
}

/** @throws TouchstoneError `not-from-command-line` when the run was started from code */
export function documentOf(origin: unknown, runName: string): RunDocument {
  if (isRunDocument(origin)) return origin;
  throw new TouchstoneError(
    'not-from-command-line',
    `Run ${runName} was started from code, which the store does not hold: run that code again with the same key, run: { key: '…' }, resume: 'auto'.`,
  );
}

/** The same object without the keys that are undefined. */
export function definedOnly<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** Written by `documentAsJson`, so the outline tells. */
export function isRunDocument(origin: unknown): origin is RunDocument {
  return (
    typeof origin === 'object' &&
    origin !== null &&
    'command' in origin &&
    origin.command === 'run' &&
    'flags' in origin &&
    'cwd' in origin
  );
}
