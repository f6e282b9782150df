import { baseUrl, type Json, type Model, type ModelResult, type Row, TouchstoneError } from '@touchstone/core';
import { jsonService } from './json-service.ts';

const FORMATS = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const;
export type MlflowFormat = (typeof FORMATS)[number];

export interface MlflowOptions {
  /** How rows are written. Default: `dataframe_split`, which every MLflow model takes. */
  readonly format?: MlflowFormat;
  /** Rows of one request. Default: 1, so that one bad row fails alone. */
  readonly batch?: number;
  /** `${VARIABLE}` in a value is read from the environment when a request is sent, and never stored. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A model behind MLflow's scoring protocol (`mlflow models serve`, Databricks serving): all features of a row are sent, and its
 * prediction comes back.
 *
 * @param url the address, e.g. `http://localhost:5001/invocations`
 * @throws TouchstoneError `bad-base-url`, `bad-option`
 * @example model: mlflowScoring('http://localhost:5001/invocations', { batch: 16 })
 */
export function mlflowScoring(url: string, options: MlflowOptions = {}): Model {
  const { format = 'dataframe_split', batch = 1, headers = {} } = options;
  baseUrl(url, 'the address');
  if (!FORMATS.includes(format)) {
    throw new TouchstoneError(
      'bad-option',
      `format is '${String(format)}': MLflow's scoring protocol knows ${FORMATS.join(', ')}.`,
    );
  }
  if (!(Number.isSafeInteger(batch) && batch >= 1)) {
    throw new TouchstoneError('bad-option', `batch must be a whole number of at least 1, and it is ${String(batch)}.`);
  }
  const service = jsonService(url, headers, () => undefined);
  return {
    id: service.id,
    identity: { mlflow: service.id, format },
    batch,
    ready: service.ready,
    async predict(rows, works) {
      const [work] = works;
      if (work === undefined) return [];
      const { value, latencyMs } = await work.ask(service, { method: 'POST', url, body: bodyOf(rows, format) });
      return predictionsOf(value.json, rows.length).map((result) => ('error' in result ? result : { ...result, latencyMs }));
    },
  };
}

function bodyOf(rows: readonly Row[], format: MlflowFormat): Json {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = (row: Row): readonly Json[] => columns.map((column) => row[column] ?? null);
  switch (format) {
    case 'dataframe_split':
      return { dataframe_split: { columns, data: rows.map(cells) } };
    case 'inputs':
      // A map of columns; a single one is sent as the list of its cells.
      return {
        inputs:
          columns.length === 1
            ? rows.flatMap(cells)
            : Object.fromEntries(columns.map((c) => [c, rows.map((row) => row[c] ?? null)])),
      };
    case 'instances':
      return { instances: columns.length === 1 ? rows.flatMap(cells) : rows.map(asJson) };
    default:
      return { dataframe_records: rows.map(asJson) };
  }
}

function asJson(row: Row): Json {
  return Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cell ?? null]));
}

/** `{ predictions: […] }`, a bare list, or a map of columns; chat models answer as OpenAI's do. */
function predictionsOf(answer: Json | undefined, rows: number): readonly ModelResult[] {
  const whole = isObject(answer) && 'predictions' in answer ? answer.predictions : answer;
  if (isObject(whole) && Array.isArray(whole.choices)) return [chatText(whole.choices)];
  if (Array.isArray(whole))
    return whole.map((value) => (value === null ? failure('no-output', 'the prediction is null') : { value }));
  if (!isObject(whole)) return Array.from({ length: rows }, () => failure('output-missing', 'the answer has no predictions'));
  const columns = Object.entries(whole);
  if (columns.every(([, cells]) => Array.isArray(cells) && cells.length === rows)) {
    return Array.from({ length: rows }, (_, row) => ({
      value: Object.fromEntries(columns.map(([name, cells]) => [name, Array.isArray(cells) ? (cells[row] ?? null) : null])),
    }));
  }
  return [{ value: whole }];
}

function chatText(choices: readonly Json[]): ModelResult {
  const [choice] = choices;
  const message =
    isObject(choice) && isObject(choice.message) ? choice.message.content : isObject(choice) ? choice.text : undefined;
  return typeof message === 'string' ? { value: message } : failure('no-text', 'the answer has no text');
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function failure(code: string, message: string): ModelResult {
  return { error: { code, message, retryable: false } };
}
