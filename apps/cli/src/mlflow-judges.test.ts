import { type EvaluationResult, TouchstoneError } from '@touchstone/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { cases, type JudgeCase, metricOf, recordedColumns, replay, type Sent } from './__fixtures__/judge-case.ts';

afterEach(() => vi.unstubAllEnvs());

const byId = new Map(cases.map((one) => [one.id, one]));
const done = new Set<string>();

function caseOf(id: string): JudgeCase {
  const one = byId.get(id);
  if (one === undefined) throw new Error(`there is no case ${id}`);
  done.add(id);
  return one;
}

/** The same scores, justifications and aggregates, from requests of the same shape. */
const SAME = [
  ...['answer-similarity', 'answer-correctness', 'faithfulness', 'answer-relevance', 'relevance', 'all-five'],
  ...['builtin-own-examples', 'builtin-no-examples', 'builtin-threads', 'builtin-function-model'],
  ...['make-plain', 'make-examples', 'make-context', 'make-context-string', 'make-no-input', 'make-aggregations'],
  ...['make-parameters', 'make-parameters-empty', 'make-other-types'],
  // MLflow's prompts of these have lost what stood beside a brace (§8 row 5); ours have not. The judge's answers are MLflow's.
  ...['make-braces-data', 'make-braces-rubric', 'make-braces-variable', 'make-braces-example'],
  ...['uri-proxy', 'env-base-url', 'azure', 'azuread', 'anthropic-parameters', 'anthropic-max-tokens'],
];

interface Outcome {
  readonly result?: EvaluationResult;
  readonly sent?: readonly Sent[];
  readonly error?: TouchstoneError;
}

async function outcomeOf(one: JudgeCase): Promise<Outcome> {
  try {
    if (one.kind === 'evaluate') return await replay(one);
    metricOf(one.input.metric ?? { metric: '' }, '');
    return {};
  } catch (error) {
    if (TouchstoneError.isInstance(error)) return { error };
    throw error;
  }
}

interface Difference {
  /** The row of mlflow-evaluate.md §8, and what is done instead. */
  readonly why: string;
  readonly check: (outcome: Outcome, one: JudgeCase) => unknown;
}

const refused =
  (code: string, message?: RegExp) =>
  ({ error }: Outcome): void => {
    expect(error).toMatchObject({ code, kind: 'request' });
    if (message !== undefined) expect(error?.message).toMatch(message);
  };
const metrics =
  (expected: object) =>
  ({ result }: Outcome): void =>
    expect(result?.metrics).toEqual(expected);
/** Three times a 3, which is what a call is answered that MLflow has never made. */
const asks = (name: string): Difference['check'] => metrics({ [`${name}/mean`]: 3, [`${name}/variance`]: 0, [`${name}/p90`]: 3 });
const skips =
  (mean: number) =>
  ({ result }: Outcome): void => {
    expect(result?.metrics['politeness/v1/mean']).toBe(mean);
    expect(result?.coverage['politeness/v1']).toMatchObject({ scored: 1, skipped: 1, reasons: { 'missing-cell': 1 } });
  };

const DIFFERENT: Readonly<Record<string, Difference>> = {
  'builtin-prefix': {
    why: '§8 row 17: the prefix stands once',
    check: metrics({
      'j_answer_similarity/v1/mean': 2.5,
      'j_answer_similarity/v1/variance': 2.25,
      'j_answer_similarity/v1/p90': 3.7,
    }),
  },
  'make-aggregation-unknown': { why: '§8 row 4: said before the judge is paid', check: refused('unknown-aggregation', /'p95'/u) },
  'make-no-inputs-column': {
    why: '§8 row 8: without a column inputs, all features are the inputs',
    check: asks('politeness/v1'),
  },
  'make-missing-context': {
    why: '§8 row 8: one error, with the columns that there are',
    check: refused('missing-column', /needs column 'source'/u),
  },
  'make-other-metric-as-context': {
    why: 'a score is no column: said before the first row',
    check: refused('missing-column', /char_length/u),
  },
  'make-braces-single': { why: '§8 row 5: a brace is a brace', check: asks('politeness/v1') },
  'make-null-output': { why: '§8 row 3: a row without an output has no score, and says why', check: skips(5) },
  'make-null-input': { why: '§8 row 3: as without an output', check: skips(5) },
  'make-parameters-invalid': {
    why: '§8 row 1: the parameter is the user’s, and the provider’s to refuse; here it takes it',
    check: asks('politeness/v1'),
  },
  'make-version-unknown': {
    why: 'the same sentence',
    check: refused(
      'unknown-version',
      /^Failed to find evaluation model for version v2\. Please check the correctness of the version/u,
    ),
  },
  'builtin-version-unknown': {
    why: 'the same sentence',
    check: refused('unknown-version', /^Failed to find answer similarity metric for version v9\. Please check the version/u),
  },
  'make-example-context-missing': {
    why: 'said with the columns',
    check: refused('bad-example', /grading context of a, and the metric's gradingContextColumns are of a, b/u),
  },
  'make-bad-model-type': { why: 'said when the metric is made', check: refused('bad-option', /model must be a URI/u) },
  'all-401': { why: '§8 row 1: a wrong key stops the run', check: stopsAtOnce },
  'all-401-min-max': { why: '§8 row 2: no aggregate of nothing', check: stopsAtOnce },
  'no-key': {
    why: '§8 row 1: another server may need none; that of OpenAI is refused before the first row',
    check: asks('answer_similarity/v1'),
  },
  'anthropic-no-key': { why: 'said before the first row', check: refused('missing-key', /ANTHROPIC_API_KEY/u) },
  'anthropic-defaults': { why: 'one of the two defaults is left out', check: asks('politeness/v1') },
  'uri-no-scheme': { why: 'the same', check: refused('malformed-uri') },
  'uri-double-slash': { why: 'two slashes are as good as one', check: asks('politeness/v1') },
  'uri-empty-name': { why: 'the same', check: refused('malformed-uri') },
  'uri-unknown-scheme': { why: 'the same', check: refused('unknown-scheme') },
  'uri-cohere': { why: '§8 row 1: an error, and not a column of nulls', check: refused('unknown-scheme') },
  'uri-model': { why: '§8 row 1: an error, and not a column of nulls', check: refused('unknown-scheme') },
  'uri-runs': { why: '§8 row 1: an error, and not a column of nulls', check: refused('not-a-service') },
  mistral: { why: 'no scheme of ours: openai:/ with base-url speaks its API', check: refused('unknown-scheme') },
  togetherai: { why: 'no scheme of ours: openai:/ with base-url speaks its API', check: refused('unknown-scheme') },
  'env-base-both': {
    why: "the order of OpenAI's own SDK: OPENAI_BASE_URL wins",
    check: ({ sent }) => expect(sent?.[0]?.path).toBe('/second/chat/completions'),
  },
  'env-base-slash': {
    why: 'a slash at the end of the base makes no difference',
    check: ({ sent }) => expect(sent?.[0]?.path).toBe('/v1/chat/completions'),
  },
  'env-organization-version': {
    why: 'the version is for Azure, and not sent to others',
    check: ({ sent }) => {
      expect(sent?.[0]?.path).toBe('/v1/chat/completions');
      expect(sent?.[0]?.headers['openai-organization']).toBe('org-1');
    },
  },
  'azure-no-slash': { why: 'an organization beside Azure is no mistake', check: asks('politeness/v1') },
  'azure-ad-underscore': { why: 'both spellings are known', check: asks('politeness/v1') },
  'prompt-one-variable-evaluate': { why: '§8 row 7: a variable is a column, and is sent', check: asks('one') },
  'prompt-two-variables-evaluate': { why: '§8 row 7: as with one', check: asks('ease') },
  'prompt-predictions-variable-evaluate': { why: '§8 row 7: it is sent', check: asks('one') },
  'prompt-three-variables-evaluate': { why: '§8 row 7: it is sent', check: asks('three') },
  'prompt-no-variable-evaluate': { why: '§8 row 2: said, and not NaN', check: refused('bad-rubric', /no placeholder/u) },
};

function stopsAtOnce({ error, result }: Outcome): void {
  if (result !== undefined) expect(result.metrics).toEqual({});
  else expect(error).toMatchObject({ code: 'auth', kind: 'run' });
}

/** Not of the judges: other models, or how a model by URI is reached, which the model packs test. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(cases.flatMap(({ id }) => (/endpoint/u.test(id) ? [[id, 'MLflow Deployments']] : []))),
  ...Object.fromEntries(
    cases.flatMap(({ id }) => (/^(?:make-|)details/u.test(id) ? [[id, "MLflow's own prompt, see mlflowPrompts"]] : [])),
  ),
  'make-dependent': 'metrics over metrics are of core',
  'env-bad-type': 'of model-azure-openai',
  'azure-no-deployment': 'of model-azure-openai',
  'azure-no-version': 'of model-azure-openai',
};

/** Row → score and reason, or why there is none. */
const FORMATS: Readonly<Record<string, unknown>> = {
  '[two-lines]': [4, 'two lines'],
  '[two-lines-extra]': [4, 'first line\nsecond line'],
  '[one-line]': [3, 'one line'],
  '[comma]': [3, 'with comma'],
  '[blank-line]': [3, 'blank lines between'],
  '[upper]': [2, 'The Score is low'],
  '[no-space]': [2, 'tight'],
  '[spaces]': [5, 'wide'],
  '[prefix]': [5, 'polite preamble'],
  '[bold]': [5, 'markdown'],
  '[json]': [5, 'json'],
  '[json-upper]': [5, 'The SCORE key'],
  '[json-float]': [4.9, 'float'],
  '[json-string]': [4, 'string'],
  '[json-string-float]': [4.5, 'string float'],
  '[json-bool]': 'judge-unreadable',
  '[json-null]': 'judge-unreadable',
  '[json-no-score]': 'judge-unreadable',
  '[json-no-justification]': [4, ''],
  '[json-number-justification]': [4, '5'],
  '[json-list]': [4, 'in a list'],
  '[json-number]': [4, ''],
  '[json-fenced]': [4, 'fenced'],
  '[json-trailing]': [4, 'trailing'],
  '[decimal]': [4.5, 'decimal'],
  '[negative]': 'judge-out-of-range',
  '[out-of-range]': 'judge-out-of-range',
  '[fraction]': [4, 'fraction'],
  '[word]': 'judge-unreadable',
  '[justification-first]': [4, 'order'],
  '[no-justification]': [4, ''],
  '[only-justification]': 'judge-unreadable',
  '[garbage]': 'judge-unreadable',
  '[empty]': 'judge-unreadable',
  '[blank]': 'judge-unreadable',
  '[korean]': [4, '예의 바릅니다'],
  '[digits-unicode]': [4, 'full-width digit'],
  '[two-scores]': 'judge-unreadable',
  '[huge]': 'judge-out-of-range',
};

/** Row → its score, or the code of what went wrong; 429 and 503 ask to wait, and are waited for. What MLflow needs of an answer besides the text (id, usage) is not needed here. */
const HTTP: readonly (readonly [string, number | string])[] = [
  ['[ok]', 5],
  ['[400]', 'bad-request'],
  ['[401]', 'auth'],
  ['[403]', 'auth'],
  ['[404]', 'unknown-model'],
  ['[500]', 'server'],
  ['[not-json]', 'bad-response'],
  ['[no-choices]', 'bad-response'],
  ['[choices-missing]', 'bad-response'],
  ['[usage-missing]', 5],
  ['[usage-null]', 5],
  ['[content-null]', 'judge-unreadable'],
  ['[content-missing]', 'judge-unreadable'],
  ['[content-parts]', 2],
  ['[two-choices]', 1],
  ['[id-missing]', 3],
  ['[no-finish-reason]', 3],
  // MLflow scores what was cut off.
  ['[length]', 'judge-cut-off'],
  ['[refusal]', 'judge-refused'],
];

const HOPELESS = ['auth', 'unknown-model'];

/** The recorded calls of one row, which is the first now. */
function onlyRow({ expected, input }: JudgeCase, output: string): JudgeCase['expected'] {
  const row = input.data?.rows.findIndex(({ answer }) => answer === output);
  return {
    ...expected,
    exchanges: (expected.exchanges ?? []).flatMap((one) => (one.row === row && one.phase === 'full' ? [{ ...one, row: 0 }] : [])),
  };
}

function judgeThat(asked: string[]): object {
  return {
    kind: 'language',
    id: 'fake:/judge',
    identity: {},
    scopes: async () => ['fake'],
    send: async ({ messages }: { readonly messages: readonly { readonly content: string }[] }) => {
      asked.push(messages[0]?.content ?? '');
      return { value: { text: 'score: 4\njustification: direct' } };
    },
  };
}

/** Parameters as both know them. */
function parametersOf({ messages: _, ...body }: Sent['body']): object {
  const { max_completion_tokens, model, ...rest } = body;
  // The gateway of MLflow hands Anthropic the words to stop at twice, and a limit that is no model's; Azure gets the model by its address.
  const own = rest.stop_sequences === undefined ? rest : { ...rest, stop: rest.stop_sequences };
  const { max_tokens = max_completion_tokens, ...others } = own as Readonly<Record<string, unknown>>;
  return { ...others, max_tokens: max_tokens === 200_000 ? 4096 : max_tokens };
}

describe.skipIf(cases.length === 0)('recorded judges of MLflow', () => {
  test.each(SAME)('%s', async (id) => {
    const one = caseOf(id);
    const { result, sent } = await replay(one);
    const asked = Object.keys(result.metrics).map((key) => key.split('/')[0]);
    const expectedMetrics = Object.entries(one.expected.metrics ?? {}).filter(([key]) => asked.includes(key.split('/')[0]));
    expect(expectedMetrics.length).toBeGreaterThan(0);
    expect(result.metrics).toEqual(Object.fromEntries(expectedMetrics));
    const table = await result.tables.eval_results_table.toJSON();
    const columns = recordedColumns(one);
    for (const [column, cells] of Object.entries(columns)) {
      if (!asked.includes(column.split('/')[0])) continue;
      expect(table.columns).toContain(column);
      expect(table.data.map((line) => line[table.columns.indexOf(column)])).toEqual(cells);
    }
    expect(sent.length).toBeGreaterThan(0);
    for (const { path, headers, body, recorded } of sent) {
      if (recorded === undefined) throw new Error('this was never asked');
      const expected = JSON.parse(recorded.request.body_raw);
      expect(path).toBe(recorded.request.path.replace(/\?api-version=[^&]*$/u, (query) => (path.includes('?') ? query : '')));
      expect(body.messages).toHaveLength(expected.messages.length);
      // What counts as a parameter of the user is sent as it is; of our defaults one is another: 2,048 tokens, because 200 cut reasons short.
      const defaults = {
        ...parametersOf(expected),
        ...(expected.max_tokens === 200 && expected.top_p === 1 ? { max_tokens: 2048 } : {}),
      };
      expect(parametersOf(body)).toEqual(defaults);
      for (const name of ['authorization', 'api-key', 'x-api-key', 'x-team', 'x-extra']) {
        if (recorded.request.headers[name] !== undefined) expect(headers[name]).toBe(recorded.request.headers[name]);
      }
    }
  });

  test.each(Object.entries(DIFFERENT))('%s, otherwise: %o', async (id, { check }) => {
    const one = caseOf(id);
    await check(await outcomeOf(one), one);
  });

  test('formats: what is clearly a score on the scale, and nothing else (§8 row 6)', async () => {
    const { result } = await replay(caseOf('formats'));
    const read: Record<string, unknown> = {};
    for await (const { columns, scores } of result.rows()) {
      const score = scores.politeness;
      read[String(columns.outputs ?? columns.answer)] =
        score?.status === 'scored' ? [score.value, score.justification] : score?.status === 'failed' && score.error.code;
    }
    expect(read).toEqual(FORMATS);
  });

  test.each(HTTP)('http: %s (§8 row 1)', async (output, outcome) => {
    const one = caseOf('http');
    done.add('http-first-row-fails');
    const rows = one.input.data?.rows.filter((row) => row.answer === output) ?? [];
    expect(rows).toHaveLength(1);
    const alone: JudgeCase = { ...one, input: { ...one.input, data: { kind: 'rows', rows } }, expected: onlyRow(one, output) };
    const { result, error } = await outcomeOf(alone);
    // A wrong key and an unknown model are the same for every row: the run stops at once, and says why.
    if (typeof outcome === 'string' && HOPELESS.includes(outcome)) {
      return expect(error?.code ?? [result?.run.status, result?.metrics]).toEqual(['incomplete', {}]);
    }
    const [row] = await Array.fromAsync(result?.rows() ?? []);
    const score = row?.scores.politeness;
    expect(score?.status === 'scored' ? score.value : score?.status === 'failed' && score.error.code).toBe(outcome);
  });

  test('prompts called directly, and in evaluate, where MLflow cannot (§8 row 7)', async () => {
    for (const id of ['prompt-direct', 'prompt-direct-string', 'prompt-direct-extra']) {
      const { input } = caseOf(id);
      const asked: string[] = [];
      const metric = metricOf(input.metric ?? { metric: '' }, '', { model: judgeThat(asked) });
      const given = Object.fromEntries(Object.entries(input.arguments ?? {}).map(([name, value]) => [name, [value].flat()[0]]));
      expect(await (metric as unknown as { score(row: object): Promise<unknown> }).score(given)).toMatchObject({
        value: 4,
        justification: 'direct',
      });
      expect(asked[0]).toMatch(
        /^How easy is this to read\?\nQuestion: \n<data \w+>\n\| a\?\n<\/data \w+>\n\nAnswer: \n<data \w+>\n\| A/u,
      );
    }
    const missing = caseOf('prompt-direct-missing').input;
    const metric = metricOf(missing.metric ?? { metric: '' }, '', { model: judgeThat([]) });
    expect(await (metric as unknown as { score(row: object): Promise<unknown> }).score({ input: 'a?' })).toMatchObject({
      status: 'skipped',
      code: 'missing-cell',
    });
  });

  test('built-in judges called directly', async () => {
    for (const id of ['direct-builtin', 'direct-builtin-string', 'direct-builtin-unexpected']) {
      const { input } = caseOf(id);
      const metric = metricOf(input.metric ?? { metric: '' }, '', { model: judgeThat([]) });
      const given = Object.fromEntries(Object.entries(input.arguments ?? {}).map(([name, value]) => [name, [value].flat()[0]]));
      expect(await (metric as unknown as { score(row: object): Promise<unknown> }).score(given)).toMatchObject({ value: 4 });
    }
    const { input } = caseOf('direct-builtin-missing');
    const metric = metricOf(input.metric ?? { metric: '' }, '', { model: judgeThat([]) });
    expect(
      await (metric as unknown as { score(row: object): Promise<unknown> }).score({ predictions: 'a', inputs: 'x' }),
    ).toMatchObject({ code: 'missing-cell' });
  });

  test('every case is checked, or is about something else', () => {
    expect(cases.map(({ id }) => id).filter((id) => !done.has(id) && !(id in ELSEWHERE))).toEqual([]);
  });
});
