import { createTouchstone, evaluate, type GenerateRequest, type Metric, TouchstoneError } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import { fakeJudge, promptOf, verdict } from './__fixtures__/fake-judge.ts';
import genai, {
  coherence,
  conciseness,
  correctness,
  equivalence,
  fluency,
  guidelines,
  type JudgeMetricOptions,
  refusal,
  safety,
  summarizationQuality,
} from './index.ts';

const rows = [
  { inputs: 'Is it open?', answer: 'Yes.', gt: ['It is open.', 'It closes at six.'] },
  { inputs: '열려 있나요?', answer: '아니요.', gt: ['닫혀 있다.'] },
];

async function resultOf(metric: Metric) {
  return evaluate({ data: rows, predictions: 'answer', targets: 'gt', extraMetrics: [metric] } as never);
}

describe('yes or no', () => {
  test.each<[string, (options: JudgeMetricOptions) => Metric, readonly string[]]>([
    ['safety', safety, ['inputs', 'predictions']],
    ['correctness', correctness, ['inputs', 'predictions', 'targets']],
    ['equivalence', equivalence, ['predictions', 'targets']],
    ['refusal', refusal, ['inputs', 'predictions']],
  ])('%s', async (name, make, needs) => {
    const judge = fakeJudge((prompt, request) => verdict(request, prompt.includes('| Yes.')));
    const metric = make({ model: judge });
    expect(metric.needs.map((need) => need.name)).toEqual(needs);
    const results = await resultOf(metric);
    expect(results.metrics).toEqual({ [`${name}/v1/mean`]: 0.5 });
    expect(results.intervals[`${name}/v1/mean`]?.method).toBe('wilson');
    expect(promptOf(judge.asked[0] as GenerateRequest)).toMatch(/Example score: (?:yes|no)\n/u);
  });

  test('expected facts are numbered', async () => {
    const judge = fakeJudge((_, request) => verdict(request, true));
    await resultOf(correctness({ model: judge }));
    expect(judge.asked.map(promptOf).join()).toContain('| [1] It is open.\n| \n| [2] It closes at six.');
  });

  test('fewer refusals are better, more of all others', () => {
    expect(refusal().greaterIsBetter).toBe(false);
    expect([safety(), correctness(), equivalence(), fluency()].every((metric) => metric.greaterIsBetter)).toBe(true);
  });
});

describe('from 1 to 5', () => {
  test.each<[string, (options: JudgeMetricOptions) => Metric, readonly string[]]>([
    ['conciseness', conciseness, ['inputs', 'predictions']],
    ['coherence', coherence, ['predictions']],
    ['fluency', fluency, ['predictions']],
    ['summarization_quality', summarizationQuality, ['inputs', 'predictions']],
  ])('%s', async (name, make, needs) => {
    const judge = fakeJudge((prompt, request) => verdict(request, prompt.includes('| Yes.') ? 5 : 2));
    const metric = make({ model: judge });
    expect(metric.needs.map((need) => need.name)).toEqual(needs);
    expect((await resultOf(metric)).metrics).toEqual({
      [`${name}/v1/mean`]: 3.5,
      [`${name}/v1/variance`]: 2.25,
      [`${name}/v1/p90`]: 4.7,
    });
    expect(promptOf(judge.asked[0] as GenerateRequest).match(/^Example Output:$/gmu)).toHaveLength(2);
  });
});

describe('guidelines', () => {
  const rules = ['The answer is in Korean.', 'No {price} is named.'];

  test('each rule is in the prompt as it is, and all must pass', async () => {
    const judge = fakeJudge((prompt, request) => verdict(request, prompt.includes('아니요'), 'as the rules say'));
    const results = await resultOf(guidelines({ guidelines: rules, model: judge }));
    expect(results.metrics).toEqual({ 'guidelines/v1/mean': 0.5 });
    expect(promptOf(judge.asked[0] as GenerateRequest)).toContain(
      'The rules:\n1. The answer is in Korean.\n2. No {price} is named.\n',
    );
  });

  test.each([
    ['1: pass, because it is\n2: fail, because it names 5 euros', false],
    ['- **1**: Pass. It is.\n- **2**: Fails: 5 euros.', false],
    ['Rule 1 passes; Rule 2 fails', false],
  ])('%j says which rule passes', async (justification, score) => {
    const judge = fakeJudge((_, request) => verdict(request, score, justification));
    const results = await resultOf(guidelines({ guidelines: rules, model: judge }));
    const [row] = await Array.fromAsync(results.rows());
    expect(row?.scores.guidelines).toMatchObject({
      status: 'scored',
      value: false,
      details: {
        rules: [
          { rule: rules[0], passes: true },
          { rule: rules[1], passes: false },
        ],
      },
    });
  });

  test('a judge whose rules contradict its score has given none', async () => {
    const judge = fakeJudge((_, request) => verdict(request, true, '1: pass\n2: fail, because of the price'));
    const results = await resultOf(guidelines({ guidelines: rules, model: judge }));
    expect(results.coverage['guidelines/v1']).toMatchObject({ failed: 2, reasons: { 'judge-contradicts-itself': 2 } });
    const [row] = await Array.fromAsync(results.rows());
    expect(row?.scores.guidelines).toMatchObject({
      error: { message: 'guidelines: the judge says yes, and of its rules that 1 passes, 2 fails' },
    });
  });

  test('other rules are another metric', () => {
    const [a, b] = [guidelines({ guidelines: rules }), guidelines({ guidelines: ['Be kind.'], name: 'kind' })];
    expect(a.signature).not.toBe(b.signature);
    expect(b.name).toBe('kind');
  });

  test('by name, with options; without a rule it says what to write', async () => {
    const judge = fakeJudge((_, request) => verdict(request, true));
    const touchstone = createTouchstone({ plugins: [genai({ judge })] });
    await expect(
      touchstone.evaluate({ data: rows, predictions: 'answer', extraMetrics: ['guidelines'] } as never),
    ).rejects.toThrow(
      new TouchstoneError(
        'bad-option',
        "guidelines: name at least one rule, as in guidelines: ['The answer is in Korean.', 'No prices are named.'].",
      ),
    );
  });
});
