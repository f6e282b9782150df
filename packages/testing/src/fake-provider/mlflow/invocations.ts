import type { Json } from '@touchstone/core';
import { defaultText } from '../default-text.ts';
import type { ScoringRequest } from '../fake-request.ts';
import { isObject, listIn, objectIn, textsIn } from '../json-access.ts';
import type { ProviderState } from '../provider-state.ts';
import { requestRandom } from '../request-random.ts';
import { scriptedAnswer } from '../scripted-answer.ts';
import { countTokens } from '../token-pieces.ts';
import { declineFor } from '../wire/decline.ts';
import type { Endpoint, Task } from '../wire/endpoint.ts';
import type { Incoming } from '../wire/incoming.ts';
import type { Problem } from '../wire/shape.ts';
import { mlflowFamily } from './mlflow-family.ts';

const FORMATS = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'];

/** `POST /invocations`: the scoring protocol of MLflow 2, with one prediction a row. */
export const invocations: Endpoint = {
  family: mlflowFamily,
  method: 'POST',
  model: () => 'model',
  open(incoming, state): Task {
    const { body } = incoming.request;
    declineFor(mlflowFamily, incoming, formatProblem(body) ?? splitProblem(objectIn(body)));
    const rows = rowsOf(objectIn(body));
    return {
      tokens: countTokens(incoming.text),
      async answer(instead) {
        if (instead === 'empty') return { json: { predictions: [] } };
        return { json: { predictions: await Promise.all(rows.map((row) => predictionOf(row, incoming, state))) } };
      },
    };
  },
};

/** `GET /ping`, `/health` and `/version` of a scoring server. */
export function scoringServerPage(body: string): Endpoint {
  return {
    family: mlflowFamily,
    method: 'GET',
    model: () => '',
    open: () => ({ tokens: 0, answer: () => ({ status: 200, contentType: 'application/json', body }) }),
  };
}

async function predictionOf(row: unknown, incoming: Incoming, state: ProviderState): Promise<Json> {
  const request: ScoringRequest = { ...incoming.request, row };
  const scripted = await scriptedAnswer('score', state.answers.score, request, isPrediction);
  // By the row alone: in whatever batch it comes, it is predicted the same.
  return scripted ?? defaultText(requestRandom(state.seed, JSON.stringify(row) ?? ''));
}

function isPrediction(value: unknown): value is Json {
  return typeof value !== 'function' && typeof value !== 'symbol';
}

function formatProblem(body: unknown): Problem | undefined {
  const required = `The input must be a JSON dictionary with exactly one of the input fields {${FORMATS.map((name) => `'${name}'`).join(', ')}}`;
  if (Array.isArray(body)) return { kind: 'rule', message: `Invalid input. ${required}. Received a list.` };
  if (!isObject(body)) return { kind: 'rule', message: `Invalid input. ${required}. Received unexpected input type.` };
  const given = Object.keys(body).filter((name) => FORMATS.includes(name));
  if (given.length === 1) return undefined;
  return {
    kind: 'rule',
    message: `${required}. Received dictionary with input fields: [${given.map((name) => `'${name}'`).join(', ')}].`,
  };
}

function splitProblem({ dataframe_split: split }: Readonly<Record<string, unknown>>): Problem | undefined {
  if (split === undefined) return undefined;
  if (!isObject(split)) {
    const type = Array.isArray(split) ? 'list' : typeof split;
    return { kind: 'rule', message: `Invalid input. Dataframe split format must be a dictionary. Got ${type}.` };
  }
  if (!Array.isArray(split.data)) {
    const names = Object.keys(split).map((name) => `'${name}'`);
    return {
      kind: 'rule',
      message: `Invalid input. Dataframe split format must have 'data' field and optionally 'columns' and 'index' fields. Got {${names.join(', ')}}.'`,
    };
  }
  const columns = Array.isArray(split.columns) ? split.columns.length : undefined;
  const uneven = columns === undefined ? undefined : split.data.find((row) => listIn(row).length !== columns);
  if (uneven === undefined) return undefined;
  return {
    kind: 'rule',
    message: `Invalid input. Provided dataframe_split field is not a valid dataframe representation in 'split' format. Error: '${columns} columns passed, passed data had ${listIn(uneven).length} columns'`,
  };
}

/** Every format as rows: objects where columns have names, else what stands there. */
function rowsOf(body: Readonly<Record<string, unknown>>): readonly unknown[] {
  if (isObject(body.dataframe_split)) {
    const names = textsIn(body.dataframe_split.columns);
    const data = listIn(body.dataframe_split.data);
    return names.length === 0 ? data : data.map((row) => Object.fromEntries(names.map((name, i) => [name, listIn(row)[i]])));
  }
  if (body.dataframe_records !== undefined) return listIn(body.dataframe_records);
  const given = body.instances ?? body.inputs;
  if (!isObject(given)) return Array.isArray(given) ? given : [given];
  const columns = Object.entries(given);
  const length = Math.max(0, ...columns.map(([, values]) => (Array.isArray(values) ? values.length : 1)));
  return Array.from({ length }, (_, i) =>
    Object.fromEntries(columns.map(([name, values]) => [name, Array.isArray(values) ? values[i] : values])),
  );
}
