import { defineMetric, type Skipped, skipped, TouchstoneError } from '@touchstone/core';
import { checkTextOptions, comparableText, strictText, type TextOptions } from './comparable-text.ts';
import { editDistance } from './edit-distance.ts';
import { changedOptions } from './option-signature.ts';
import { unitId, unitsOf } from './text-units.ts';

/** Options of {@link levenshteinDistance} and {@link levenshteinSimilarity}. */
export interface LevenshteinOptions extends TextOptions {
  /** What one edit changes: a code point (`'character'`, default), or what a reader sees as one character (`'grapheme'`). */
  readonly unit: 'character' | 'grapheme';
}

const defaults: LevenshteinOptions = { ...strictText, unit: 'character' };

/**
 * Fewest insertions, deletions and substitutions that make the target of the prediction, from 0.
 *
 * Texts are compared as they are: a Hangul syllable in one code point and the same in three are 3 apart, unless `normalization: 'NFC'`.
 * Rows that would take more than 2³⁰ steps are skipped as `too-long` (README).
 *
 * @example
 * await levenshteinDistance().score({ predictions: 'kitten', targets: 'sitting' }); // 3
 */
export const levenshteinDistance = define(
  'levenshtein_distance',
  'levenshteinDistance',
  { description: 'Insertions, deletions and substitutions between prediction and target', greaterIsBetter: false },
  ({ distance }) => distance,
);

/**
 * 1 − distance / length of the longer text, from 0 to 1; two empty texts are 1.
 *
 * @example
 * await levenshteinSimilarity({ ignoreCase: true }).score({ predictions: 'Seoul', targets: 'seoul' }); // 1
 */
export const levenshteinSimilarity = define(
  'levenshtein_similarity',
  'levenshteinSimilarity',
  {
    description: 'Levenshtein distance between prediction and target as a similarity: 1 − distance / longer length',
    greaterIsBetter: true,
    range: [0, 1],
  },
  ({ distance, longer }) => (longer === 0 ? 1 : 1 - distance / longer),
);

interface Measured {
  readonly distance: number;
  /** Units of the longer text. */
  readonly longer: number;
}

function define<const Name extends string>(
  name: Name,
  exported: string,
  head: { readonly description: string; readonly greaterIsBetter: boolean; readonly range?: readonly [number, number] },
  value: (measured: Measured) => number,
) {
  return defineMetric({
    name,
    version: 'v1',
    ...head,
    options: defaults,
    needs: ['predictions', 'targets'],
    signature(options) {
      checkTextOptions(name, options);
      checkUnit(name, options.unit);
      return { unit: unitId(options.unit), ...changedOptions({ ...options, unit: undefined }, { ...defaults, unit: undefined }) };
    },
    from: { module: '@touchstone/metric-text', export: exported, url: import.meta.url },
    scoreRow({ predictions, targets }, { options }) {
      const measured = measure(comparableText(predictions, options), comparableText(targets, options), options.unit);
      return 'status' in measured ? measured : value(measured);
    },
  });
}

function measure(prediction: string, target: string, unit: LevenshteinOptions['unit']): Measured | Skipped {
  const characters = prediction.length + target.length;
  if (characters > MOST_CHARACTERS) {
    const most = MOST_CHARACTERS.toLocaleString('en');
    return skipped(`the texts have ${characters.toLocaleString('en')} characters together, and ${most} is the most`, 'too-long');
  }
  const numbers = new Map<string, number>();
  const [a, b] = [numbered(prediction, unit, numbers), numbered(target, unit, numbers)];
  const distance = editDistance(a, b, numbers.size);
  if (distance === 'too-long') return skipped('the texts are too long and too different to be compared in 2³⁰ steps', 'too-long');
  return { distance, longer: Math.max(a.length, b.length) };
}

const MOST_CHARACTERS = 10_000_000;

function numbered(text: string, unit: LevenshteinOptions['unit'], numbers: Map<string, number>): Int32Array {
  const symbols: number[] = [];
  for (const symbol of unitsOf(text, unit)) {
    let number = numbers.get(symbol);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(symbol, number);
    }
    symbols.push(number);
  }
  return Int32Array.from(symbols);
}

function checkUnit(metric: string, unit: string): void {
  if (unit !== 'character' && unit !== 'grapheme')
    throw new TouchstoneError('bad-option', `${metric}: unit is '${unit}', and it must be 'character' or 'grapheme'.`);
}
