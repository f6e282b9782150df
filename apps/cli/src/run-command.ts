import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  type EvaluationResult,
  type Plan,
  type RunOptions,
  type SweepResult,
  suggestion,
  TouchstoneError,
} from '@touchstone/core';
import { type CarryOutFlags, carryOut, evaluating, sweeping } from './carry-out.ts';
import { EXIT, exitCodeOfError } from './exit-codes.ts';
import { formatPlan, totalText } from './format-plan.ts';
import { type OpenedTouchstone, type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { checkOutputFiles } from './output-files.ts';
import { isSweep, requestOf, runOptionsOf } from './request-of.ts';
import { resultText } from './result-text.ts';
import { documentAsJson, type EvaluationFlags, evaluationFlags, type RunDocument } from './run-document.ts';
import { print, say } from './say.ts';
import { sayEndOf } from './say-end.ts';
import { sayError } from './say-error.ts';

export interface RunFlags extends Omit<EvaluationFlags, 'model'>, CarryOutFlags, StoreFlags {
  readonly model?: readonly string[];
  readonly experiment?: string;
  readonly runName?: string;
  readonly tag?: readonly string[];
  readonly key?: string;
  readonly resume?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** `touchstone run`: one run for each evaluation and model. */
export async function runCommand(names: readonly string[], flags: RunFlags): Promise<number> {
  checkOutputFiles(flags);
  return withTouchstone(flags, async (opened) => {
    const documents = documentsOf(names, flags, opened);
    const swept = documents.length === 1 && documents[0] !== undefined && isSweep(await requestOf(documents[0], opened));
    if (swept && flags.data?.includes('-') === true) {
      throw new TouchstoneError(
        'bad-option',
        '--data - can be read once, and a sweep reads its data for each cell: write the rows to a file, and name that.',
      );
    }
    const ofOne = flags.table !== undefined ? '--table' : flags.save !== undefined ? '--save' : undefined;
    if (swept && ofOne !== undefined) {
      throw new TouchstoneError(
        'one-run-only',
        `${ofOne} is for one run, and this is a sweep of several: name one model and one prompt.`,
      );
    }
    if (documents.length > 1 && (flags.output !== undefined || ofOne !== undefined || flags.key !== undefined)) {
      throw new TouchstoneError(
        'one-run-only',
        `--output, --table, --save and --key are for one run, and these are ${documents.length}: name one evaluation and one model.`,
      );
    }
    return flags.dryRun === true ? dryRun(documents, opened, flags) : runAll(documents, opened, flags);
  });
}

/** Named evaluations, or all of the config, or what the flags alone say. Several models are a sweep each. */
function documentsOf(names: readonly string[], flags: RunFlags, { config }: OpenedTouchstone): readonly RunDocument[] {
  const { model: models, ...given } = flags;
  // A config's cache is that of a store.
  const rest = given.store === false && given.refresh !== true ? { ...given, cache: false } : given;
  const [model, ...others] = models ?? [];
  return evaluationNames(names, flags, config).map((evaluation) => ({
    command: 'run',
    cwd: process.cwd(),
    ...(config === undefined ? {} : { config: config.path }),
    ...(evaluation === undefined ? {} : { evaluation }),
    flags: evaluationFlags({ ...rest, ...(model === undefined || others.length > 0 ? {} : { model }) }),
    ...(models === undefined || others.length === 0 ? {} : { models }),
  }));
}

function evaluationNames(
  names: readonly string[],
  flags: RunFlags,
  config: OpenedTouchstone['config'],
): readonly (string | undefined)[] {
  const [name] = names;
  if (name !== undefined && config === undefined) {
    const dataFile = /\.(?:jsonl|ndjson|json|csv|tsv|parquet|arrows?|feather)(?:\.gz)?$/u.test(name)
      ? ` For a data file write --data ${name}.`
      : '';
    const hint = suggestion(name, ['init', 'show', 'rows', 'runs', 'resume', 'delete']);
    throw new TouchstoneError(
      'no-config',
      `There is no touchstone.config.ts in ${resolve()}, so there is no evaluation '${name}'.${dataFile}${hint}`,
    );
  }
  if (name !== undefined) return names;
  const configured = Object.keys(config?.config.evaluations ?? {});
  if (flags.data !== undefined) return [undefined];
  if (configured.length > 0) return configured;
  throw new TouchstoneError(
    'no-data',
    'There is nothing to evaluate: give --data FILE, with --predictions COLUMN or --model ./file.ts#function, and --metric or --model-type; or write a touchstone.config.ts, as touchstone init does.',
  );
}

/** The plans as the result. Asks no model and writes nothing. */
async function dryRun(documents: readonly RunDocument[], opened: OpenedTouchstone, flags: RunFlags): Promise<number> {
  const planned = await plansOf(documents, opened);
  if (planned === undefined) return EXIT.request;
  const all = planned.flat();
  const [first, ...others] = all;
  if (flags.json === true) {
    const one = others.length === 0 && first?.cell === undefined ? first?.plan : undefined;
    await print(JSON.stringify(one ?? { plans: all.map(({ plan }) => plan) }, null, 2));
  } else {
    const total = others.length === 0 ? undefined : totalText(all.map(({ plan }) => plan));
    await print([...all.map((one) => planText(one, flags)), ...(total === undefined ? [] : [total])].join('\n\n'));
  }
  say('This was a dry run: nothing was asked, nothing was written.');
  return EXIT.ok;
}

/** A plan, and of which cell of a sweep. */
interface Planned {
  readonly plan: Plan;
  readonly cell?: string;
}

function planText({ plan, cell }: Planned, { verbose }: RunFlags): string {
  return `${cell === undefined ? '' : `${cell}\n`}${formatPlan(plan, { verbose: verbose === true })}`;
}

/** By document; `undefined` when one of them is wrong, which has been said then. */
async function plansOf(
  documents: readonly RunDocument[],
  opened: OpenedTouchstone,
): Promise<readonly (readonly Planned[])[] | undefined> {
  const plans: (readonly Planned[])[] = [];
  for (const document of documents) {
    try {
      const { run: _, ...request } = await requestOf(document, opened);
      plans.push(
        isSweep(request) ? await opened.touchstone.planSweep(request) : [{ plan: await opened.touchstone.plan(request) }],
      );
    } catch (error) {
      if (exitCodeOfError(error) !== EXIT.request) throw error;
      if (documents.length > 1) say(`${nameOf(document)}:`);
      sayError(error, document);
    }
  }
  return plans.length < documents.length ? undefined : plans;
}

async function runAll(documents: readonly RunDocument[], opened: OpenedTouchstone, flags: RunFlags): Promise<number> {
  // All that is wrong with the second evaluation is said before the first one has cost anything.
  const looksAhead = documents.length > 1 || flags.verbose === true || (flags.resume === true && flags.key === undefined);
  const plans = looksAhead ? await plansOf(documents, opened) : [];
  if (plans === undefined) return EXIT.request;

  const results: object[] = [];
  let exitCode: number = EXIT.ok;
  for (const [index, document] of documents.entries()) {
    const planned = plans[index] ?? [];
    if (flags.verbose === true) for (const one of planned) say(`${planText(one, flags)}\n`);
    const done = await runOne(document, planned, opened, flags);
    exitCode = Math.max(exitCode, done.exitCode);
    if (done.result !== undefined) results.push(done.result.toJSON());
    const interrupted = done.exitCode === EXIT.interrupted;
    const left = interrupted ? documents.slice(index + 1) : [];
    if (left.length > 0) say(`Not started: ${left.map(nameOf).join(', ')}.`);
    if (done.result !== undefined) await sayEndOf(done.result, opened.store);
    if (interrupted) break;
  }
  if (flags.json === true && results.length > 0)
    await print(JSON.stringify(documents.length === 1 ? results[0] : { runs: results }, null, 2));
  return exitCode;
}

async function runOne(document: RunDocument, planned: readonly Planned[], opened: OpenedTouchstone, flags: RunFlags) {
  try {
    const { run, ...request } = await requestOf(document, opened);
    const unfinished = flags.resume === true ? await unfinishedRun(document, planned, opened, flags) : {};
    const filed = { ...runOptionsOf(run, flags), ...unfinished };
    const { touchstone } = opened;
    const done = isSweep(request)
      ? await carryOut<EvaluationResult | SweepResult>(opened, sweeping(touchstone, request, filed, document), flags)
      : await carryOut<EvaluationResult | SweepResult>(opened, evaluating(touchstone, request, filed, document), flags);
    if (done.result !== undefined && flags.json !== true) await print(resultText(done.result, flags));
    return done;
  } catch (error) {
    sayError(error, document);
    return { exitCode: exitCodeOfError(error) };
  }
}

function nameOf({ evaluation, models, flags: { model } }: RunDocument): string {
  return evaluation ?? models?.join(', ') ?? model ?? 'run';
}

/**
 * `--resume` continues the unfinished run of the key; without a key the newest one with the same plan, or the newest sweep that was asked
 * for in the same words; else a new one is started.
 */
async function unfinishedRun(
  document: RunDocument,
  planned: readonly Planned[],
  { touchstone }: OpenedTouchstone,
  { key }: RunFlags,
): Promise<RunOptions & { readonly resume?: 'auto' }> {
  const [first] = planned;
  if (key !== undefined || first === undefined) return { resume: 'auto' };
  const unfinished = await touchstone.runs({ statuses: ['running', 'interrupted', 'incomplete'] });
  for (const run of unfinished) {
    const [evaluation, ...others] = await touchstone.store.catalog.evaluations(run.id);
    const isSame =
      first.cell === undefined
        ? evaluation?.plan.fingerprint === first.plan.fingerprint && others.length === 0
        : evaluation === undefined && isDeepStrictEqual(run.origin, documentAsJson(document));
    if (isSame) return { id: run.id, resume: 'auto' };
  }
  return {};
}
