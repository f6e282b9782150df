import { httpAddress, type Json, type Model, type ModelResult, promptText, type Row, TouchstoneError } from '@touchstone/core';
import { jsonService } from './json-service.ts';
import { type HeaderOptions, requestHeaders } from './request-headers.ts';

export const MLFLOW_FORMATS = ['dataframe_split', 'dataframe_records', 'instances', 'inputs', 'chat', 'completions'] as const;
type MlflowFormat = (typeof MLFLOW_FORMATS)[number];

export interface MlflowOptions {
  /**
   * How rows are written. Default: `dataframe_split`, which every MLflow model takes. `chat` (`{ messages }`) and `completions`
   * (`{ prompt }`) are for endpoints of those tasks: one column, one row a request, and a cell that is an object is sent as it is.
   */
  readonly format?: MlflowFormat;
  /** Rows of one request. Default: 1, so that one bad row fails alone. */
  readonly batch?: number;
  /** Parameters of inference: `{ temperature: 0 }`. Beside the rows as `params`, or in the request of a chat. */
  readonly params?: Readonly<Record<string, Json>>;
  /** As those of `http`. */
  readonly headers?: HeaderOptions;
}

/**
 * A model behind MLflow's scoring protocol (`mlflow models serve`, Databricks serving): the row's inputs are sent (all of its features,
 * unless `inputs` says which), and its prediction comes back.
 *
 * @param url the address, e.g. `http://localhost:5001/invocations`
 * @throws TouchstoneError `bad-base-url`, `bad-option`
 * @example model: mlflowScoring('http://localhost:5001/invocations', { batch: 16 })
 */
export function mlflowScoring(url: string, options: MlflowOptions = {}): Model {
  const { format = 'dataframe_split', batch = 1, params = {} } = options;
  httpAddress(url, 'the address');
  checkOptions(format, batch);
  const headers = requestHeaders(options.headers ?? {});
  const service = jsonService({ url, headers });
  return {
    id: service.id,
    identity: { mlflow: service.id, format, ...(Object.keys(params).length === 0 ? {} : { params }) },
    ...sourceOf(url, options),
    needs: headers.placeholders,
    reads: 'inputs',
    batch,
    ready: service.ready,
    async predict(rows, works) {
      const [row, work] = [rows[0], works[0]];
      if (row === undefined || work === undefined) return [];
      const wrong = isChat(format) ? notOneColumn(row) : undefined;
      if (wrong !== undefined) return [wrong];
      const body = isChat(format) ? promptBody(row, format, params) : { ...bodyOf(rows, format), ...paramsOf(params) };
      const { value, latencyMs } = await work.ask(service, { method: 'POST', url, body, ...headers.of(row) });
      return predictionsOf(value.json, rows.length).map((result) => ('error' in result ? result : { ...result, latencyMs }));
    },
  };
}

/** Headers that a function makes are code, and cannot be told as data. */
function sourceOf(uri: string, { headers = {}, ...options }: MlflowOptions): Pick<Model, 'source'> {
  if (typeof headers === 'function') return {};
  return { source: { uri, options: JSON.parse(JSON.stringify({ ...options, headers })) } };
}

function checkOptions(format: string, batch: number): void {
  if (!MLFLOW_FORMATS.some((known) => known === format)) {
    throw new TouchstoneError(
      'bad-option',
      `format is '${format}': MLflow's scoring protocol knows ${MLFLOW_FORMATS.join(', ')}.`,
    );
  }
  if (!(Number.isSafeInteger(batch) && batch >= 1)) {
    throw new TouchstoneError('bad-option', `batch must be a whole number of at least 1, and it is ${String(batch)}.`);
  }
  if (batch > 1 && (format === 'chat' || format === 'completions')) {
    throw new TouchstoneError('bad-option', `batch is ${batch}, and an endpoint for ${format} takes one row at a time.`);
  }
}

function isChat(format: MlflowFormat): format is 'chat' | 'completions' {
  return format === 'chat' || format === 'completions';
}

function notOneColumn(row: Row): ModelResult | undefined {
  const names = Object.keys(row);
  if (names.length === 1) return undefined;
  return failure(
    'inputs-not-chosen',
    `an endpoint of a chat is sent one column, and the row has ${names.join(', ')}: say which with inputs`,
  );
}

/** A text becomes the user's message or the prompt; an object is a request already, and a list the messages of one. */
function promptBody(row: Row, format: 'chat' | 'completions', params: Readonly<Record<string, Json>>): Json {
  const [column = ''] = Object.keys(row);
  const cell = row[column];
  if (isObject(cell)) return { ...cell, ...params };
  if (format === 'completions') return { prompt: promptText(row, column), ...params };
  const messages = Array.isArray(cell) ? cell : [{ role: 'user', content: promptText(row, column) }];
  return { messages, ...params };
}

function paramsOf(params: Readonly<Record<string, Json>>): { readonly params?: Json } {
  return Object.keys(params).length === 0 ? {} : { params };
}

function bodyOf(rows: readonly Row[], format: Exclude<MlflowFormat, 'chat' | 'completions'>): { readonly [key: string]: Json } {
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
    case 'dataframe_records':
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
