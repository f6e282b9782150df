import { defineMetric, skipped } from '@touchstone/core';
import { editDistance, jamo } from './jamo.ts';

/** Longer texts would take minutes: the time grows with the product of both lengths. */
const MOST_LETTERS = 20_000;

/**
 * How much of the reference is there, letter by letter, as for transcripts: 1 − errors / letters of the reference, at least 0. 갑 for 값 is
 * one error of three, where a comparison of syllables would find nothing right. `corpus` is of all letters together.
 */
export const letterAccuracy = defineMetric({
  name: 'letter_accuracy',
  version: 'v1',
  description: 'Letters (jamo) of the reference that are right',
  about: {
    formula: '1 − edit distance / letters of the reference, not below 0; corpus: of the sums over all rows',
    source: 'character error rate, over jamo',
    caution: 'Word order and spacing do not count. For transcripts and spelling, not for free answers.',
  },
  greaterIsBetter: true,
  range: [0, 1],
  needs: ['predictions', 'targets'],
  from: { module: 'touchstone-hangul', export: 'letterAccuracy', url: import.meta.url },
  statistics({ predictions, targets }) {
    const [said, wanted] = [jamo(predictions), jamo(targets)];
    if (wanted.length === 0) return skipped('the reference is empty');
    if (Math.max(said.length, wanted.length) > MOST_LETTERS) return skipped(`longer than ${MOST_LETTERS} letters`);
    const errors = editDistance(said, wanted);
    return { value: Math.max(0, 1 - errors / wanted.length), statistics: [errors, wanted.length], details: { errors } };
  },
  combine: ([errors = 0, letters = 0]) => ({ corpus: Math.max(0, 1 - errors / letters) }),
});
