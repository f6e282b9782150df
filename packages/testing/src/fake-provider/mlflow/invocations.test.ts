import { describe, expect, test } from 'vitest';
import { fakeProvider } from '../index.ts';

async function invoke(url: string, body: string, contentType = 'application/json') {
  const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': contentType } });
  return { status: response.status, json: Object(await response.json()) };
}

describe('one prediction a row, in every format', () => {
  test.each([
    [
      {
        dataframe_split: {
          columns: ['q', 'k'],
          index: [7, 8],
          data: [
            ['무엇?', 1],
            ['왜?', 2],
          ],
        },
      },
    ],
    [
      {
        dataframe_records: [
          { q: '무엇?', k: 1 },
          { q: '왜?', k: 2 },
        ],
      },
    ],
    [
      {
        instances: [
          { q: '무엇?', k: 1 },
          { q: '왜?', k: 2 },
        ],
      },
    ],
    [{ inputs: { q: ['무엇?', '왜?'], k: [1, 2] } }],
    [
      {
        inputs: [
          { q: '무엇?', k: 1 },
          { q: '왜?', k: 2 },
        ],
        params: { temperature: 0 },
      },
    ],
  ])('%j', async (body) => {
    await using provider = await fakeProvider({ answers: { score: ({ row }) => ({ seen: JSON.stringify(row) }) } });
    expect(await invoke(provider.mlflow, JSON.stringify(body))).toEqual({
      status: 200,
      json: { predictions: [{ seen: '{"q":"무엇?","k":1}' }, { seen: '{"q":"왜?","k":2}' }] },
    });
  });

  test('columns without names are lists, bare values stay as they are', async () => {
    await using provider = await fakeProvider({ answers: { score: ({ row }) => JSON.stringify(row) } });
    expect((await invoke(provider.mlflow, '{"dataframe_split": {"data": [[1, 2]]}}')).json).toEqual({ predictions: ['[1,2]'] });
    expect((await invoke(provider.mlflow, '{"inputs": ["a", 3]}')).json).toEqual({ predictions: ['"a"', '3'] });
  });

  test('by default a row is predicted the same in whatever batch it comes', async () => {
    await using provider = await fakeProvider();
    const predict = async (inputs: readonly string[]) =>
      (await invoke(provider.mlflow, JSON.stringify({ inputs }))).json.predictions;
    const [a, b] = await predict(['a', 'b']);
    expect(await predict(['b'])).toEqual([b]);
    expect(a).not.toBe(b);
  });
});

// Recorded from `mlflow.pyfunc.scoring_server` of MLflow 2.22.5, whose set of formats has no order of its own.
const FORMATS = "{'dataframe_split', 'dataframe_records', 'instances', 'inputs'}";

test.each([
  [
    '{}',
    `The input must be a JSON dictionary with exactly one of the input fields ${FORMATS}. Received dictionary with input fields: [].`,
  ],
  [
    '{"foo": 1}',
    `The input must be a JSON dictionary with exactly one of the input fields ${FORMATS}. Received dictionary with input fields: [].`,
  ],
  [
    '{"inputs": ["a"], "instances": ["a"]}',
    `The input must be a JSON dictionary with exactly one of the input fields ${FORMATS}. Received dictionary with input fields: ['inputs', 'instances'].`,
  ],
  ['[]', `Invalid input. The input must be a JSON dictionary with exactly one of the input fields ${FORMATS}. Received a list.`],
  ['{bad', 'Invalid input. Ensure that input is a valid JSON formatted string.'],
  ['{"dataframe_split": [1]}', 'Invalid input. Dataframe split format must be a dictionary. Got list.'],
  [
    '{"dataframe_split": {"columns": ["q"]}}',
    "Invalid input. Dataframe split format must have 'data' field and optionally 'columns' and 'index' fields. Got {'columns'}.'",
  ],
  [
    '{"dataframe_split": {"columns": ["q"], "data": [["a", "b"]]}}',
    "Invalid input. Provided dataframe_split field is not a valid dataframe representation in 'split' format. Error: '1 columns passed, passed data had 2 columns'",
  ],
])('%s is refused as MLflow refuses it', async (body, message) => {
  await using provider = await fakeProvider();
  expect(await invoke(provider.mlflow, body)).toEqual({ status: 400, json: { error_code: 'BAD_REQUEST', message } });
});

test('the pages of a scoring server', async () => {
  await using provider = await fakeProvider();
  for (const [page, body] of [
    ['ping', '\n'],
    ['health', '\n'],
    ['version', '2.22.5'],
  ]) {
    expect(await (await fetch(`${provider.origin}/${page}`)).text()).toBe(body);
  }
});
