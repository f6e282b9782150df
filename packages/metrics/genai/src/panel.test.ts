import { evaluate, type GenerateRequest, type Score, ServiceError, TouchstoneError } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import { type FakeJudge, fakeJudge, promptOf, verdict } from './__fixtures__/fake-judge.ts';
import { answerRelevance, type GenaiMetricOptions, makeGenaiMetric, retrieveCustomMetrics } from './index.ts';

const base = {
  name: 'politeness',
  definition: 'Politeness is how courteous the answer is.',
  gradingPrompt: 'Score 1: rude\nScore 3: neutral\nScore 5: very polite',
} as const;
const yesNo = { ...base, gradingPrompt: 'yes: polite, no: rude', scale: 'boolean' } as const;

/** A judge that gives the n-th score to the row `row n`; what is no score is its whole answer. */
function judgeOf(id: string, scores: readonly (number | boolean | string | ServiceError)[]): FakeJudge {
  return fakeJudge((prompt, request) => {
    const score = scores[Number(/\| 행 (\d)/u.exec(prompt)?.[1])] ?? 3;
    if (score instanceof ServiceError) return score;
    return typeof score === 'string' ? score : verdict(request, score, `${id} says so`);
  }, `fake:/${id}`);
}

async function judged(options: Partial<GenaiMetricOptions>, rows: number, more: object = {}) {
  const metric = makeGenaiMetric({ ...base, ...options } as GenaiMetricOptions);
  const data = Array.from({ length: rows }, (_, index) => ({ inputs: 'q', answer: `행 ${index}` }));
  const result = await evaluate({ data, predictions: 'answer', extraMetrics: [metric], ...more } as never);
  const scores: Score[] = [];
  for await (const row of result.rows()) scores.push(row.scores.politeness as Score);
  return { result, scores, values: scores.map((score) => (score.status === 'scored' ? score.value : score.status)) };
}

describe('a panel of judges', () => {
  const panel = () => [judgeOf('a', [5, 1, 4]), judgeOf('b', [4, 1, 4]), judgeOf('c', [3, 4, 4])] as const;

  test('scores the mean, with what each judge says in words and in details', async () => {
    const { result, scores, values } = await judged({ model: panel() }, 3);
    expect(values).toEqual([4, 2, 4]);
    expect(result.metrics['politeness/v1/mean']).toBeCloseTo(10 / 3, 12);
    expect(scores[1]).toMatchObject({
      justification: 'fake:/a: 1. a says so\nfake:/b: 1. b says so\nfake:/c: 4. c says so',
      details: {
        pool: 'mean',
        repeats: 1,
        judges: [
          {
            judge: 'fake:/a',
            value: 1,
            judgements: [{ value: 1, justification: 'a says so', servedBy: 'judge-2026-11-01', attempts: 1 }],
          },
          { judge: 'fake:/b', value: 1 },
          { judge: 'fake:/c', value: 4 },
        ],
      },
    });
    expect(result.metrics).toMatchObject({
      'politeness/v1/judge_mean/fake:/a': expect.closeTo(10 / 3, 12),
      'politeness/v1/judge_mean/fake:/b': 3,
      'politeness/v1/judge_mean/fake:/c': expect.closeTo(11 / 3, 12),
    });
  });

  test.each([
    ['median', [4, 1, 4]],
    ['mean', [4, 2, 4]],
  ] as const)('pools by %s', async (pool, expected) => {
    expect((await judged({ model: panel(), pool }, 3)).values).toEqual(expected);
  });

  test('weights count', async () => {
    // (2·5 + 4 + 3)/4, (2 + 1 + 4)/4
    expect((await judged({ model: panel(), weights: [2, 1, 1] }, 3)).values).toEqual([4.25, 1.75, 4]);
  });

  test('agreement is Krippendorff’s alpha, with an interval', async () => {
    // Krippendorff's own example of two observers, 10 units, binary: α = 0.095 (Computing Krippendorff's Alpha-Reliability, 2011, part A).
    const [a, b] = ['0100000000', '1110010010'].map((said) => Array.from(said, (digit) => digit === '1'));
    const { result, scores } = await judged({ ...yesNo, model: [judgeOf('a', a ?? []), judgeOf('b', b ?? [])] }, 10);
    expect(result.metrics['politeness/v1/agreement']).toBeCloseTo(0.095, 3);
    expect(result.intervals['politeness/v1/agreement']).toMatchObject({ n: 10, method: 'bootstrap-percentile', level: 0.95 });
    // Where the two disagree nobody has won; such rows are skipped, and agreement counts them.
    expect(scores[0]).toMatchObject({
      status: 'skipped',
      code: 'panel-tied',
      reason: 'the panel is tied between no and yes',
      details: { pool: 'majority' },
    });
    expect(result.coverage['politeness/v1']).toMatchObject({ scored: 6, skipped: 4, reasons: { 'panel-tied': 4 } });
  });

  test('a majority of yes and no is yes or no; of labels it is a label', async () => {
    const three = [judgeOf('a', [true, false]), judgeOf('b', [true, true]), judgeOf('c', [false, false])];
    const { result, values } = await judged({ ...yesNo, model: three }, 2);
    expect(values).toEqual([true, false]);
    expect(result.metrics['politeness/v1/mean']).toBe(0.5);
    const said = (label: string) => fakeJudge((_, request) => verdict(request, label), `fake:/${label}`);
    const labels = {
      gradingPrompt: 'formal or casual',
      labels: { formal: 1, casual: 0 },
      model: [said('formal'), said('casual')],
      weights: [1, 2],
    };
    const { result: weighed } = await judged(labels, 1);
    expect(weighed.metrics).toMatchObject({ 'politeness/v1/mean': 0, 'politeness/v1/casual': 1 });
  });

  test('who cannot be read abstains; the others score, and the row is flagged', async () => {
    const model = [judgeOf('a', [5, 'Lovely!']), judgeOf('b', [4, 2]), judgeOf('c', [3, 4])];
    const { result, scores, values } = await judged({ model, repairs: 0 }, 2);
    expect(values).toEqual([4, 3]);
    expect(scores[1]).toMatchObject({
      flags: ['judges-abstained'],
      details: { judges: [{ judge: 'fake:/a', judgements: [{ failed: 'judge-unreadable', raw: 'Lovely!' }] }, {}, {}] },
    });
    expect(result.warnings).toContain(
      'politeness: 1 of 2 rows were scored by a part of the panel: other judges gave no score that counts (see details.judges).',
    );
  });

  test('fewer than the quorum give no score', async () => {
    const model = [judgeOf('a', ['Lovely!']), judgeOf('b', ['7']), judgeOf('c', [3])];
    const { scores } = await judged({ model, repairs: 0 }, 1);
    expect(scores[0]).toMatchObject({
      status: 'failed',
      error: {
        code: 'panel-quorum',
        message:
          "politeness: 1 of 3 judges gave a score, and 2 are needed (fake:/a: the judge's answer cannot be read: it gives no score; fake:/b: the judge's score is 7, and the scale is a number from 1 to 5)",
      },
    });
    expect((await judged({ model, repairs: 0, quorum: 1 }, 1)).values).toEqual([3]);
  });

  test('an accident of one judge fails the row, and trying again asks only that one', async () => {
    const steady = judgeOf('a', [4]);
    let down = true;
    const shaky = fakeJudge(
      (_, request) => (down ? new ServiceError('bad-request', 'no such deployment') : verdict(request, 2)),
      'fake:/b',
    );
    const { createTouchstone } = await import('@touchstone/core');
    const touchstone = createTouchstone();
    const request = {
      data: [{ inputs: 'q', answer: '행 0' }],
      predictions: 'answer',
      extraMetrics: [makeGenaiMetric({ ...base, model: [steady, shaky], answers: 'text' })],
      run: { key: 'k' },
    };
    const first = await touchstone.evaluate({ ...request, resume: 'auto' } as never);
    expect(first.coverage['politeness/v1']?.failed).toBe(1);
    down = false;
    const second = await touchstone.evaluate({ ...request, resume: { retryFailed: true } } as never);
    expect(second.metrics['politeness/v1/mean']).toBe(3);
    expect(steady.asked).toHaveLength(1);
  });

  test('weights by reliability: who contradicts the others does not count', async () => {
    const model = [judgeOf('a', [1, 2, 4, 5, 3]), judgeOf('b', [1, 2, 4, 5, 3]), judgeOf('c', [5, 4, 2, 1, 3])];
    const { result } = await judged({ model, pool: 'reliability' }, 5);
    expect(result.metrics).toMatchObject({
      'politeness/v1/mean': expect.closeTo(3, 12),
      'politeness/v1/weight/fake:/c': 0,
      'politeness/v1/reliability_mean': expect.closeTo(3, 12),
    });
    expect(result.metrics['politeness/v1/weight/fake:/a']).toBe(result.metrics['politeness/v1/weight/fake:/b']);
    expect(result.metrics['politeness/v1/weight/fake:/a']).toBeGreaterThan(0);
    // s² = 2.5 of a's and b's scores alone: bounded, so its interval is not that of the unweighted mean, whose spread is smaller.
    const weighed = result.intervals['politeness/v1/reliability_mean'];
    expect((weighed?.high ?? 0) - (weighed?.low ?? 0)).toBeGreaterThan(
      (result.intervals['politeness/v1/mean']?.high ?? 0) - (result.intervals['politeness/v1/mean']?.low ?? 0),
    );
  });

  test('the panel is part of the signature and of the definition, from which it is made again', async () => {
    const { result } = await judged({ model: panel(), pool: 'median' }, 3);
    expect(result.signatures['politeness/v1']).toMatch(
      /\|pool:median\|quorum:2\|judge_1:fake:\/a#[0-9a-f]{8}\|judge_2:fake:\/b#[0-9a-f]{8}\|judge_3:fake:\/c#[0-9a-f]{8}$/u,
    );
    const [again] = await retrieveCustomMetrics(result);
    expect(again?.models).toEqual({ judge_1: 'fake:/a', judge_2: 'fake:/b', judge_3: 'fake:/c' });
    expect(again?.signature).toContain('|pool:median|');
    expect(result.usage.metrics?.politeness?.calls).toBe(9);
  });
});

describe('repeats', () => {
  /** Gives the scores one after the other, whatever the row. */
  const inTurn = (scores: readonly (number | boolean)[]): FakeJudge => {
    let at = 0;
    return fakeJudge((_, request) => verdict(request, scores[at++ % scores.length] ?? 3));
  };

  test('are judgements of their own; their mean is the score, and their spread is reported', async () => {
    const judge = inTurn([2, 4, 3]);
    const { result, scores } = await judged({ model: judge, repeats: 3 }, 2);
    expect(judge.asked).toHaveLength(6);
    expect(new Set(judge.asked.map((request: GenerateRequest) => promptOf(request))).size).toBe(2);
    expect(scores.map((score) => score.status === 'scored' && score.value)).toEqual([3, 3]);
    // The sample standard deviation of 2, 3 and 4 is 1.
    expect(result.metrics['politeness/v1/repeat_sd']).toBeCloseTo(1, 12);
    expect(result.metrics['politeness/v1/agreement']).toBeUndefined();
    expect(scores[0]).toMatchObject({ details: { repeats: 3, judges: [{ value: 3, judgements: [{}, {}, {}] }] } });
  });

  test('of yes and no: what most of them say', async () => {
    const { result, values } = await judged({ ...yesNo, model: inTurn([true, true, false]), repeats: 3 }, 1);
    expect(values).toEqual([true]);
    expect(result.metrics['politeness/v1/repeat_agreement']).toBeCloseTo(2 / 3, 12);
  });
});

test.each<[object, string]>([
  [{ model: [] }, 'politeness: model is an empty list: name at least one judge.'],
  [
    { model: ['openai:/a', 'openai:/a'] },
    'politeness: model names openai:/a twice, and would hear the same answer twice: repeats: 2 asks a judge anew.',
  ],
  [
    { model: ['openai:/a', 'b:/c'], pool: 'average' },
    'politeness: pool must be one of mean, median, majority, reliability, not "average".',
  ],
  [
    { model: ['openai:/a', 'b:/c'], weights: [1] },
    'politeness: weights must be 2 numbers from 0, one a judge and not all 0, not [1].',
  ],
  [
    { model: ['openai:/a', 'b:/c'], quorum: 3 },
    'politeness: quorum must be a whole number from 1 to the number of judges (2), not 3.',
  ],
  [{ repeats: 0 }, 'politeness: repeats must be a whole number from 1 to 50, not 0.'],
  [{ pool: 'reliability' }, 'politeness: pool: reliability needs two judges or more, which are held against each other.'],
  [
    { scale: 'boolean', gradingPrompt: 'yes: polite, no: rude', model: ['a:/b', 'c:/d'], pool: 'mean' },
    "politeness: pool: 'mean' is for numbers, and its scores are yes or no: leave pool out, which is the majority.",
  ],
])('%j is refused before anything is asked', (options, message) => {
  expect(() => makeGenaiMetric({ ...base, ...options } as never)).toThrow(new TouchstoneError('bad-option', message));
});

test('the metrics that the package brings take panels as well', async () => {
  const metric = answerRelevance({ model: [judgeOf('a', [5]), judgeOf('b', [3])], repeats: 2 });
  const result = await evaluate({
    data: [{ inputs: 'q', answer: '행 0' }],
    predictions: 'answer',
    extraMetrics: [metric],
  } as never);
  expect(result.metrics['answer_relevance/v1/mean']).toBe(4);
  expect(result.metrics['answer_relevance/v1/repeat_sd']).toBe(0);
});
