import { execFileSync } from 'node:child_process';
import {
  type Annotation,
  checkNoSweep,
  findRun,
  formatRows,
  type JournalReader,
  type Plan,
  type RunRecord,
  type ScoreValue,
  suggestion,
  TouchstoneError,
  type TouchstoneRuntime,
} from '@touchstone/core';
import { alignColumns } from './align-columns.ts';
import { EXIT } from './exit-codes.ts';
import { findRow, type Place } from './find-row.ts';
import { type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { print, printWidth, say } from './say.ts';

export interface AnnotateFlags extends StoreFlags {
  readonly metric?: string;
  readonly label?: string;
  readonly value?: string;
  readonly clear?: boolean;
  readonly reason?: string;
  readonly author?: string;
  readonly trial?: number;
  readonly evaluation?: number;
  readonly json?: boolean;
}

/** `touchstone annotate`: keeps what a person says of a row; without a metric or label, tells what was said. */
export async function annotateCommand(ref: string, row: string | undefined, flags: AnnotateFlags): Promise<number> {
  checkFlags(row, flags);
  return withTouchstone(flags, async ({ touchstone }) => {
    const run = await findRun(touchstone.store.catalog, ref);
    await checkNoSweep(touchstone.store.catalog, run);
    const index = flags.evaluation ?? 1;
    const evaluations = await touchstone.store.catalog.evaluations(run.id);
    const found = evaluations.find((evaluation) => evaluation.index === index);
    if (found === undefined || (flags.evaluation === undefined && evaluations.length > 1)) {
      throw new TouchstoneError(
        'evaluation-not-chosen',
        `Run ${run.name} holds ${evaluations.length} evaluations: say which one is meant with --evaluation N.`,
      );
    }
    const reader = await touchstone.store.catalog.reader(run.id, index);
    const place = row === undefined ? undefined : await findRow(row, reader, run);
    const chosen: Chosen = { touchstone, run, index, plan: found.plan, reader };
    return place === undefined || (flags.metric ?? flags.label) === undefined
      ? tell(chosen, place, flags)
      : annotate(chosen, place, flags);
  });
}

interface Chosen {
  readonly touchstone: TouchstoneRuntime;
  readonly run: RunRecord;
  readonly index: number;
  readonly plan: Plan;
  readonly reader: JournalReader;
}

/** @throws TouchstoneError `bad-option` */
function checkFlags(row: string | undefined, { metric, label, value, clear, reason }: AnnotateFlags): void {
  const wrong = (message: string): TouchstoneError => new TouchstoneError('bad-option', message);
  if (metric !== undefined && label !== undefined)
    throw wrong('--metric is for a score and --label for anything else: give one of them.');
  const named = metric === undefined ? '--label' : '--metric';
  if ((metric ?? label) === undefined) {
    const given = Object.entries({ value, clear, reason }).find(([, word]) => word !== undefined)?.[0];
    if (given !== undefined)
      throw wrong(
        `--${given} is given, and nothing that it is of: name a metric with --metric NAME, or a label with --label NAME.`,
      );
    return;
  }
  if (row === undefined)
    throw wrong(
      `${named} is given, and no row: touchstone annotate RUN ROW, where ROW is its key or its number as touchstone rows shows it.`,
    );
  if ((value === undefined) === (clear === undefined))
    throw wrong(`Say what it is with --value VALUE, or take back what was said with --clear.`);
}

async function annotate(chosen: Chosen, { ordinal }: Place, flags: AnnotateFlags): Promise<number> {
  const { touchstone, run, index, plan } = chosen;
  const value = flags.value === undefined ? null : readValue(flags.value);
  const said = {
    ordinal,
    name: nameIn(plan, flags),
    value,
    author: flags.author ?? authorHere(),
    ...(flags.trial === undefined ? {} : { trial: flags.trial }),
    ...(flags.reason === undefined ? {} : { reason: flags.reason }),
  };
  const [kept] = await touchstone.annotate(run.id, said, { evaluation: index });
  if (kept === undefined) return EXIT.ok;
  if (flags.json === true) await print(JSON.stringify(toDocument(kept), null, 2));
  else await printRow(chosen, kept);
  const what = value === null ? `${kept.name} is taken back` : `${kept.name} is ${String(value)}`;
  say(`Row ${ordinal + 1}: ${what}, says ${kept.author}.`);
  return EXIT.ok;
}

/** What is no metric of the run is a mistake, and not a label. @throws TouchstoneError `unknown-metric`, `bad-option` */
function nameIn({ metrics }: Plan, { metric, label = '' }: AnnotateFlags): string {
  const names = metrics.map(({ name }) => name);
  if (metric === undefined) {
    const taken = metrics.find(({ name, key }) => label === name || label === key);
    if (taken === undefined) return label;
    throw new TouchstoneError('bad-option', `'${label}' is a metric of the run, and no label: write --metric ${label}.`);
  }
  if (metrics.some(({ name, key }) => metric === name || metric === key)) return metric;
  const hint = suggestion(metric, names, { list: 'It has' });
  throw new TouchstoneError(
    'unknown-metric',
    `The run has no metric '${metric}'.${hint} For a word of your own write --label ${metric}.`,
  );
}

/** `true`, `3.5` and `"3.5"` are what they are in JSON; anything else is a text. */
function readValue(text: string): ScoreValue {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value;
  } catch {
    // No JSON.
  }
  return text;
}

/** Who sits here, as Git knows it. @throws TouchstoneError `no-author` */
function authorHere(): string {
  const author = gitName() ?? process.env.USER ?? process.env.USERNAME;
  if (author !== undefined && author.trim() !== '') return author;
  throw new TouchstoneError(
    'no-author',
    'Nobody knows who says this: give --author NAME, or set it once with git config user.name.',
  );
}

function gitName(): string | undefined {
  try {
    const name = execFileSync('git', ['config', 'user.name'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return name === '' ? undefined : name;
  } catch {
    return undefined;
  }
}

/** The row as it counts now. */
async function printRow({ touchstone, run, index }: Chosen, { ordinal, trial }: Annotation): Promise<void> {
  const result = await touchstone.result(run.id);
  const evaluation = result.evaluations.find((one) => one.index === index);
  if (evaluation === undefined) return;
  for await (const row of evaluation.rows()) {
    if (row.ordinal !== ordinal || row.trial !== trial) continue;
    await print(formatRows([row], { plans: [evaluation.plan], width: printWidth() }));
    return;
  }
}

/** All that was said of the run, or of one row of it, also what was taken back. */
async function tell({ touchstone, run, index }: Chosen, place: Place | undefined, { json }: AnnotateFlags): Promise<number> {
  const all = await touchstone.annotations(run.id, { evaluation: index });
  const told = all.filter(({ ordinal }) => place === undefined || ordinal === place.ordinal);
  if (json === true) await print(JSON.stringify({ annotations: told.map(toDocument) }, null, 2));
  else if (told.length === 0)
    say(
      `Nobody has said anything of ${place === undefined ? `the rows of run ${run.name}` : `row ${place.ordinal + 1} of run ${run.name}`}.`,
    );
  else await print(alignColumns([['row', 'name', 'value', 'author', 'time', 'reason'], ...told.map(toLine)]));
  return EXIT.ok;
}

function toDocument({ ordinal, at, supersededAt, ...said }: Annotation): object {
  const left = supersededAt === undefined ? {} : { supersededAt: new Date(supersededAt).toISOString() };
  return { row: ordinal + 1, ordinal, ...said, at: new Date(at).toISOString(), ...left };
}

function toLine({ ordinal, trial, name, value, author, at, reason = '', supersededAt }: Annotation): readonly string[] {
  const row = `${ordinal + 1}${trial > 0 ? `, trial ${trial}` : ''}`;
  const of = supersededAt === undefined ? '' : '(of an earlier row) ';
  return [row, name, value === null ? 'taken back' : String(value), author, new Date(at).toISOString(), of + reason];
}
