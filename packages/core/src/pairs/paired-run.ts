import type { Json, Row, ScoredRow } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { chosenEvaluation } from '../results/chosen-evaluation.ts';
import type { EvaluationResult } from '../results/evaluation-result.ts';
import type { ResultEvaluation } from '../results/result-parts.ts';

/** A run whose outputs are compared: a result, an id, a name, `@last`, the file of an exported run. */
export type RunReference = string | EvaluationResult;

/** The same, with the name under which it is compared, and which of its evaluations is meant. */
export type PairedRun =
  | RunReference
  | { readonly run: RunReference; readonly name?: string | undefined; readonly evaluation?: number | undefined };

/** One output of a system. */
export interface SystemOutput {
  readonly key: string;
  readonly trial: number;
  readonly inputs: Json;
  /** `null`: there is none, because the prediction failed or its cell is empty. */
  readonly output: Json;
  /** The data's other columns. */
  readonly data: Row;
}

/** A run as one of the systems that are compared. */
export interface System {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly trials: number;
  /** Every row × trial, in data order; read anew by each call. */
  outputs(): AsyncIterable<SystemOutput>;
}

/** What somebody calls a run, before it is looked for. */
export function calledAs(given: PairedRun): string {
  const { run, name } = withName(given);
  return name ?? (typeof run === 'string' ? run : run.run.name);
}

/**
 * Finds the runs. Names that come twice get the beginning of the run's id, so that they can be told apart.
 * @throws TouchstoneError `run-not-found`, `evaluation-not-chosen`, `evaluation-not-found`, `bad-pairs`
 */
export async function openSystems(
  given: readonly PairedRun[],
  find: (ref: string) => Promise<EvaluationResult>,
): Promise<readonly System[]> {
  const opened: Opened[] = [];
  for (const one of given) {
    const { run: ref, name, evaluation: asked } = withName(one);
    const result = typeof ref === 'string' ? await find(ref) : ref;
    opened.push({ result, name, evaluation: chosen(result, asked) });
  }
  const names = opened.map(({ result, name }) => name ?? result.run.name);
  const unique = opened.map(({ result: { run }, name, evaluation }, at) => {
    const called = names[at] ?? run.name;
    if (name !== undefined || names.indexOf(called) === names.lastIndexOf(called)) return called;
    const sameRun = opened.filter(({ result }) => result.run.id === run.id).length > 1;
    return `${called} (${run.id.slice(0, 8)}${sameRun ? `, evaluation ${evaluation.index}` : ''})`;
  });
  const twice = unique.find((name, at) => unique.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new TouchstoneError(
      'bad-pairs',
      `'${twice}' is compared with itself: give two runs, two evaluations of a run, or names such as { run: '@last', name: 'mini' }.`,
    );
  }
  return opened.map(({ evaluation }, at) => systemOf(unique[at] ?? '', evaluation));
}

interface Opened {
  readonly result: EvaluationResult;
  readonly name: string | undefined;
  readonly evaluation: ResultEvaluation;
}

function withName(given: PairedRun): Exclude<PairedRun, RunReference> {
  return typeof given === 'string' || isResult(given) ? { run: given } : given;
}

/** Also one of another copy of this package. */
function isResult(given: object): given is EvaluationResult {
  return 'evaluations' in given;
}

function chosen({ evaluations, run }: EvaluationResult, asked: number | undefined): ResultEvaluation {
  return chosenEvaluation(
    evaluations,
    run,
    asked,
    (index) => `is compared, e.g. pairs({ run: '${run.name}', evaluation: ${index} }, …)`,
  );
}

function systemOf(name: string, evaluation: ResultEvaluation): System {
  const { inputs, columns } = evaluation.plan.data;
  return {
    name,
    inputs,
    trials: evaluation.plan.trials,
    async *outputs() {
      const prediction = await evaluation.prediction();
      const own = columns.filter((column) => column !== prediction);
      for await (const row of evaluation.rows()) yield outputOf(row, { inputs, own, prediction });
    },
  };
}

interface Columns {
  readonly inputs: readonly string[];
  readonly own: readonly string[];
  readonly prediction: string;
}

function outputOf({ key, trial, columns }: ScoredRow, { inputs, own, prediction }: Columns): SystemOutput {
  const [only] = inputs;
  const cell = (column: string): Json => columns[column] ?? null;
  return {
    key,
    trial,
    inputs: inputs.length === 1 && only !== undefined ? cell(only) : Object.fromEntries(inputs.map((one) => [one, cell(one)])),
    output: cell(prediction),
    data: Object.fromEntries(own.flatMap((column) => (columns[column] === undefined ? [] : [[column, columns[column]]]))),
  };
}
