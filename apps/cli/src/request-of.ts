import { resolve } from 'node:path';
import {
  type EvaluateRequest,
  file,
  type PlannedCassette,
  type RunOptions,
  type SweepRequest,
  TouchstoneError,
  type TouchstoneRuntime,
} from '@touchstone/core';
import { metricsOf } from './document-metrics.ts';
import { fileOptionsOf } from './file-options.ts';
import { pairsOf } from './flag-pairs.ts';
import { flagOf } from './flag-words.ts';
import { evaluationOf, type LoadedConfig } from './load-config.ts';
import { modelOptionsOf } from './model-options.ts';
import { modelOf } from './model-reference.ts';
import { readEnvFile } from './read-env-file.ts';
import { definedOnly, type EvaluationFlags, type RunDocument } from './run-document.ts';
import { standardInput } from './standard-input.ts';
import { sweptModels } from './swept-models.ts';

/** The request that a document stands for: the named evaluation of the config, and the flags over it. */
export async function requestOf(
  document: RunDocument,
  from: { readonly touchstone: TouchstoneRuntime; readonly config: LoadedConfig | undefined },
): Promise<SweepRequest> {
  const { flags, cwd } = document;
  if (flags.envFile !== undefined) readEnvFile(resolve(cwd, flags.envFile), flags.envFile);
  const base: SweepRequest =
    document.evaluation === undefined || from.config === undefined ? {} : evaluationOf(from.config, document.evaluation);
  const folder = from.config?.folder ?? cwd;

  const extraMetrics = await metricsOf(document, from);
  const { models: configured, ...rest } = base;
  const swept = await sweptModels(document, configured, folder);
  const model =
    swept !== undefined ? undefined : await (flags.model === undefined ? modelOf(base.model, folder) : modelOf(flags.model, cwd));

  const { predictions, targets, inputs, id, cluster, modelType, language, trials, limit, sample, seed } = flags;
  const asked = { predictions, targets, inputs, id, cluster, modelType, language, trials, limit, sample, seed };
  const accounts = base.limits?.accounts;
  return {
    ...(document.models === undefined ? rest : without(rest, 'model')),
    ...definedOnly({
      data: dataOf(flags, base),
      model,
      judge: flags.judge ?? base.judge ?? from.config?.config.judge,
      models: swept,
      ...asked,
      evaluators: flags.evaluator,
      cassette: cassetteOf(flags, base),
      cache: cacheOf(flags),
    }),
    ...unlessEmpty('extraMetrics', extraMetrics),
    ...unlessEmpty('columns', { ...base.columns, ...pairsOf('--map', flags.map) }),
    ...unlessEmpty('modelOptions', { ...base.modelOptions, ...modelOptionsOf(flags.modelOption, cwd) }),
    ...unlessEmpty('judgeOptions', { ...base.judgeOptions, ...modelOptionsOf(flags.judgeOption, cwd, '--judge-option') }),
    ...unlessEmpty('limits', {
      ...base.limits,
      ...limitsOf(flags, accounts, swept === undefined ? [model] : Object.values(swept)),
    }),
    ...unlessEmpty('evaluatorConfig', { ...base.evaluatorConfig, ...evaluatorConfigOf(flags) }),
  };
}

/** Whether it is several evaluations, with a comparison. */
export function isSweep({ models, prompts }: SweepRequest): boolean {
  return models !== undefined || prompts !== undefined;
}

function without<T extends object, K extends keyof T>(object: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = object;
  return rest;
}

/** How the run is filed: the config's word, and the flags over it. */
export function runOptionsOf(
  base: RunOptions | undefined,
  flags: { readonly experiment?: string; readonly runName?: string; readonly tag?: readonly string[]; readonly key?: string },
): RunOptions {
  const tags = { ...base?.tags, ...pairsOf('--tag', flags.tag) };
  return {
    ...base,
    ...definedOnly({ experiment: flags.experiment, name: flags.runName, key: flags.key }),
    ...unlessEmpty('tags', tags),
  };
}

/** Paths are left as they were typed: errors show them so. Flags that say how to read files also hold for those that the config names. */
function dataOf(flags: EvaluationFlags, base: EvaluateRequest): unknown {
  const options = fileOptionsOf(flags);
  const [option] = Object.keys(options);
  const files = flags.data === undefined ? [] : [flags.data].flat();
  if (files.length === 0 && option !== undefined && typeof base.data === 'string') files.push(base.data);
  const [first, ...others] = files;
  if (first === undefined) {
    if (option === undefined) return undefined;
    throw new TouchstoneError(
      'bad-option',
      `${flagOf(option)} says how files are read, and no file is named: name one with --data.`,
    );
  }
  if (others.length === 0 && option === undefined) return first === '-' ? standardInput('run --data -') : first;
  if (!files.includes('-')) return file(files, options);
  throw new TouchstoneError(
    'bad-option',
    `--data - is JSON Lines in UTF-8 on stdin, and stands alone: leave out ${others.length > 0 ? 'the other --data' : flagOf(option ?? '')}.`,
  );
}

/** The mode alone is for the cassette that the config names. What is no mode is said by core, with everything else. */
function cassetteOf({ cassette, cassetteMode }: EvaluationFlags, base: EvaluateRequest): EvaluateRequest['cassette'] {
  const given = typeof base.cassette === 'string' ? { file: base.cassette } : base.cassette;
  if (cassetteMode === undefined) return cassette ?? given;
  const file = cassette ?? given?.file;
  if (file === undefined) {
    throw new TouchstoneError(
      'bad-option',
      '--cassette-mode says what is done with a cassette, and none is named: name one with --cassette FILE.',
    );
  }
  // Checked at run time, like every option.
  return { file, mode: cassetteMode as NonNullable<PlannedCassette['mode']> };
}

function cacheOf({ cache, refresh }: EvaluationFlags): EvaluateRequest['cache'] {
  if (refresh !== true) return cache;
  if (cache !== false) return 'refresh';
  throw new TouchstoneError(
    'bad-option',
    '--no-cache and --refresh contradict each other: --refresh asks anew and keeps the answers, --no-cache keeps none.',
  );
}

function limitsOf(
  { concurrency, timeout, errorBudget, threads, maxCost, requestsPerMinute, tokensPerMinute }: EvaluationFlags,
  base: NonNullable<EvaluateRequest['limits']>['accounts'],
  models: readonly unknown[],
): EvaluateRequest['limits'] {
  const accounts: Record<string, object> = { ...base };
  for (const [flag, limit, values] of [
    ['--requests-per-minute', 'requestsPerMinute', requestsPerMinute],
    ['--tokens-per-minute', 'tokensPerMinute', tokensPerMinute],
  ] as const) {
    for (const value of values ?? []) {
      const { account, amount } = accountLimit(flag, value, models);
      accounts[account] = { ...accounts[account], [limit]: amount };
    }
  }
  return {
    ...definedOnly({ concurrency, timeout, errorBudget, threads }),
    ...(maxCost === undefined ? {} : { maxCost: { usd: maxCost } }),
    ...unlessEmpty('accounts', accounts),
  };
}

/** `500` is for the account of the model, or of all models where it is the same; `anthropic=500` for another one. */
function accountLimit(
  flag: string,
  value: string,
  models: readonly unknown[],
): { readonly account: string; readonly amount: number } {
  const [, named, number = ''] = /^(?:([^=]*)=)?(.*)$/u.exec(value) ?? [];
  const schemes = new Set(
    models.map((model) =>
      typeof model === 'string' ? /^(?!runs:|models:)([a-z][a-z0-9+.-]*):/iu.exec(model)?.[1]?.toLowerCase() : undefined,
    ),
  );
  const account = named ?? (schemes.size === 1 ? [...schemes][0] : undefined);
  const amount = Number(number);
  if (account === undefined || account === '') {
    throw new TouchstoneError(
      'bad-option',
      `${flag} is '${value}', and there is no ${schemes.size > 1 ? 'one account of all models' : 'model by URI'}: name the account, e.g. ${flag} openai=${value}.`,
    );
  }
  if (number.trim() === '' || !(amount > 0) || amount === Number.POSITIVE_INFINITY) {
    throw new TouchstoneError(
      'bad-option',
      `${flag} is '${value}', and it must be a number above 0, e.g. ${flag} ${account}=500.`,
    );
  }
  return { account, amount };
}

function evaluatorConfigOf({ evaluatorOption, metricPrefix }: EvaluationFlags): Readonly<Record<string, unknown>> {
  const options = Object.entries(pairsOf('--evaluator-option', evaluatorOption)).map(([name, text]) => [name, jsonOrText(text)]);
  return { ...Object.fromEntries(options), ...definedOnly({ metricPrefix }) };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function unlessEmpty<K extends string, V extends object>(
  key: K,
  value: V,
): { readonly [P in K]?: V } | Readonly<Record<never, never>> {
  return Object.keys(value).length === 0 ? {} : { [key]: value };
}
