import { type AdapterAbout, definePlugin, type Json, type Model, TouchstoneError, versionOf } from '@touchstone/core';
import { type HttpOptions, http } from './http-model.ts';
import { type MlflowFormat, mlflowScoring } from './mlflow-scoring.ts';

const about: AdapterAbout = {
  form: 'https://HOST/invocations, or any address with --model-option body=…',
  description: "MLflow's scoring protocol (/invocations), or any JSON API",
  variables: [],
  options: {
    body: 'the request as JSON with placeholders: {"q": "{question}"}; without it, the address speaks MLflow’s scoring protocol',
    method: 'by default POST',
    headers: 'headers.NAME=VALUE; ${VARIABLE} in it is read from the environment and never stored',
    outputs: 'outputs.NAME=JSONPATH: what the answer is made of',
    usage: 'usage.inputTokens=JSONPATH, usage.outputTokens=JSONPATH',
    events: 'of an answer that is streamed: JSONPath of the text in each event',
    format: 'of the scoring protocol: dataframe_split (default), dataframe_records, instances, inputs',
    batch: 'rows of one request of the scoring protocol (default 1)',
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

function modelOf(url: string, options: Readonly<Record<string, Json>>): Model {
  const headers = textsUnder('headers', options);
  if (options.body === undefined) {
    const { format, batch } = options;
    return mlflowScoring(url, {
      headers,
      ...(format === undefined ? {} : { format: format as MlflowFormat }),
      ...(batch === undefined ? {} : { batch: Number(batch) }),
    });
  }
  const usage = textsUnder('usage', options);
  const outputs = textsUnder('outputs', options);
  const { method, events, body } = options;
  return http({
    url,
    headers,
    body,
    ...(typeof method === 'string' ? { method } : {}),
    ...(Object.keys(outputs).length === 0 ? {} : { outputs }),
    ...(Object.keys(usage).length === 0 ? {} : { usage: usage as NonNullable<HttpOptions['usage']> }),
    ...(typeof events === 'string' ? { events } : {}),
  });
}

/** `headers.authorization`, or an object under `headers`. */
function textsUnder(name: string, options: Readonly<Record<string, Json>>): Readonly<Record<string, string>> {
  const whole = options[name];
  const parts = typeof whole === 'object' && whole !== null && !Array.isArray(whole) ? Object.entries(whole) : [];
  const dotted = Object.entries(options).flatMap(([key, value]) =>
    key.startsWith(`${name}.`) ? [[key.slice(name.length + 1), value] as const] : [],
  );
  return Object.fromEntries(
    [...parts, ...dotted].map(([key, value]) => {
      if (typeof value === 'string') return [key, value];
      throw new TouchstoneError('bad-option', `${name}.${key} must be a text, and it is ${JSON.stringify(value)}.`);
    }),
  );
}
