import { defineMetric, skipped } from '@touchstone/core';

const LETTERS = /\p{L}/gu;
const HANGUL = /\p{Script=Hangul}/gu;

/** How much of a text is written in Hangul: letters of all letters, from 0 to 1. A text without letters is skipped. */
export const hangulShare = defineMetric({
  name: 'hangul_share',
  version: 'v1',
  description: 'Letters of Hangul of all letters',
  greaterIsBetter: true,
  range: [0, 1],
  needs: ['predictions'],
  from: { module: 'touchstone-hangul', export: 'hangulShare', url: import.meta.url },
  scoreRow({ predictions }) {
    // Letters that are typed as jamo are put together first, or they would count three times.
    const text = predictions.normalize('NFC');
    const letters = text.match(LETTERS)?.length ?? 0;
    return letters === 0 ? skipped('no letters') : (text.match(HANGUL)?.length ?? 0) / letters;
  },
});
