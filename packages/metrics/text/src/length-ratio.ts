import { defineMetric, skipped, suggestion, TouchstoneError } from '@touchstone/core';
import { countUnits, type TextUnit, unitId } from './text-units.ts';

/** Options of {@link lengthRatio}. */
export interface LengthRatioOptions {
  /** What length counts: code points (`'character'`, default), what a reader sees as characters (`'grapheme'`), or words. */
  readonly unit: TextUnit;
}

/**
 * Length of the prediction / length of the target: 1 is as long, 2 twice as long. From 0, without an upper end.
 * It says longer, not better: both much less and much more than 1 are suspicious. A row whose target has no unit is skipped.
 *
 * @example
 * await lengthRatio({ unit: 'word' }).score({ predictions: 'a b c', targets: 'a b' }); // 1.5
 */
export const lengthRatio = defineMetric({
  name: 'length_ratio',
  version: 'v1',
  description: 'Length of the prediction / length of the target',
  greaterIsBetter: true,
  options: { unit: 'character' } satisfies LengthRatioOptions as LengthRatioOptions,
  needs: ['predictions', 'targets'],
  signature({ unit }) {
    checkUnit(unit);
    return { unit: unitId(unit) };
  },
  from: { module: '@touchstone/metric-text', export: 'lengthRatio', url: import.meta.url },
  scoreRow({ predictions, targets }, { options: { unit } }) {
    const length = countUnits(targets, unit);
    return length === 0 ? skipped(`'targets' has no ${unit}`, 'empty-target') : countUnits(predictions, unit) / length;
  },
});

function checkUnit(unit: string): void {
  const units = ['character', 'grapheme', 'word'];
  if (units.includes(unit)) return;
  throw new TouchstoneError(
    'bad-option',
    `length_ratio: there is no unit '${unit}'.${suggestion(unit, units, { list: 'There are' })}`,
  );
}
