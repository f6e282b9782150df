import { createHash } from 'node:crypto';
import type { Json, Model, ModelCall, ModelResult, Row, Spec, Work } from '../contracts/index.ts';
import { readCell } from '../data/read-row.ts';
import { messageOf } from '../errors/touchstone-error.ts';

export interface FunctionModelOptions {
  /** Shown in plans and results. Default: the function's name. */
  readonly id?: string;
  /** How to load it again, for functions that come from a file. */
  readonly spec?: Spec;
}

/** Any function of a row's features as a model: sync or async, returning text or an object of columns. */
export function functionModel(fn: (row: never, call: ModelCall) => unknown, options: FunctionModelOptions = {}): Model {
  const ask = fn as (row: Row, call: ModelCall) => unknown;
  return {
    ...describe(fn, options),
    predict(rows, works) {
      const [row, work] = [rows[0], works[0]];
      if (row === undefined || work === undefined) return [];
      const value = ask(row, new Call(work));
      return isPromise(value) ? Promise.resolve(value).then((answer) => [toResult(answer)]) : [toResult(value)];
    },
  };
}

/**
 * A model that answers many rows in one call: a function that returns one output per row, or a map of columns, each with one cell per row.
 *
 * @param options.size the most rows of one call
 * @throws (as failed rows) when the number of outputs is not the number of rows
 * @example model: batchModel(async (rows) => embedAll(rows.map((row) => row.question)), { size: 32 })
 */
export function batchedFunctionModel(
  fn: (rows: never, calls: readonly ModelCall[]) => unknown,
  options: FunctionModelOptions & { readonly size: number },
): Model {
  const ask = fn as (rows: readonly Row[], calls: readonly ModelCall[]) => unknown;
  return {
    ...describe(fn, options),
    batch: options.size,
    async predict(rows, works) {
      const answer = await ask(
        rows,
        works.map((work) => new Call(work)),
      );
      return splitColumns(answer, rows.length).map(toResult);
    },
  };
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function describe(fn: (...args: never[]) => unknown, options: FunctionModelOptions): Pick<Model, 'id' | 'identity' | 'spec'> {
  const source = createHash('sha256').update(fn.toString()).digest('hex');
  const spec = options.spec;
  return {
    id: options.id ?? (fn.name === '' || fn.name === 'model' ? 'function' : `function ${fn.name}`),
    // A closure's captured values cannot be seen; its source can. A function from a file is known by its file as well.
    identity:
      spec === undefined ? { function: source } : { module: spec.module, export: spec.export, source: spec.sourceHash ?? source },
    ...(spec === undefined ? {} : { spec }),
  };
}

/** The second argument of a function model: the part of `Work` that is its business. */
class Call implements ModelCall {
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
  }

  get signal(): AbortSignal {
    return this.#work.signal;
  }

  get trial(): number {
    return this.#work.trial;
  }

  get rowKey(): string {
    return this.#work.rowKey;
  }

  get log(): ModelCall['log'] {
    return this.#work.log;
  }

  get fetch(): ModelCall['fetch'] {
    return this.#work.fetch;
  }

  generate: ModelCall['generate'] = (uri, request) => this.#work.generate(uri, request);

  embed: ModelCall['embed'] = (uri, texts, parameters) => this.#work.embed(uri, texts, parameters);
}

function toResult(answer: unknown): ModelResult {
  if (typeof answer === 'string') return { value: answer };
  if (answer === null || answer === undefined) {
    return {
      error: { code: 'no-output', message: `the model returned ${String(answer)} instead of an output`, retryable: true },
    };
  }
  try {
    const value: Json | undefined = readCell(answer);
    if (value === undefined || value === null) throw new Error(`the model returned ${String(answer)} instead of an output`);
    return { value };
  } catch (error) {
    return { error: { code: 'bad-output', message: messageOf(error), retryable: false } };
  }
}

/** A list with one output per row, or a map of columns that is turned into one. */
function splitColumns(answer: unknown, rows: number): readonly unknown[] {
  if (Array.isArray(answer)) {
    if (answer.length !== rows)
      throw new Error(`the model returned ${counted(answer.length, 'output')} for ${counted(rows, 'row')}`);
    return answer;
  }
  if (typeof answer !== 'object' || answer === null)
    throw new Error(`a batch model returns a list of outputs or a map of columns, and this one returned ${typeof answer}`);
  const columns: readonly (readonly [string, unknown])[] = Object.entries(answer);
  for (const [name, cells] of columns) {
    if (!Array.isArray(cells)) throw new Error(`the model's output '${name}' is not a list with one cell per row`);
    if (cells.length !== rows)
      throw new Error(`the model's output '${name}' has ${counted(cells.length, 'cell')} for ${counted(rows, 'row')}`);
  }
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map(([name, cells]) => [name, Array.isArray(cells) ? cells[row] : undefined])),
  );
}

function counted(n: number, noun: string): string {
  return `${n} ${n === 1 ? noun : `${noun}s`}`;
}
