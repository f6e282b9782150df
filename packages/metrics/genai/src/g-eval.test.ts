import {
  evaluate,
  type Generated,
  type GenerateRequest,
  type Json,
  memoryStore,
  type Score,
  ServiceError,
} from '@touchstone/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fakeJudge, promptOf, type Reply, verdict } from './__fixtures__/fake-judge.ts';
import { expectedScore } from './expected-score.ts';
import { type GEvalOptions, gEval, retrieveCustomMetrics } from './index.ts';

const base = { name: 'helpfulness', criteria: '답변이 질문한 사람의 문제를 푼다.' } as const;
const WRITTEN = '1. 답변을 읽는다.\n2. 질문과 견준다.\n3. 점수를 정한다.';

function isForSteps(request: GenerateRequest): boolean {
  return promptOf(request).includes('Write the steps');
}

/** An answer whose score stands in a token of its own, with the probabilities of what might have stood there. */
function withProbabilities(request: GenerateRequest, score: string, others: Readonly<Record<string, number>>): Reply {
  const text = verdict(request, Number(score), '이유');
  const at = text.lastIndexOf(score);
  const alternatives = Object.entries(others).map(([token, probability]) => ({ token, logprob: Math.log(probability) }));
  const content: Json = [
    { token: text.slice(0, at), logprob: 0, top_logprobs: [] },
    { token: score, logprob: Math.log(others[score] ?? 0), top_logprobs: alternatives },
    ...(at + score.length < text.length ? [{ token: text.slice(at + score.length), logprob: 0, top_logprobs: [] }] : []),
  ];
  const value: Generated = { text, logprobs: { content } };
  return { value, finish: 'stop' };
}

async function judged(options: Partial<GEvalOptions>, rows = 2) {
  const data = Array.from({ length: rows }, (_, index) => ({ inputs: '왜 하늘은 파란가요?', answer: `행 ${index}` }));
  const metric = gEval({ ...base, ...options } as GEvalOptions);
  const result = await evaluate({ data, predictions: 'answer', extraMetrics: [metric], store: memoryStore() } as never);
  const scores: Score[] = [];
  for await (const row of result.rows()) scores.push(row.scores.helpfulness as Score);
  return { result, scores };
}

describe('G-Eval', () => {
  test.each(['structured', 'text'] as const)('scores the mean over what the judge might have said: %s', async (answers) => {
    const judge = fakeJudge((_, request) =>
      isForSteps(request) ? WRITTEN : withProbabilities(request, '4', { '4': 0.5, '5': 0.3, ' 4': 0.1, '3': 0.05, good: 0.05 }),
    );
    const { result, scores } = await judged({ model: judge, answers }, 1);
    // (4 · 0.6 + 5 · 0.3 + 3 · 0.05) / 0.95
    expect(result.metrics['helpfulness/mean']).toBeCloseTo(4.05 / 0.95, 12);
    expect(scores[0]).toMatchObject({
      status: 'scored',
      justification: '이유',
      details: {
        expected: { said: 4, mass: expect.closeTo(0.95, 12) },
        steps: ['답변을 읽는다.', '질문과 견준다.', '점수를 정한다.'],
      },
    });
    const asked = judge.asked.find((request) => !isForSteps(request));
    expect(asked?.defaults).toMatchObject({ logprobs: true, topLogprobs: 20, temperature: 0 });
  });

  test('has each judge write its steps once, whatever the number of rows, and judges by them', async () => {
    const judge = fakeJudge((_, request) => (isForSteps(request) ? WRITTEN : verdict(request, 3)));
    await judged({ model: judge }, 20);
    const [steps, prompts] = [judge.asked.filter(isForSteps), judge.asked.filter((request) => !isForSteps(request))];
    expect(steps).toHaveLength(1);
    expect(promptOf(steps[0] as GenerateRequest)).toContain(base.criteria);
    expect(prompts).toHaveLength(20);
    for (const prompt of prompts) expect(promptOf(prompt)).toContain('1. 답변을 읽는다.\n2. 질문과 견준다.\n3. 점수를 정한다.');
  });

  test('takes steps that are given, and shows what it grades in quotation', async () => {
    const judge = fakeJudge((_, request) => verdict(request, 2));
    const { scores } = await judged({ model: judge, steps: ['Read.', 'Decide.'], includeInput: false }, 1);
    expect(judge.asked).toHaveLength(1);
    expect(promptOf(judge.asked[0] as GenerateRequest)).toMatch(/Output:\n<data [0-9a-f]{16}>\n\| 행 0\n<\/data [0-9a-f]{16}>/u);
    expect(promptOf(judge.asked[0] as GenerateRequest)).toContain('1. Read.\n2. Decide.');
    expect(promptOf(judge.asked[0] as GenerateRequest)).not.toContain('하늘');
    expect(scores[0]).toMatchObject({ status: 'scored', value: 2 });
    expect(scores[0]).not.toMatchObject({ details: { expected: {} } });
  });

  test('asks a judge without log probabilities for none', async () => {
    const refusal = new ServiceError('bad-request', 'logprobs are not supported with this model', { status: 400 });
    const judge = fakeJudge((_, request) => (request.defaults?.logprobs === true ? refusal : verdict(request, 5)));
    const { scores } = await judged({ model: judge, steps: ['Decide.'] }, 3);
    expect(scores.map((score) => score.status === 'scored' && score.value)).toEqual([5, 5, 5]);
    expect(judge.asked.at(-1)?.defaults).not.toHaveProperty('logprobs');
  });

  test.each<[string, Reply]>([
    ['nothing that is a list of steps', 'I would rather not.'],
    ['nothing', { value: { text: '' }, finish: 'stop' }],
    ['a refusal', { value: { text: '', refusal: 'no' }, finish: 'refusal' }],
  ])('fails every row when the judge writes %s', async (_, reply) => {
    const judge = fakeJudge((_prompt, request) => (isForSteps(request) ? reply : verdict(request, 5)));
    const { result, scores } = await judged({ model: judge }, 2);
    expect(scores.map((score) => score.status === 'failed' && score.error.message)).toEqual([
      'helpfulness: the judge wrote no evaluation steps: name some with steps: […]',
      'helpfulness: the judge wrote no evaluation steps: name some with steps: […]',
    ]);
    expect(result.metrics).not.toHaveProperty('helpfulness/mean');
  });

  test('works in a panel', async () => {
    const judges = [3, 5].map((score) =>
      fakeJudge((_, request) => (isForSteps(request) ? WRITTEN : verdict(request, score)), `fake:/${score}`),
    );
    const { result } = await judged({ model: judges });
    expect(result.metrics['helpfulness/mean']).toBe(4);
  });

  test('is made again from its definition', async () => {
    const judge = fakeJudge((_, request) => verdict(request, 2));
    const options = { ...base, steps: ['Read.'], scale: [0, 10], gradingContextColumns: 'inputs' } as const;
    const { result } = await judged({ ...options, model: judge }, 1);
    const [again] = await retrieveCustomMetrics(result);
    expect(again?.signature).toBe(gEval({ ...options, model: 'fake:/judge' } as never).signature);
  });

  test.each<[object, string]>([
    [{ criteria: '' }, 'g_eval needs name and criteria'],
    [{ steps: [] }, 'helpfulness: steps must be a list of sentences'],
    [{ scale: [0, 1.5] }, 'goes from one whole number to another'],
    [{ scale: [0, 100] }, 'at most 20 apart'],
    [{ scale: 'boolean' }, 'goes from one whole number to another'],
    [{ includeInput: 'no' }, 'includeInput must be true or false'],
    [{ repairs: 9 }, 'repairs must be a whole number from 0 to 5'],
  ])('refuses %j', (wrong, sentence) => {
    expect(() => gEval({ ...base, ...wrong } as GEvalOptions)).toThrow(sentence);
  });
});

describe('the expected score', () => {
  test('is between the ends of the scale for any probabilities, and that number itself where only one is possible', () => {
    const number = fc.integer({ min: 1, max: 5 });
    const others = fc.array(fc.tuple(fc.oneof(number.map(String), fc.string()), fc.double({ min: -30, max: 0, noNaN: true })), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(number, others, (said, alternatives) => {
        const top_logprobs = alternatives.map(([token, logprob]) => ({ token, logprob }));
        const content = [
          { token: 'score: ', logprob: 0 },
          { token: String(said), logprob: -0.5, top_logprobs },
        ];
        const found = expectedScore({ logprobs: { content } }, said, [1, 5]);
        expect(found?.value).toBeGreaterThanOrEqual(1);
        expect(found?.value).toBeLessThanOrEqual(5);
        expect(
          expectedScore({ logprobs: { content: [content[0] as Json, { token: String(said), logprob: -0.5 }] } }, said, [1, 5]),
        ).toEqual({
          value: said,
          mass: Math.exp(-0.5),
        });
      }),
    );
  });

  test.each<[string, Json]>([
    ['none', null],
    [
      'a score in two tokens',
      {
        content: [
          { token: 'score: 1', logprob: 0 },
          { token: '0', logprob: 0 },
        ],
      },
    ],
    ['a score together with other signs', { content: [{ token: 'score: 4', logprob: 0 }] }],
    [
      'another score',
      {
        content: [
          { token: 'score: ', logprob: 0 },
          { token: '3', logprob: 0 },
        ],
      },
    ],
    ['another shape', { content: [{ token: 4 }] }],
  ])('is not made up of %s', (_, logprobs) => {
    expect(expectedScore({ logprobs }, 4, [1, 10])).toBeUndefined();
    expect(expectedScore({ logprobs }, 10, [1, 10])).toBeUndefined();
  });
});
