import {
  createTouchstone,
  evaluate,
  type GenerateRequest,
  type Metric,
  type Score,
  ServiceError,
  TouchstoneError,
} from '@touchstone/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FakeJudge, fakeJudge, promptOf, verdict } from './__fixtures__/fake-judge.ts';
import genai, {
  answerCorrectness,
  answerRelevance,
  answerSimilarity,
  faithfulness,
  type GenaiMetricOptions,
  type JudgeMetricOptions,
  makeGenaiMetric,
  relevance,
} from './index.ts';

const rows = [
  {
    inputs: 'Where is my parcel?',
    answer: 'Your parcel is on its way, Ms Lee.',
    gt: 'On its way.',
    context: 'Parcels take two days.',
  },
  {
    inputs: '환불은 어떻게 받나요?',
    answer: '영수증을 보내 주시면 됩니다.',
    gt: '영수증을 보낸다.',
    context: ['영수증이 있어야 한다.', '14일 안에.'],
  },
];
const base = {
  name: 'politeness',
  definition: 'Politeness is how courteous the answer is.',
  gradingPrompt: 'Score 1: rude\nScore 3: neutral\nScore 5: very polite',
} as const;
const steady = (score: number | boolean | string = 4): FakeJudge => fakeJudge((_, request) => verdict(request, score));

async function judged(metric: Metric, data: readonly object[] = rows) {
  const results = await evaluate({ data, predictions: 'answer', targets: 'gt', extraMetrics: [metric] } as never);
  const scores: (Score | undefined)[] = [];
  for await (const row of results.rows()) scores.push(row.scores[metric.name]);
  return { results, scores };
}

describe('a metric by rubric', () => {
  test('has MLflow’s keys and columns, the judge’s scores and its reasons', async () => {
    const judge = fakeJudge((prompt, request) => verdict(request, prompt.includes('Ms Lee') ? 5 : 2, 'as the rubric says'));
    const { results } = await judged(makeGenaiMetric({ ...base, model: judge }));
    expect(results.metrics).toEqual({ 'politeness/v1/mean': 3.5, 'politeness/v1/variance': 2.25, 'politeness/v1/p90': 4.7 });
    const table = await results.tables.eval_results_table.toJSON();
    expect(table.columns.slice(-2)).toEqual(['politeness/v1/score', 'politeness/v1/justification']);
    expect(table.data.map((line) => line.slice(-2))).toEqual([
      [5, 'as the rubric says'],
      [2, 'as the rubric says'],
    ]);
  });

  test('every score says where it comes from', async () => {
    const judge = steady();
    const { scores } = await judged(makeGenaiMetric({ ...base, model: judge }));
    expect(scores[0]).toEqual({
      status: 'scored',
      value: 4,
      justification: 'because',
      details: {
        judge: 'fake:/judge',
        servedBy: 'judge-2026-11-01',
        promptHash: expect.stringMatching(/^[0-9a-f]{16}$/u),
        parserVersion: 1,
        answers: 'structured',
        attempts: 1,
      },
    });
  });

  test('asks once, in one message, with a schema whose reason comes first, and defaults of ours', async () => {
    const judge = steady();
    await judged(makeGenaiMetric({ ...base, model: judge }), [rows[0] ?? {}]);
    expect(judge.asked).toHaveLength(1);
    const [request] = judge.asked;
    expect(request?.messages.map(({ role }) => role)).toEqual(['user']);
    expect(request?.defaults).toEqual({ temperature: 0, topP: 1, maxOutputTokens: 2048 });
    expect(request?.parameters).toBeUndefined();
    const schema = request?.output?.schema as { properties: object; required: readonly string[] };
    expect(Object.keys(schema.properties)).toEqual(['justification', 'score']);
    expect(schema.required).toEqual(['justification', 'score']);
  });

  test.each<[object, object]>([
    [{ parameters: { temperature: 0.3 } }, { parameters: { temperature: 0.3 } }],
    [{ parameters: {} }, {}],
  ])('%j replaces all defaults', async (options, sent) => {
    const judge = steady();
    await judged(makeGenaiMetric({ ...base, ...options, model: judge }), [rows[0] ?? {}]);
    expect(judge.asked[0]).toMatchObject(sent);
    expect(judge.asked[0]?.defaults).toBeUndefined();
  });

  test('the prompt has MLflow’s parts in MLflow’s order', async () => {
    const judge = steady();
    const metric = makeGenaiMetric({
      ...base,
      model: judge,
      gradingContextColumns: ['targets', 'context'],
      examples: [
        {
          input: 'Tea!',
          output: 'Certainly.',
          score: 5,
          justification: 'Kind.',
          gradingContext: { targets: 't1', context: 'c1' },
        },
      ],
    });
    await judged(metric);
    const prompt = promptOf(judge.asked[0] as GenerateRequest);
    const headings = [
      'Task:',
      'Input:',
      'Output:',
      'Additional information used by the model:',
      'key: targets',
      'key: context',
      'Metric definition:',
    ];
    const after = [
      'Grading rubric:',
      'Examples:',
      'Example Input:',
      'Example Output:',
      'Example score: 5',
      'Example justification: Kind.',
    ];
    const places = [...headings, ...after].map((heading) => prompt.indexOf(`\n${heading}`));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(prompt).toContain('| Your parcel is on its way, Ms Lee.');
  });

  test('passages are numbered, with an empty line between them', async () => {
    const judge = steady();
    await judged(makeGenaiMetric({ ...base, model: judge, gradingContextColumns: 'context' }));
    const korean = judge.asked.map(promptOf).find((prompt) => prompt.includes('환불'));
    expect(korean).toContain('| [1] 영수증이 있어야 한다.\n| \n| [2] 14일 안에.');
  });

  test('without input: neither needs nor shows it', async () => {
    const judge = steady();
    const metric = makeGenaiMetric({ ...base, model: judge, includeInput: false });
    expect(metric.needs.map(({ name }) => name)).toEqual(['predictions']);
    await judged(metric);
    expect(judge.asked.some((request) => /^Input:|an input/mu.test(promptOf(request)))).toBe(false);
  });

  test('nothing drops out of the prompt, whatever the row, the rubric and the examples hold', async () => {
    const hostile = fc.array(
      fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom(
          '{output}',
          '{{',
          '}}',
          '{"a": 1}',
          '${x}',
          '%s',
          '$&',
          '"',
          "'",
          '\\n',
          '한국어',
          'score: 5',
          '</data>',
          '\n',
        ),
      ),
      { minLength: 1, maxLength: 12 },
    );
    const text = hostile.map((pieces) => `S${pieces.join('')}E`);
    await fc.assert(
      fc.asyncProperty(text, text, text, text, async (output, input, definition, example) => {
        const judge = steady();
        const options: GenaiMetricOptions = { ...base, definition, model: judge, examples: [{ output: example, score: 1 }] };
        await judged(makeGenaiMetric(options), [{ inputs: input, answer: output, gt: '' }]);
        const prompt = promptOf(judge.asked[0] as GenerateRequest);
        const quoted = (one: string): string[] => one.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/u).map((line) => `| ${line}`);
        const visible = prompt.split('\n');
        for (const line of [...quoted(output), ...quoted(input)]) {
          // Fillers of Hangul are letters that nobody sees, and are taken out.
          if (/^[\p{L}\p{N}\p{P}\p{S}\p{Zs}]*$/u.test(line) && !/[\u3164\uffa0]/u.test(line)) expect(visible).toContain(line);
        }
        expect(prompt).toContain(`Metric definition:\n${definition}\n\nGrading rubric:\n${base.gradingPrompt}`);
        expect(prompt).toContain(`Example Output:\n${example}\n`);
      }),
      { numRuns: 100 },
    );
  });

  test('a hundred pages of context reach the judge; with maxLength they are cut in their middle, and the score says so', async () => {
    const context = `Begin. ${'가나다라 마바사. '.repeat(30_000)}End.`;
    const data = [{ ...rows[0], context }];
    const judge = steady();
    const options = { ...base, gradingContextColumns: 'context', includeInput: false } as const;
    await judged(makeGenaiMetric({ ...options, model: judge }), data);
    expect(promptOf(judge.asked[0] as GenerateRequest)).toContain(context);
    const other = steady();
    const { scores } = await judged(makeGenaiMetric({ ...options, model: other, maxLength: 1000 }), data);
    const prompt = promptOf(other.asked[0] as GenerateRequest);
    expect(prompt).toMatch(/\| Begin\. [^\n]*\n\| \[… 299,011 characters left out …\]\n[^\n]*End\.\n/u);
    expect(scores[0]).toMatchObject({ details: { charactersLeftOut: { context: 299_011 } } });
  });
});

describe('scales', () => {
  test('yes and no: a proportion', async () => {
    const judge = fakeJudge((prompt, request) => verdict(request, prompt.includes('Ms Lee')));
    const metric = makeGenaiMetric({ ...base, gradingPrompt: 'yes: polite, no: rude', scale: 'boolean', model: judge });
    const { results, scores } = await judged(metric);
    expect(results.metrics).toEqual({ 'politeness/v1/mean': 0.5 });
    expect(scores.map((score) => score?.status === 'scored' && score.value)).toEqual([true, false]);
  });

  test('labels count as their weights, and each has its share', async () => {
    const judge = fakeJudge((prompt, request) => verdict(request, prompt.includes('Ms Lee') ? 'formal' : 'casual'));
    const metric = makeGenaiMetric({
      ...base,
      gradingPrompt: 'formal or casual',
      labels: { formal: 1, casual: 0.5 },
      model: judge,
    });
    const { results } = await judged(metric);
    expect(results.metrics).toMatchObject({
      'politeness/v1/mean': 0.75,
      'politeness/v1/formal': 0.5,
      'politeness/v1/casual': 0.5,
    });
  });

  test('0 to 1, with decimals', async () => {
    const { results } = await judged(
      makeGenaiMetric({ ...base, gradingPrompt: '0: no, 1: yes', scale: [0, 1], model: steady(0.25) }),
    );
    expect(results.metrics['politeness/v1/mean']).toBe(0.25);
  });
});

describe('an answer that does not count', () => {
  const failing = async (reply: Parameters<typeof fakeJudge>[0], options: object = {}) => {
    const judge = fakeJudge(reply);
    const { results, scores } = await judged(makeGenaiMetric({ ...base, model: judge, ...options }), [rows[0] ?? {}]);
    return { judge, results, score: scores[0] };
  };

  test('is asked for once more, with what was wrong, and counts if it is right then', async () => {
    const { judge, score } = await failing((_, request) => (request.messages.length > 1 ? verdict(request, 3) : 'Excellent!'));
    expect(score).toMatchObject({ status: 'scored', value: 3, details: { attempts: 2 } });
    const [, said, asked] = judge.asked[1]?.messages ?? [];
    expect(said).toEqual({ role: 'assistant', content: 'Excellent!' });
    expect(asked?.content).toMatch(/^That does not count: the judge's answer cannot be read: it gives no score\. Judge again/u);
  });

  test.each<[string, string, string, string]>([
    ['unreadable', 'Excellent!', 'judge-unreadable', "politeness: the judge's answer cannot be read: it gives no score"],
    [
      'off the scale',
      '{"score": 7, "justification": "x"}',
      'judge-out-of-range',
      "politeness: the judge's score is 7, and the scale is a number from 1 to 5",
    ],
    ['empty', '', 'judge-unreadable', "politeness: the judge's answer cannot be read: it is empty"],
  ])('%s twice: the score has failed, and keeps the answer', async (_, text, code, message) => {
    const { judge, results, score } = await failing(() => text);
    expect(judge.asked).toHaveLength(2);
    expect(score).toMatchObject({ status: 'failed', error: { code, message, details: { raw: text, attempts: 2 } } });
    expect(results.metrics).toEqual({});
    expect(results.coverage['politeness/v1']).toMatchObject({ scored: 0, failed: 1, reasons: { [code]: 1 } });
  });

  test('repairs: 0 does not ask again', async () => {
    const { judge, score } = await failing(() => 'Excellent!', { repairs: 0 });
    expect(judge.asked).toHaveLength(1);
    expect(score).toMatchObject({ status: 'failed' });
  });

  test('a judge that refuses is not asked again', async () => {
    const { judge, score } = await failing(() => ({
      value: { text: null, refusal: 'I cannot help with that.' },
      finish: 'refusal',
    }));
    expect(judge.asked).toHaveLength(1);
    expect(score).toMatchObject({
      status: 'failed',
      error: { code: 'judge-refused', message: 'politeness: the judge refused: I cannot help with that.' },
    });
  });

  test('a judge that talks until its tokens are used up has not judged, whatever stands in what it said', async () => {
    const { score } = await failing(() => ({ value: { text: 'score: 5\njustification: on and on' }, finish: 'length' }));
    expect(score).toMatchObject({
      status: 'failed',
      error: { code: 'judge-cut-off', details: { raw: 'score: 5\njustification: on and on' } },
    });
  });

  test('a row that is longer than the judge reads is said', async () => {
    const { judge, score } = await failing(
      () => new ServiceError('bad-request', "This model's maximum context length is 8192 tokens, and your messages have 90000"),
    );
    expect(judge.asked).toHaveLength(1);
    expect(score).toMatchObject({
      status: 'failed',
      error: {
        code: 'judge-context-too-long',
        retryable: false,
        message: expect.stringMatching(/the row is longer than fake:\/judge reads .* set maxLength/u),
      },
    });
  });
});

test('a judge that takes no schema is asked in words, and every further row at once', async () => {
  const judge = fakeJudge((_, request) =>
    request.output === undefined ? verdict(request, 2) : new ServiceError('bad-request', 'response_format is not supported'),
  );
  const metric = makeGenaiMetric({ ...base, model: judge });
  const results = await evaluate({
    data: rows,
    predictions: 'answer',
    limits: { concurrency: 1 },
    extraMetrics: [metric],
  } as never);
  expect(results.metrics['politeness/v1/mean']).toBe(2);
  expect(judge.asked.map(({ output }) => output !== undefined)).toEqual([true, false, false]);
});

test('what could not be read is asked anew when failures are tried again', async () => {
  let good = false;
  const judge = fakeJudge(() => (good ? 'justification: now\nscore: 4' : 'hm'));
  const touchstone = createTouchstone();
  const request = {
    data: [
      { inputs: 'q', answer: 'a' },
      { inputs: 'r', answer: 'b' },
    ],
    predictions: 'answer',
    extraMetrics: [answerRelevance({ model: judge })],
  };
  const first = await touchstone.evaluate({ ...request, run: { key: 'k' } } as never);
  expect(first.coverage['answer_relevance/v1']).toMatchObject({ failed: 2 });
  // It is the judge's second chance, and not its recorded answer again.
  const asked = judge.asked.length;
  const same = await touchstone.evaluate({ ...request, run: { key: 'k' }, resume: { retryFailed: true } } as never);
  expect(same.coverage['answer_relevance/v1']).toMatchObject({ failed: 2 });
  expect(judge.asked.length).toBe(2 * asked);
  good = true;
  const again = await touchstone.evaluate({ ...request, run: { key: 'k' }, resume: { retryFailed: true } } as never);
  expect(again.coverage['answer_relevance/v1']).toMatchObject({ scored: 2, failed: 0 });
});

test('equal rows are judged once', async () => {
  const judge = steady();
  const { results } = await judged(makeGenaiMetric({ ...base, model: judge }), [rows[0] ?? {}, rows[0] ?? {}, rows[0] ?? {}]);
  expect(results.coverage['politeness/v1']?.scored).toBe(3);
  expect(judge.asked).toHaveLength(1);
  expect(results.usage.metrics?.politeness?.calls).toBe(1);
});

test('cells: null is skipped, a context of another kind is skipped, numbers are read', async () => {
  const metric = makeGenaiMetric({ ...base, model: steady(), gradingContextColumns: ['context'], includeInput: false });
  const { scores } = await judged(
    metric,
    [
      { answer: null, context: 'c' },
      { answer: 'a', context: null },
      { answer: 'a', context: { deep: [1] } },
      { answer: 42, context: 7 },
      { answer: 'a', context: [{ text: 'from a retriever' }, 'b'] },
    ].map((row) => ({ ...row, gt: 'x' })),
  );
  expect(scores.map((score) => (score?.status === 'skipped' ? score.code : score?.status))).toEqual([
    'missing-cell',
    'missing-cell',
    'wrong-type',
    'scored',
    'scored',
  ]);
});

test.each<[string, object, string, string]>([
  [
    'a version',
    { version: 'v2' },
    'unknown-version',
    'Failed to find evaluation model for version v2. Please check the correctness of the version: there is v1.',
  ],
  [
    'a rubric without levels',
    { gradingPrompt: 'Be fair.' },
    'bad-rubric',
    "politeness: gradingPrompt names no level of the scale (a number from 1 to 5): write what each score means, as in 'Score 1: … Score 5: …'.",
  ],
  [
    'a rubric with a level off the scale',
    { gradingPrompt: 'Score 0: bad\nScore 10: good' },
    'bad-rubric',
    'politeness: gradingPrompt names a score 0, and the scale is a number from 1 to 5: say scale: [0, 10], or correct the rubric.',
  ],
  [
    'an example without a context column',
    { gradingContextColumns: ['a', 'b'], examples: [{ output: 'x', score: 5, gradingContext: { a: 'x' } }] },
    'bad-example',
    "politeness: examples[0] has the grading context of a, and the metric's gradingContextColumns are of a, b: each example must have all of them.",
  ],
  [
    'an example off the scale',
    { examples: [{ output: 'x', score: 9 }] },
    'bad-example',
    'politeness: examples[0] has the score 9, and the scale is a number from 1 to 5.',
  ],
  ['a scale and labels', { scale: [0, 1], labels: { a: 1, b: 2 } }, 'bad-option', 'politeness: give scale or labels, not both.'],
  [
    'one label',
    { labels: { a: 1 } },
    'bad-option',
    'politeness: labels must be at least two, different in more than case, each with a number: { formal: 1, casual: 0 }.',
  ],
  [
    'a judge that is none',
    { model: 5 },
    'bad-option',
    "politeness: model must be a URI such as 'openai:/gpt-5', or a language model, not 5.",
  ],
  [
    'MLflow’s max_workers',
    { maxWorkers: 3 },
    'unknown-option',
    'politeness: maxWorkers is not an option of a metric here: limits: { concurrency: … } of the evaluation says how many calls are in flight.',
  ],
  [
    'an aggregation',
    { aggregations: ['mean', 'p95'] },
    'unknown-aggregation',
    "There is no aggregation 'p95'. Did you mean 'p90'?",
  ],
])('%s is refused before anything is asked', (_, options, code, message) => {
  expect(() => makeGenaiMetric({ ...base, ...options } as never)).toThrow(new TouchstoneError(code, message));
});

describe('the five of MLflow', () => {
  test.each<[(options: JudgeMetricOptions) => Metric, readonly string[], string]>([
    [answerSimilarity, ['predictions', 'targets'], 'answer_similarity'],
    [answerCorrectness, ['inputs', 'predictions', 'targets'], 'answer_correctness'],
    [faithfulness, ['predictions', 'context'], 'faithfulness'],
    [answerRelevance, ['inputs', 'predictions'], 'answer_relevance'],
    [relevance, ['inputs', 'predictions', 'context'], 'relevance'],
  ])('%o needs %j', async (factory, needs, name) => {
    const judge = steady(3);
    const metric: Metric = factory({ model: judge });
    expect(metric.needs.map((need) => need.name)).toEqual(needs);
    expect(metric.range).toEqual([1, 5]);
    const { results } = await judged(metric);
    expect(results.metrics).toEqual({ [`${name}/v1/mean`]: 3, [`${name}/v1/variance`]: 0, [`${name}/v1/p90`]: 3 });
    const prompt = promptOf(judge.asked[0] as GenerateRequest);
    expect(prompt.match(/^Example Output:$/gmu)).toHaveLength(2);
  });

  test('examples and names can be others; the judge reads the metric’s own name', async () => {
    const judge = steady(3);
    const { results } = await judged(answerRelevance({ model: judge, examples: [], name: 'on_topic' }));
    expect(results.metrics['on_topic/v1/mean']).toBe(3);
    const prompt = promptOf(judge.asked[0] as GenerateRequest);
    expect(prompt).not.toContain('Examples:');
    expect(prompt).toContain('a score called answer_relevance');
  });

  test('another version is refused in MLflow’s words', () => {
    expect(() => answerSimilarity({ metricVersion: 'v9' })).toThrow(
      'Failed to find answer similarity metric for version v9. Please check the version',
    );
  });

  test('by name, with the judge of the plug-in', async () => {
    const touchstone = createTouchstone({ plugins: [genai({ judge: steady(2) })] });
    const results = await touchstone.evaluate({ data: rows, predictions: 'answer', extraMetrics: ['answer_relevance'] } as never);
    expect(results.metrics['answer_relevance/v1/mean']).toBe(2);
    expect(results.signatures['answer_relevance/v1']).toMatch(
      /^answer_relevance\|v1\|prompt:[0-9a-f]{12}\|scale:1-5\|parser:1\|judge:fake:\/judge#[0-9a-f]{8}$/u,
    );
  });

  test('without a judge: what to do, before the first row', async () => {
    const evaluating = evaluate({ data: rows, predictions: 'answer', extraMetrics: [answerRelevance()] } as never);
    await expect(evaluating).rejects.toMatchObject({ code: 'no-judge', kind: 'request' });
  });
});
