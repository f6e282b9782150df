import {
  type AdapterAbout,
  baseUrl,
  choiceOption,
  definePlugin,
  type Json,
  type Model,
  TouchstoneError,
  textOption,
  versionOf,
} from '@touchstone/core';
import { http } from './http-model.ts';
import { MLFLOW_FORMATS, mlflowScoring } from './mlflow-scoring.ts';

const about: AdapterAbout = {
  form: 'https://HOST/invocations, or any address with --model-option body=…',
  description: "MLflow's scoring protocol (/invocations), or any JSON API",
  variables: [],
  options: {
    baseUrl: 'another server that has the same path, e.g. http://localhost:5001',
    body: 'the request as JSON with placeholders: {"q": "{question}"}; without it, the address speaks MLflow’s scoring protocol',
    method: 'by default POST; GET sends no body, and needs none',
    headers: 'headers.NAME=VALUE; ${VARIABLE} in it is read from the environment and never stored, {column} is the row’s cell',
    outputs: 'outputs.NAME=JSONPATH: what the answer is made of',
    main: 'which of several outputs is the prediction; by default the first',
    usage: 'usage.inputTokens=JSONPATH, usage.outputTokens=JSONPATH, also cachedTokens, reasoningTokens, usd',
    events: 'of an answer that is streamed: JSONPath of the text in each event',
    format: 'of the scoring protocol: dataframe_split (default), dataframe_records, instances, inputs, chat, completions',
    batch: 'rows of one request of the scoring protocol (default 1)',
    params: 'params.NAME=VALUE: parameters of inference of the scoring protocol',
  },
};

/** Any HTTP API as a model, by URI: MLflow's scoring protocol, or with a body any other. @example createTouchstone({ plugins: [httpModels()] }) */
export default function httpModels() {
  return definePlugin({
    name: '@touchstone/model-http',
    version: versionOf(import.meta.url),
    register(registry) {
      for (const scheme of ['http', 'https'])
        registry.adapter(scheme, (uri, options) => ({ model: modelOf(uri, options) }), about);
    },
  });
}

type Options = Readonly<Record<string, Json>>;

/** Options of one way of asking, which are of no use in the other. */
const OF_JSON = ['body', 'method', 'outputs', 'main', 'usage', 'events'];
const OF_SCORING = ['format', 'batch', 'params'];

function modelOf(uri: string, options: Options): Model {
  const headers = textsUnder(uri, 'headers', options);
  const url = addressOf(uri, options);
  const method = textOption(uri, options, 'method');
  const { body } = options;
  if (body === undefined && !/^(?:get|head)$/iu.test(method ?? '')) {
    refuse(uri, options, OF_JSON, "without a body the address speaks MLflow's scoring protocol");
    const format = choiceOption(uri, options, 'format', MLFLOW_FORMATS);
    const { batch } = options;
    return mlflowScoring(url, {
      headers,
      params: valuesUnder('params', options),
      ...(format === undefined ? {} : { format }),
      ...(batch === undefined ? {} : { batch: Number(batch) }),
    });
  }
  refuse(uri, options, OF_SCORING, "with a body or GET the address does not speak MLflow's scoring protocol");
  const usage = textsUnder(uri, 'usage', options);
  const outputs = textsUnder(uri, 'outputs', options);
  const main = textOption(uri, options, 'main');
  const events = textOption(uri, options, 'events');
  return http({
    url,
    headers,
    usage,
    ...(body === undefined ? {} : { body }),
    ...(method === undefined ? {} : { method: method.toUpperCase() }),
    ...(Object.keys(outputs).length === 0 ? {} : { outputs }),
    ...(main === undefined ? {} : { main }),
    ...(events === undefined ? {} : { events }),
  });
}

/** The same path on another server. */
function addressOf(uri: string, options: Options): string {
  const given = textOption(uri, options, 'baseUrl');
  return given === undefined ? uri : baseUrl(given, 'base-url') + uri.replace(/^https?:\/+[^/?#]*/iu, '');
}

/** @throws TouchstoneError `bad-option` for an option that would be passed over in silence */
function refuse(uri: string, options: Options, names: readonly string[], why: string): void {
  const given = Object.keys(options).find((key) => names.includes(key.split('.')[0] ?? key));
  if (given === undefined) return;
  throw new TouchstoneError('bad-option', `'${uri}' cannot do with the option '${given}': ${why}.`);
}

/** `headers.authorization`, or an object under `headers`. */
function textsUnder(uri: string, name: string, options: Options): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(valuesUnder(name, options)).map(([key, value]) => {
      if (typeof value === 'string') return [key, value];
      throw new TouchstoneError('bad-option', `'${uri}': ${name}.${key} must be a text, and it is ${JSON.stringify(value)}.`);
    }),
  );
}

function valuesUnder(name: string, options: Options): Options {
  const whole = options[name];
  const parts = typeof whole === 'object' && whole !== null && !Array.isArray(whole) ? Object.entries(whole) : [];
  const dotted = Object.entries(options).flatMap(([key, value]) =>
    key.startsWith(`${name}.`) ? [[key.slice(name.length + 1), value] as const] : [],
  );
  return Object.fromEntries([...parts, ...dotted]);
}
