import {
  baseUrl,
  type Json,
  type Model,
  type ModelResult,
  promptText,
  type Row,
  TouchstoneError,
  template,
  type Usage,
} from '@touchstone/core';
import { type BodyTemplate, bodyTemplate } from './body-template.ts';
import { type JsonPath, jsonPath } from './json-path.ts';
import { type JsonAnswer, jsonService } from './json-service.ts';

/** Output → JSONPath of it: `{ answer: '$.answer', context: '$.sources[*].text' }`. */
export type HttpOutputs = Readonly<Record<string, string>>;

export interface BatchOptions {
  /** Rows of one request, at least 2. */
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
  /** `${VARIABLE}` in a value is read from the environment when a request is sent, and never stored. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is sent: JSON with placeholders in its texts (`{ q: '{question}' }`), or a function of the row. */
  readonly body?: Json | ((row: Row) => Json);
  /** What the answer is made of. Default: a text as it is, an object as named outputs. */
  readonly outputs?: HttpOutputs;
  /** Which of several outputs is the prediction, unless `predictions` says so. Default: the first. */
  readonly main?: string;
  /** JSONPath of the tokens that a request has used. */
  readonly usage?: { readonly inputTokens?: string; readonly outputTokens?: string };
  /** Of an answer that is streamed as server-sent events: JSONPath of the text in each; together they are the output. */
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
  const { method = 'POST', headers = {}, outputs, batch } = options;
  const address = template(options.url);
  baseUrl(options.url.replaceAll(/[{}]/gu, ''), 'url');
  const body = typeof options.body === 'function' ? undefined : bodyTemplate(options.body ?? null);
  const bodyOf = typeof options.body === 'function' ? options.body : (body as BodyTemplate).fill;
  const paths = Object.entries(outputs ?? {}).map(([name, path]) => [name, jsonPath(path, `outputs.${name}`)] as const);
  const events = options.events === undefined ? undefined : jsonPath(options.events, 'events');
  const answers = batch === undefined ? undefined : jsonPath(batch.answers, 'batch.answers');
  if (batch !== undefined && !(Number.isSafeInteger(batch.size) && batch.size >= 2)) {
    throw new TouchstoneError(
      'bad-option',
      `http: batch.size must be a whole number of at least 2, and it is ${String(batch.size)}.`,
    );
  }
  const main = options.main ?? paths[0]?.[0];
  const url = (row: Row): string =>
    address.fill(Object.fromEntries(address.placeholders.map((name) => [name, encodeURIComponent(promptText(row, name))])));
  const service = jsonService(options.url, headers, usageReader(options.usage));
  const needs = [...new Set([...address.placeholders, ...(body?.placeholders ?? [])])];
  const outputsOf = (answer: Json): ModelResult => read(answer, paths, main);
  return {
    id: service.id,
    identity: {
      ...(service.identity as { readonly http: string }),
      method,
      body: typeof options.body === 'function' ? options.body.toString() : (options.body ?? null),
      outputs: outputs ?? null,
    },
    needs,
    ready: service.ready,
    ...(batch === undefined ? {} : { batch: batch.size }),
    async predict(rows, works) {
      const [row, work] = [rows[0], works[0]];
      if (row === undefined || work === undefined) return [];
      const request = { method, url: url(row), body: batch === undefined ? bodyOf(row) : batch.body(rows) };
      const { value, latencyMs } = await work.ask(service, request);
      const own = (result: ModelResult): ModelResult => ('error' in result ? result : { ...result, latencyMs });
      if (answers === undefined)
        return [own(streamedText(value, events) ?? outputsOf(value.json ?? value.text ?? value.events ?? null))];
      const list = answers(value.json ?? null);
      if (!Array.isArray(list))
        return rows.map(() => failure('output-missing', `the answer has no list at ${batch?.answers ?? ''}`));
      return list.map((answer) => own(outputsOf(answer)));
    },
  };
}

function streamedText({ events }: JsonAnswer, path: JsonPath | undefined): ModelResult | undefined {
  if (events === undefined || path === undefined) return undefined;
  const text = events.map((event) => path(event)).filter((part) => typeof part === 'string');
  return text.length === 0 ? failure('no-text', 'no event of the stream has a text') : { value: text.join('') };
}

function read(answer: Json, paths: readonly (readonly [string, JsonPath])[], main: string | undefined): ModelResult {
  if (paths.length === 0) return answer === null ? failure('no-output', 'the answer is empty') : { value: answer };
  const found = paths.map(([name, path]) => [name, path(answer)] as const);
  const missing = found.find(([name, value]) => value === undefined && name === main);
  if (missing !== undefined) return failure('output-missing', `the answer has no '${missing[0]}': its path leads nowhere`);
  const value = Object.fromEntries(found.flatMap(([name, one]) => (one === undefined ? [] : [[name, one]])));
  return { value, ...(main === undefined ? {} : { main }) };
}

function usageReader(paths: HttpOptions['usage']): (answer: JsonAnswer) => Usage | undefined {
  if (paths === undefined) return () => undefined;
  const readers = Object.entries(paths).map(([name, path]) => [name, jsonPath(path, `usage.${name}`)] as const);
  return ({ json, events }) => {
    const sources = events ?? [json ?? null];
    const found = readers.flatMap(([name, path]) => {
      // In a stream the last event that tells is right.
      const value = sources.map((source) => path(source)).findLast((one) => typeof one === 'number');
      return typeof value === 'number' ? [[name, value]] : [];
    });
    return found.length === 0 ? undefined : Object.fromEntries(found);
  };
}

function failure(code: string, message: string): ModelResult {
  return { error: { code, message, retryable: false } };
}
