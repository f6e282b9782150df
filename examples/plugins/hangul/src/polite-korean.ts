import { defineMetric } from '@touchstone/core';

/** Whether an answer is Korean throughout and at least polite: from the scores of two other metrics, which are asked for beside it. */
export const politeKorean = defineMetric({
  name: 'polite_korean',
  version: 'v1',
  description: 'Korean throughout, in formal or polite speech',
  greaterIsBetter: true,
  options: { atLeast: 0.9 },
  needs: ['predictions'],
  languages: ['ko'],
  dependsOn: ['hangul_share', 'speech_level'],
  from: { module: 'touchstone-hangul', export: 'politeKorean', url: import.meta.url },
  scoreRow(_row, { scores, options }) {
    const share = Number(scores.hangul_share.value);
    const level = scores.speech_level.value;
    const polite = level === 'formal' || level === 'polite';
    const justification = `${Math.round(share * 100)} % of the letters are Hangul, and the speech is ${level}`;
    return { value: share >= options.atLeast && polite, justification };
  },
});
