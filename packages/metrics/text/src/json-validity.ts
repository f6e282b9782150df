import { defineMetric } from '@touchstone/core';
import { checkJsonTextOptions, type JsonTextOptions, readJson } from './json-text.ts';
import { changedOptions } from './option-signature.ts';

const defaults: JsonTextOptions = { allowCodeFence: false };

/**
 * Whether the prediction is JSON (RFC 8259) and nothing else. The justification of a no says where it stops being JSON and what was expected.
 *
 * @example
 * await jsonValidity().score({ predictions: '{"a": 1,}' }); // false, 'character 9: expected a name in double quotes, found '}''
 */
export const jsonValidity = defineMetric({
  name: 'json_validity',
  version: 'v1',
  description: 'Share of predictions that are JSON',
  greaterIsBetter: true,
  range: [0, 1],
  options: defaults,
  needs: ['predictions'],
  signature(options) {
    checkJsonTextOptions('json_validity', options);
    return changedOptions(options, defaults);
  },
  from: { module: '@touchstone/metric-text', export: 'jsonValidity', url: import.meta.url },
  scoreRow({ predictions }, { options }) {
    const read = readJson(predictions, options);
    return 'fault' in read ? { value: false, justification: read.fault } : true;
  },
});
