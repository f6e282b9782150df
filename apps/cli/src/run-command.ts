import { resolve } from 'node:path';
import { type EvaluateRequest, suggestion, TouchstoneError } from '@touchstone/core';
import { carryOut, type OutputFlags, sayEnd, showResult } from './carry-out.ts';
import { EXIT } from './exit-codes.ts';
import { formatPlan } from './format-plan.ts';
import { type OpenedTouchstone, openTouchstone, type StoreFlags } from './open-touchstone.ts';
import { requestOf, type RunDocument, type RunFlags, runOptionsOf } from './run-document.ts';
import { print, say } from './say.ts';
import { checkTableFile } from './write-table.ts';

export interface RunCommandFlags extends RunFlags, OutputFlags, StoreFlags {
  readonly experiment?: string;
  readonly runName?: string;
  readonly tag?: readonly string[];
  readonly key?: string;
  readonly resume?: boolean;
  readonly dryRun?: boolean;
  readonly verbose?: boolean;
}

/** `touchstone run`: one run per evaluation. */
export async function runCommand(names: readonly string[], flags: RunCommandFlags): Promise<number> {
  if (flags.table !== undefined) checkTableFile(flags.table);
  const opened = await openTouchstone(flags);
  try {
    const documents = documentsOf(names, flags, opened);
    if (documents.length > 1 && (flags.output !== undefined || flags.table !== undefined || flags.key !== undefined)) {
      throw new TouchstoneError('one-run-only', `--output, --table and --key are for one run, and this is ${documents.length}: name one evaluation.`);
    }
    return flags.dryRun === true ? await dryRun(documents, opened, flags) : await runAll(documents, opened, flags);
  } finally {
    await opened.touchstone.close();
  }
}

async function runAll(documents: readonly RunDocument[], opened: OpenedTouchstone, flags: RunCommandFlags): Promise<number> {
  const results: unknown[] = [];
  let exitCode: number = EXIT.ok;
  for (const document of documents) {
    const request = await requestOf(document, opened);
    const run = { ...request.run, ...runOptionsOf(flags), ...(flags.resume === true ? { resume: 'auto' as const } : {}) };
    const { run: _, ...evaluation } = request;
    const done = await carryOut(opened, evaluation, run, document, flags);
    exitCode = Math.max(exitCode, done.exitCode);
    if (done.result === undefined) continue;
    results.push(done.result.toJSON());
    if (flags.json !== true) await showResult(done.result, {});
    sayEnd(done.result, opened.storePath);
    if (done.exitCode === EXIT.interrupted) break;
  }
  if (flags.json === true && results.length > 0) await print(JSON.stringify(documents.length === 1 ? results[0] : { runs: results }, null, 2));
  return exitCode;
}

async function dryRun(documents: readonly RunDocument[], opened: OpenedTouchstone, flags: RunCommandFlags): Promise<number> {
  const plans = [];
  for (const document of documents) {
    const request: EvaluateRequest = await requestOf(document, opened);
    plans.push(await opened.touchstone.plan(request));
  }
  if (flags.json === true) await print(JSON.stringify(plans.length === 1 ? plans[0] : { plans }, null, 2));
  else for (const plan of plans) await print(formatPlan(plan, { verbose: flags.verbose === true }));
  say('This was a dry run: nothing was asked, nothing was written.');
  return EXIT.ok;
}

/** Named evaluations; all of the config when nothing else is said; or the flags alone. */
function documentsOf(names: readonly string[], flags: RunCommandFlags, { config }: OpenedTouchstone): readonly RunDocument[] {
  const of = (evaluation?: string): RunDocument => ({
    command: 'run',
    cwd: process.cwd(),
    ...(config === undefined ? {} : { config: config.path }),
    ...(evaluation === undefined ? {} : { evaluation }),
    flags: evaluationFlags(flags),
  });
  if (names.length > 0) {
    if (config === undefined) {
      const [name = ''] = names;
      const hint = /\.jsonl?$/u.test(name) ? ` For a data file write --data ${name}.` : '';
      throw new TouchstoneError('no-config', `There is no touchstone.config.ts in ${resolve('.')}, so there is no evaluation named '${name}'.${hint}${suggestion(name, ['init', 'show', 'rows', 'runs', 'resume'])}`);
    }
    return names.map(of);
  }
  const evaluations = Object.keys(config?.config.evaluations ?? {});
  if (flags.data === undefined && evaluations.length > 0) return evaluations.map(of);
  if (flags.data === undefined) {
    throw new TouchstoneError('no-data', 'There is nothing to evaluate: give --data FILE (with --predictions or --model, and --metric or --model-type), or write a touchstone.config.ts; touchstone init makes one.');
  }
  return [of()];
}

function evaluationFlags(flags: RunCommandFlags): RunFlags {
  const { data, model, predictions, targets, inputs, id, cluster, modelType, metric, evaluator, map, metricPrefix, trials, limit, sample, seed, concurrency, timeout, errorBudget } = flags;
  const all = { data: data === undefined ? undefined : resolve(data), model, predictions, targets, inputs, id, cluster, modelType, metric, evaluator, map, metricPrefix, trials, limit, sample, seed, concurrency, timeout, errorBudget };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
