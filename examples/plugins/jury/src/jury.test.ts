import { createTouchstone, type LanguageModel, ServiceError } from '@touchstone/core';
import { metricConformance, pluginConformance } from '@touchstone/testing';
import { describe, expect, test } from 'vitest';
import jury, { koreanTone } from './index.ts';

pluginConformance(jury, { manifest: new URL('../package.json', import.meta.url) });

const scoring = (scores: Readonly<Record<string, number>>) => (request: unknown) => {
  const asked = JSON.stringify(request);
  const [, score] = Object.entries(scores).find(([answer]) => asked.includes(`| ${answer}`)) ?? ['', 3];
  return { text: JSON.stringify({ justification: '이유', score }) };
};

metricConformance(koreanTone(), {
  examples: [
    { row: { inputs: '언제 와요?', predictions: '몰라.' }, score: 1 },
    { row: { inputs: '언제 와요?', predictions: '내일 도착합니다.' }, score: 4 },
  ],
  aggregates: { 'korean_tone/v1/mean': 2.5 },
  models: { judge: scoring({ '몰라.': 1, '내일 도착합니다.': 4 }) },
});

/** A judge that gives the scores it is told, in order of the answers. */
function judge(id: string, say: (answer: string) => number | Error): LanguageModel {
  return {
    kind: 'language',
    id,
    identity: id,
    scopes: async () => [id],
    async send({ messages }) {
      const answer = /Output:\n<data \w+>\n\| (.*)\n<\/data/u.exec(String(messages[0]?.content))?.[1] ?? '';
      const said = say(answer);
      if (said instanceof Error) throw said;
      return { value: { text: JSON.stringify({ justification: `${id}: ${said}`, score: said }) } };
    },
  };
}

const data = [
  { inputs: '언제 와요?', answer: '몰라.' },
  { inputs: '환불되나요?', answer: '네, 고객님. 내일 환불해 드리겠습니다.' },
];

describe('a jury', () => {
  const panel = [
    judge('a:/strict', (answer) => (answer === '몰라.' ? 1 : 4)),
    judge('b:/mild', (answer) => (answer === '몰라.' ? 2 : 5)),
  ];
  const wild = judge('c:/wild', () => 5);

  test('of three scores the median, with what each says, and how far they agree', async () => {
    const touchstone = createTouchstone({ plugins: [jury({ judges: [...panel, wild] })] });
    const results = await touchstone.evaluate({ data, predictions: 'answer', extraMetrics: ['korean_tone'] as never });
    const scores = await Array.fromAsync(results.rows(), ({ scores }) => scores.korean_tone);
    expect(scores).toMatchObject([
      { status: 'scored', value: 2, details: { judges: [{ judge: 'a:/strict', value: 1 }, { value: 2 }, { value: 5 }] } },
      { status: 'scored', value: 5 },
    ]);
    expect(results.metrics).toMatchObject({ 'korean_tone/v1/mean': 3.5, 'korean_tone/v1/judge_mean/c:/wild': 5 });
    expect(results.metrics).toHaveProperty(['korean_tone/v1/agreement']);
    expect(results.usage.calls).toBe(6);
  });

  test('of two scores the mean', async () => {
    const touchstone = createTouchstone({ plugins: [jury()] });
    const metric = koreanTone({ model: panel, name: 'tone' });
    const results = await touchstone.evaluate({ data, predictions: 'answer', extraMetrics: [metric] });
    expect(results.metrics['tone/v1/mean']).toBe((1.5 + 4.5) / 2);
  });

  test('loses a row, and says nothing of it, where a judge is down', async () => {
    const down = judge('d:/down', (answer) => (answer === '몰라.' ? new ServiceError('bad-request', 'no Korean, please') : 4));
    const results = await createTouchstone().evaluate({
      data,
      predictions: 'answer',
      extraMetrics: [koreanTone({ model: [...panel, down] })],
    });
    expect(results.coverage['korean_tone/v1']).toMatchObject({ scored: 1, failed: 1 });
    expect(results.metrics['korean_tone/v1/mean']).toBe(4);
  });

  test('needs somebody: without a judge it says how to name one, before the first row', async () => {
    const request = { data, predictions: 'answer', extraMetrics: ['korean_tone'] } as const;
    await expect(createTouchstone({ plugins: [jury()] }).evaluate(request as never)).rejects.toThrow(
      'korean_tone needs a judge, and none is set',
    );
    const asked = createTouchstone({ plugins: [jury({ judges: [] })] }).evaluate(request as never);
    await expect(asked).rejects.toThrow('korean_tone: model is an empty list: name at least one judge.');
  });
});
