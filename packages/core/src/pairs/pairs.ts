import type { Dataset, Json, Row } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import type { EvaluationResult } from '../results/evaluation-result.ts';
import { joinByKey } from './join-by-key.ts';
import { calledAs, openSystems, type PairedRun, type System, type SystemOutput } from './paired-run.ts';

/** Outputs of two systems for one row; the data's other columns stand beside them under their own names. */
export interface PairRow {
  /** What both were asked: the cell of the one input column, or an object of several. */
  readonly inputs: Json;
  /** `null`: there is none; see `unpaired`. */
  readonly output_a: Json;
  readonly output_b: Json;
  readonly system_a: string;
  readonly system_b: string;
  /** The row's key in both runs. Judgements of one row belong together, so that this is the data set's cluster. */
  readonly row_key: string;
  /** From 0; there only if a run has several. */
  readonly trial?: number;
  /** Why there are not two outputs. */
  readonly unpaired?: string;
  readonly [column: string]: Json | undefined;
}

/**
 * The data set of pairs of runs: each with each, in the order in which they are given. Nothing is read before the rows are.
 * @param find a stored run's result
 */
export function pairsOf(given: readonly PairedRun[], find: (ref: string) => Promise<EvaluationResult>): Dataset<PairRow> {
  if (given.length < 2) {
    throw new TouchstoneError('bad-pairs', `pairs takes two runs or more, as in pairs('mini', 'big'), not ${given.length}.`);
  }
  const name = given.map(calledAs).join(' vs ');
  return {
    name,
    rereadable: true,
    inputs: 'inputs',
    predictions: 'output_a',
    cluster: 'row_key',
    async *rows() {
      const systems = await openSystems(given, find);
      for (const [at, a] of systems.entries()) for (const b of systems.slice(at + 1)) yield* pairRows(a, b);
    },
  };
}

/** What no pair has is worth an error only if there is no pair at all; else it is said in its row. */
async function* pairRows(a: System, b: System): AsyncGenerator<PairRow> {
  const alone: PairRow[] = [];
  let pairs = 0;
  const trials = Math.max(a.trials, b.trials) > 1;
  for await (const joined of joinByKey(a.outputs(), b.outputs(), keyOf)) {
    const row = pairRow(joined, { a, b, trials });
    if (row.unpaired === undefined) pairs++;
    // Kept back until there is a pair.
    if (pairs === 0) alone.push(row);
    else yield* [...alone.splice(0), row];
  }
  if (pairs > 0) return;
  throw new TouchstoneError(
    'no-pairs',
    `${a.name} and ${b.name} have no row in common with two outputs: rows are paired by their keys, which are ids or hashes of the inputs (${a.name}: ${a.inputs.join(', ')}; ${b.name}: ${b.inputs.join(', ')}).`,
    { kind: 'request' },
  );
}

function keyOf({ key, trial }: SystemOutput): string {
  return `${trial} ${key}`;
}

function pairRow(
  joined: { readonly a?: SystemOutput | undefined; readonly b?: SystemOutput | undefined },
  { a, b, trials }: { readonly a: System; readonly b: System; readonly trials: boolean },
): PairRow {
  const known = joined.a ?? joined.b;
  if (known === undefined) throw new Error('a joined row has neither side');
  const missing = lacking(a, joined.a, trials) ?? lacking(b, joined.b, trials);
  return {
    ...withoutOwn({ ...joined.b?.data, ...joined.a?.data }),
    inputs: known.inputs,
    output_a: joined.a?.output ?? null,
    output_b: joined.b?.output ?? null,
    system_a: a.name,
    system_b: b.name,
    row_key: known.key,
    ...(trials ? { trial: known.trial } : {}),
    ...(missing === undefined ? {} : { unpaired: missing }),
  };
}

function lacking({ name }: System, output: SystemOutput | undefined, trials: boolean): string | undefined {
  if (output === undefined) return `${name} has no such ${trials ? 'row and trial' : 'row'}`;
  return output.output === null ? `${name} has no output for it` : undefined;
}

const OWN: ReadonlySet<string> = new Set([
  'inputs',
  'output_a',
  'output_b',
  'system_a',
  'system_b',
  'row_key',
  'trial',
  'unpaired',
]);

function withoutOwn(data: Row): Row {
  return Object.fromEntries(Object.entries(data).filter(([column]) => !OWN.has(column)));
}
