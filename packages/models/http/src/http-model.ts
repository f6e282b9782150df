import {
  httpAddress,
  type Json,
  type Model,
  type ModelResult,
  promptText,
  type Row,
  TouchstoneError,
  template,
  type Usage,
} from '@touchstone/core';
import { bodyTemplate } from './body-template.ts';
import { type JsonPath, jsonPath } from './json-path.ts';
import { type JsonAnswer, type JsonRequest, jsonService } from './json-service.ts';
import { type HeaderOptions, requestHeaders } from './request-headers.ts';

/** Output → JSONPath of it: `{ answer: '$.answer', context: '$.sources[*].text' }`. */
export type HttpOutputs = Readonly<Record<string, string>>;

export interface BatchOptions {
  /** Rows of one request, at least 2. Address and headers are made of the first of them. */
  readonly size: number;
  /** The request for several rows. */
  readonly body: (rows: readonly Row[]) => Json;
  /** JSONPath of the list with one answer a row, in their order; `outputs` are read from each of them. */
  readonly answers: string;
}

export interface HttpOptions {
  /** The address; `{column}` in it is filled with the cell, encoded. */
  readonly url: string;
  /** Default: `POST`. */
  readonly method?: string;
  /**
   * Texts: `${VARIABLE}` is read from the environment when a request is sent, and never stored; `{column}` is filled with the cell. Or a
   * function of the row, whose texts are sent as they are.
   */
  readonly headers?: HeaderOptions;
  /** What is sent: JSON with placeholders in its texts (`{ q: '{question}' }`), or a function of the row. */
  readonly body?: Json | ((row: Row) => Json);
  /** What the answer is made of. Default: a text as it is, an object as named outputs. */
  readonly outputs?: HttpOutputs;
  /** Which of several outputs is the prediction, unless `predictions` says so. Default: the first; the text of the events is `answer`. */
  readonly main?: string;
  /** JSONPaths of what a request has used: tokens, and US dollars where the server says so. */
  readonly usage?: Readonly<Partial<Record<keyof Usage, string>>>;
  /** Of an answer that is streamed as server-sent events: JSONPath of the text in each; together they are the prediction. */
  readonly events?: string;
  /** For servers that take many rows at once. */
  readonly batch?: BatchOptions;
}

/**
 * Any HTTP API as a model.
 *
 * @throws TouchstoneError `bad-base-url`, `bad-json-path`, `bad-option`
 * @example
 * model: http({
 *   url: 'https://rag.example.com/answer',
 *   headers: { authorization: 'Bearer ${RAG_TOKEN}' },
 *   body: { q: '{question}' },
 *   outputs: { answer: '$.answer', context: '$.sources[*].text' },
 * })
 */
export function http(options: HttpOptions): Model {
  const { outputs, batch } = options;
  const method = (options.method ?? 'POST').toUpperCase();
  httpAddress(options.url.replaceAll(/[{}]/gu, ''), 'url');
  const address = template(options.url);
  const body = bodyOf(options.body);
  const headers = requestHeaders(options.headers ?? {});
  const reader = answerReader(options);
  const events = options.events === undefined ? undefined : jsonPath(options.events, 'events');
  const answers = batch === undefined ? undefined : jsonPath(batch.answers, 'batch.answers');
  if (batch !== undefined && !(Number.isSafeInteger(batch.size) && batch.size >= 2)) {
    throw new TouchstoneError(
      'bad-option',
      `http: batch.size must be a whole number of at least 2, and it is ${String(batch.size)}.`,
    );
  }
  const service = jsonService({
    url: options.url,
    headers,
    usageOf: usageReader(options.usage),
    ...(events === undefined ? {} : { isToken: (event) => typeof events(event) === 'string' }),
  });
  const requestOf = (row: Row, rows: readonly Row[]): JsonRequest => ({
    method,
    url: address.fill(Object.fromEntries(address.placeholders.map((name) => [name, encodeURIComponent(promptText(row, name))]))),
    body: batch === undefined ? body.fill(row) : batch.body(rows),
    ...headers.of(row),
  });
  return {
    id: service.id,
    identity: {
      http: service.id,
      query: storedQuery(options.url),
      method,
      body: typeof options.body === 'function' ? options.body.toString() : (options.body ?? null),
      outputs: outputs ?? null,
      ...(options.events === undefined ? {} : { events: options.events }),
    },
    ...sourceOf(options, method),
    needs: [...new Set([...address.placeholders, ...headers.placeholders, ...body.placeholders])],
    ready: service.ready,
    ...(batch === undefined ? {} : { batch: batch.size }),
    async predict(rows, works) {
      const [row, work] = [rows[0], works[0]];
      if (row === undefined || work === undefined) return [];
      const { value, latencyMs } = await work.ask(service, requestOf(row, rows));
      const own = (result: ModelResult): ModelResult => ('error' in result ? result : { ...result, latencyMs });
      if (answers === undefined) {
        const streamed = events !== undefined && value.events !== undefined;
        return [own(streamed ? reader.ofEvents(value.events, events) : reader.ofJson(documentOf(value)))];
      }
      const list = answers(value.json ?? null);
      if (!Array.isArray(list))
        return rows.map(() => failure('output-missing', `the answer has no list at ${batch?.answers ?? ''}`));
      return list.map((answer) => own(reader.ofJson(answer)));
    },
  };
}

/** Functions of the row are code, and cannot be told as data. */
function sourceOf(
  { url, headers = {}, body, outputs, main, usage, events, batch }: HttpOptions,
  method: string,
): Pick<Model, 'source'> {
  if (typeof headers === 'function' || typeof body === 'function' || batch !== undefined) return {};
  const given = { headers, body: body ?? null, outputs, main, usage, events, method };
  return { source: { uri: url, options: JSON.parse(JSON.stringify(given)) } };
}

function bodyOf(body: HttpOptions['body']): { readonly placeholders: readonly string[]; fill(row: Row): Json } {
  return typeof body === 'function' ? { placeholders: [], fill: body } : bodyTemplate(body ?? null);
}

/** An empty answer is none. */
function documentOf({ json, text, events }: JsonAnswer): Json {
  return json ?? (text?.trim() === '' ? undefined : text) ?? events ?? null;
}

interface AnswerReader {
  ofJson(answer: Json): ModelResult;
  ofEvents(events: readonly Json[], text: JsonPath): ModelResult;
}

function answerReader({ outputs = {}, main, events }: HttpOptions): AnswerReader {
  const paths = Object.entries(outputs).map(([name, path]) => [name, jsonPath(path, `outputs.${name}`)] as const);
  const streamed = main ?? 'answer';
  if (events !== undefined && Object.hasOwn(outputs, streamed)) {
    throw new TouchstoneError(
      'bad-option',
      `http: events and outputs.${streamed} both say what '${streamed}' is: leave outputs.${streamed} out, or name the text of the events with main.`,
    );
  }
  return {
    ofJson(answer) {
      if (paths.length === 0) return answer === null ? failure('no-output', 'the answer is empty') : { value: answer };
      const wanted = main ?? paths[0]?.[0];
      const found = paths.map(([name, path]) => [name, path(answer)] as const);
      const missing = found.find(([name, value]) => value === undefined && name === wanted);
      if (missing !== undefined) {
        return failure('output-missing', `the answer has no '${missing[0]}': its path leads nowhere`);
      }
      const value = Object.fromEntries(found.flatMap(([name, one]) => (one === undefined ? [] : [[name, one]])));
      return { value, ...(wanted === undefined ? {} : { main: wanted }) };
    },
    ofEvents(all, path) {
      const text = all.map((event) => path(event)).filter((part) => typeof part === 'string');
      if (text.length === 0) return failure('no-text', 'no event of the stream has a text');
      if (paths.length === 0) return { value: text.join('') };
      const others = paths.flatMap(([name, of]) => {
        // The last event that tells is right: it is the one that knows everything.
        const value = all.map((event) => of(event)).findLast((one) => one !== undefined && !isEmptyList(one));
        return value === undefined ? [] : [[name, value] as const];
      });
      return { value: { [streamed]: text.join(''), ...Object.fromEntries(others) }, main: streamed };
    },
  };
}

function isEmptyList(value: Json): boolean {
  return Array.isArray(value) && value.length === 0;
}

function usageReader(paths: HttpOptions['usage'] = {}): (answer: JsonAnswer) => Usage | undefined {
  const readers = Object.entries(paths).map(([name, path]) => [name, jsonPath(path, `usage.${name}`)] as const);
  return ({ json, events }) => {
    const sources = events ?? [json ?? null];
    const found = readers.flatMap(([name, path]) => {
      const value = sources.map((source) => path(source)).findLast((one) => typeof one === 'number');
      return typeof value === 'number' ? [[name, value]] : [];
    });
    return found.length === 0 ? undefined : Object.fromEntries(found);
  };
}

/** Names of parameters whose values are credentials: they change without the model changing, and must not be stored. */
const CREDENTIAL = /key|token|secret|sig|pass|auth/iu;

function storedQuery(url: string): Json {
  const { searchParams } = new URL(url);
  return [...searchParams].filter(([name]) => !CREDENTIAL.test(name)).map(([name, value]) => [name, value]);
}

function failure(code: string, message: string): ModelResult {
  return { error: { code, message, retryable: false } };
}
