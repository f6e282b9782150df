import { defineMetric, type ScoreResult, skipped, TouchstoneError } from '@touchstone/core';
import { checkTextOptions, comparableText, strictText, type TextOptions } from './comparable-text.ts';
import { equalJson } from './equal-json.ts';
import { checkJsonTextOptions, type JsonTextOptions, readJsonCell } from './json-text.ts';
import { changedOptions } from './option-signature.ts';

/** Options of {@link jsonEquality}. */
export interface JsonEqualityOptions extends TextOptions, JsonTextOptions {
  /** Numbers that differ by at most this are equal. Default 0. */
  readonly numberTolerance: number;
}

const defaults: JsonEqualityOptions = { ...strictText, allowCodeFence: false, numberTolerance: 0 };

/**
 * Whether prediction and target are the same JSON value: numbers as numbers (`1.0` is `1`), members of objects in any order, lists in order.
 * Text is read as JSON; any other cell is the value itself. A prediction that is no JSON is not equal; a row whose target is no JSON is skipped.
 * The options for texts hold for the texts inside of the values, and not for keys.
 *
 * Numbers are doubles, as JavaScript reads them: whole numbers beyond 2⁵³ that differ in their last digits only are equal.
 *
 * @example
 * await jsonEquality().score({ predictions: '{"b": 1.0, "a": [2]}', targets: { a: [2], b: 1 } }); // true
 */
export const jsonEquality = defineMetric({
  name: 'json_equality',
  version: 'v1',
  description: 'Share of predictions that are the same JSON value as the target',
  greaterIsBetter: true,
  range: [0, 1],
  options: defaults,
  needs: { predictions: 'any', targets: 'any' },
  signature(options) {
    checkOptions(options);
    return changedOptions(options, defaults);
  },
  from: { module: '@touchstone/metric-text', export: 'jsonEquality', url: import.meta.url },
  scoreRow({ predictions, targets }, { options }): ScoreResult {
    const target = readJsonCell(targets, { allowCodeFence: false });
    if ('fault' in target) return skipped(`the target is no JSON, ${target.fault}`, 'bad-target');
    const prediction = readJsonCell(predictions, options);
    if ('fault' in prediction) return { value: false, justification: `the prediction is no JSON, ${prediction.fault}` };
    return equalJson(prediction.value, target.value, {
      text: (a, b) => comparableText(a, options) === comparableText(b, options),
      number: (a, b) => Math.abs(a - b) <= options.numberTolerance,
    });
  },
});

function checkOptions(options: JsonEqualityOptions): void {
  checkTextOptions('json_equality', options);
  checkJsonTextOptions('json_equality', options);
  const { numberTolerance } = options;
  if (typeof numberTolerance === 'number' && numberTolerance >= 0 && Number.isFinite(numberTolerance)) return;
  const given = typeof numberTolerance === 'number' ? String(numberTolerance) : JSON.stringify(numberTolerance);
  throw new TouchstoneError('bad-option', `json_equality: numberTolerance is ${given}, and it must be a number of at least 0.`);
}
