import { defineMetric } from '@touchstone/core';

const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/\b(lawyer|court|police)\b|변호사|고소|경찰/iu, 'speaks of the law'],
  [/\b(i do not know|i don't know|cannot help)\b|모르겠|도와드릴 수 없/iu, 'gives up'],
];

/** Whether an answer needs a person's eye, and why. */
export const needsPerson = defineMetric({
  name: 'needs_person',
  version: 'v1',
  description: 'Answers that speak of the law, or give up',
  greaterIsBetter: false,
  needs: ['predictions'],
  from: { module: 'touchstone-rota', export: 'needsPerson', url: import.meta.url },
  scoreRow({ predictions }) {
    const found = SIGNS.filter(([sign]) => sign.test(predictions)).map(([, reason]) => reason);
    return { value: found.length > 0, ...(found.length === 0 ? {} : { justification: found.join(', ') }) };
  },
});
