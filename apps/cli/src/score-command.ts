import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type EvaluationResult, findRun, type ScoreRequest, TouchstoneError } from '@touchstone/core';
import { type CarryOutFlags, carryOut, type Task } from './carry-out.ts';
import type { ConfiguredEvaluation } from './define-config.ts';
import { metricNamed, movedMetric } from './document-metrics.ts';
import { pairsOf } from './flag-pairs.ts';
import { evaluationOf, type LoadedConfig } from './load-config.ts';
import { metricOf } from './metric-reference.ts';
import { modelOptionsOf } from './model-options.ts';
import { type OpenedTouchstone, type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { checkOutputFiles } from './output-files.ts';
import { readEnvFile } from './read-env-file.ts';
import { resultText } from './result-text.ts';
import { definedOnly, documentAsJson, isRunDocument, type RunDocument } from './run-document.ts';
import { print } from './say.ts';
import { resumeOf, sayEnd } from './say-end.ts';
import { shellWord } from './shell-word.ts';

export interface ScoreFlags extends CarryOutFlags, StoreFlags {
  readonly metric?: readonly string[];
  readonly rescore?: readonly string[];
  readonly judge?: string;
  readonly judgeOption?: readonly string[];
  readonly language?: string;
  readonly evaluation?: number;
  readonly concurrency?: number;
  readonly timeout?: number;
  readonly maxCost?: number;
  readonly envFile?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** `touchstone score`: adds metrics to a stored run, or makes their scores again. The model is not asked. */
export async function scoreCommand(ref: string, flags: ScoreFlags): Promise<number> {
  checkOutputFiles(flags);
  if (flags.metric === undefined && flags.rescore === undefined) {
    throw new TouchstoneError(
      'nothing-to-compute',
      'There is nothing to score: name a metric to add with --metric NAME, or one to make again with --rescore NAME.',
    );
  }
  return withTouchstone(flags, async (opened) => {
    const { touchstone, store } = opened;
    const run = await findRun(touchstone.store.catalog, ref);
    const document = isRunDocument(run.origin) ? run.origin : undefined;
    readVariables(flags, document);
    const request = await requestFor(document, flags, opened);
    const continuedBy = (id: string): string => (document === undefined ? commandOf(id, flags) : resumeOf(id));
    const scoring: Task<EvaluationResult> = {
      asked: 'flags',
      continuedBy,
      start: ({ note: _, ...watching }) => touchstone.score(run.id, { ...request, ...watching }),
    };
    const { exitCode, result } = await carryOut(opened, scoring, flags);
    if (result !== undefined) {
      await print(flags.json === true ? JSON.stringify(result.toJSON(), null, 2) : resultText(result, flags));
      await sayEnd(result, store, continuedBy(run.id));
    }
    return exitCode;
  });
}

/** The metrics, what the run was told of its data, and how the run is asked for from now on. */
async function requestFor(
  document: RunDocument | undefined,
  flags: ScoreFlags,
  from: Pick<OpenedTouchstone, 'touchstone' | 'config'>,
): Promise<ScoreRequest> {
  const cwd = process.cwd();
  const extraMetrics: unknown[] = [];
  const rescore: unknown[] = [];
  const scored: string[] = [];
  const take = async (text: string): Promise<unknown> => {
    scored.push(movedMetric(text, cwd, document?.cwd ?? cwd));
    return metricOf(text, from.touchstone, cwd);
  };
  for (const text of flags.metric ?? []) extraMetrics.push(await take(text));
  for (const text of flags.rescore ?? []) {
    const same = document && (await metricNamed(text, document, from));
    rescore.push(same ?? (await take(text)));
  }
  const base = configured(document, from.config);
  const language = flags.language ?? document?.flags.language ?? base.language;
  const judge = flags.judge ?? document?.flags.judge ?? base.judge ?? from.config?.config.judge;
  const judgeOptions = {
    ...base.judgeOptions,
    ...modelOptionsOf(document?.flags.judgeOption, document?.cwd ?? cwd, '--judge-option'),
    ...modelOptionsOf(flags.judgeOption, cwd, '--judge-option'),
  };
  const origin = document && documentAsJson({ ...document, scored: [...(document.scored ?? []), ...scored] });
  return {
    extraMetrics,
    rescore,
    columns: { ...base.columns, ...pairsOf('--map', document?.flags.map) },
    limits: limitsOf(flags),
    ...definedOnly({ judge, language, origin, evaluation: flags.evaluation }),
    ...(Object.keys(judgeOptions).length === 0 ? {} : { judgeOptions }),
  };
}

function limitsOf({ concurrency, timeout, maxCost }: ScoreFlags): NonNullable<ScoreRequest['limits']> {
  return { ...definedOnly({ concurrency, timeout }), ...(maxCost === undefined ? {} : { maxCost: { usd: maxCost } }) };
}

/** Variables for judges: of the file that is named, else of the one that the run was given. */
function readVariables({ envFile }: ScoreFlags, document: RunDocument | undefined): void {
  const given = envFile ?? document?.flags.envFile;
  if (given === undefined) return;
  const path = envFile === undefined ? resolve(document?.cwd ?? '', given) : resolve(given);
  if (envFile !== undefined || existsSync(path)) readEnvFile(path, given);
}

/** What the config says of the run's evaluation, if it still has it. */
function configured(document: RunDocument | undefined, config: LoadedConfig | undefined): ConfiguredEvaluation {
  const name = document?.evaluation;
  if (name === undefined || config === undefined || !Object.hasOwn(config.config.evaluations ?? {}, name)) return {};
  return evaluationOf(config, name);
}

/** The same command again, which goes on where it was stopped. */
function commandOf(id: string, { metric = [], rescore = [] }: ScoreFlags): string {
  const asked = [
    ...metric.map((text) => `--metric ${shellWord(text)}`),
    ...rescore.map((text) => `--rescore ${shellWord(text)}`),
  ];
  return ['score', id.slice(0, 8), ...asked].join(' ');
}
