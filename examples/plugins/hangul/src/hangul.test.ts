import { createTouchstone, evaluate } from '@touchstone/core';
import { metricConformance, pluginConformance } from '@touchstone/testing';
import { describe, expect, test } from 'vitest';
import hangul, { hangulShare, letterAccuracy, politeKorean, speechLevel } from './index.ts';

pluginConformance(hangul, { manifest: new URL('../package.json', import.meta.url) });

metricConformance(hangulShare, {
  examples: [
    { row: { predictions: '네 OK' }, score: 1 / 3 },
    { row: { predictions: '네'.normalize('NFD') }, score: 1 },
    { row: { predictions: '42!' }, score: 'skipped' },
  ],
  aggregates: { 'hangul_share/v1/mean': 2 / 3 },
});

metricConformance(speechLevel, {
  examples: [
    { row: { predictions: '확인해 드리겠습니다.' }, score: 'formal' },
    { row: { predictions: '“지금 가도 되나요?”' }, score: 'polite' },
    { row: { predictions: '몰라' }, score: 'plain' },
    { row: { predictions: '네. Thank you.' }, score: 'skipped' },
  ],
  aggregates: { 'speech_level/v1/formal': 1 / 3 },
});

metricConformance(letterAccuracy, {
  // 값 is ㄱㅏㅄ, 갑 is ㄱㅏㅂ: one error of three. 물 (ㅁㅜㄹ) and 불 (ㅂㅜㄹ) differ in one of three.
  examples: [
    { row: { predictions: '갑', targets: '값' }, score: 2 / 3 },
    { row: { predictions: '불 좀 주세요', targets: '물 좀 주세요' }, score: 1 - 1 / 12 },
    { row: { predictions: 'anything', targets: ' ' }, score: 'skipped' },
  ],
  aggregates: { 'letter_accuracy/v1/corpus': 1 - 2 / 15 },
});

metricConformance(politeKorean, {
  examples: [
    { row: { predictions: '네, 알겠습니다.' }, score: true },
    { row: { predictions: '네, OK입니다.' }, score: false },
    { row: { predictions: '알았어' }, score: false },
  ],
  alongside: [hangulShare(), speechLevel()],
  variants: [{ options: { atLeast: 0.5 }, changesScores: true }],
});

describe('the pack', () => {
  const data = [
    { answer: '네, 알겠습니다.', truth: '네, 알겠습니다' },
    { answer: '응', truth: '네' },
  ];

  test('is asked for by names', async () => {
    const results = await createTouchstone({ plugins: [hangul()] }).evaluate({
      data,
      predictions: 'answer',
      targets: 'truth',
      language: 'ko',
      extraMetrics: ['polite_korean', 'hangul_share', 'speech_level', 'letter_accuracy'],
    });
    expect(results.metrics).toMatchObject({
      'polite_korean/v1/mean': 0.5,
      'speech_level/v1/plain': 0.5,
      'hangul_share/v1/mean': 1,
    });
    expect(results.skippedMetrics).toEqual([]);
  });

  test('leaves what is made for Korean out of English evaluations', async () => {
    const request = { data, predictions: 'answer', language: 'en', extraMetrics: [speechLevel(), hangulShare()] } as const;
    const { metrics, skippedMetrics } = await evaluate(request);
    expect(Object.keys(metrics)).toContain('hangul_share/v1/mean');
    expect(skippedMetrics).toEqual([{ name: 'speech_level', reason: "it is made for Korean, and language is 'en'" }]);
  });

  test('says what a metric over metrics needs beside it', async () => {
    await expect(evaluate({ data, predictions: 'answer', extraMetrics: [politeKorean(), hangulShare()] })).rejects.toThrow(
      "polite_korean reads the scores of 'speech_level', which is not computed here.",
    );
  });
});
