import { defineMetric, skipped } from '@touchstone/core';

/** {description} */
export const myThing = defineMetric({
  name: 'my_thing',
  version: 'v1',
  description: 'whether the answer holds its context word for word',
  greaterIsBetter: true,
  // Options that change scores are part of the metric's signature, by themselves.
  options: { ignoreCase: true },
  needs: ['predictions', 'context'],
  from: { module: 'touchstone-my-thing', export: 'myThing', url: import.meta.url },
  scoreRow({ predictions, context }, { options }) {
    // A property of the row: it is skipped on every try. What is thrown is an accident, and tried again.
    if (context.trim() === '') return skipped('there is no context');
    const fold = (text: string): string => (options.ignoreCase ? text.normalize('NFC').toLowerCase() : text.normalize('NFC'));
    return fold(predictions).includes(fold(context));
  },
});
