import { defineMetric, type ScoreResult, type StandardSchemaV1, skipped, TouchstoneError } from '@touchstone/core';
import { checkTextOptions, comparableText, strictText, type TextOptions } from './comparable-text.ts';
import { includesText } from './includes-text.ts';
import { optionOrTarget } from './option-or-target.ts';
import { changedOptions } from './option-signature.ts';

/** Options of {@link contains}. */
export interface ContainsOptions extends TextOptions {
  /** One text or several that are looked for in every prediction. Left out: each row's target, a text or a list of texts. */
  readonly needles?: string | readonly string[] | undefined;
  /** Whether `'all'` needles must be there (default), or one is enough (`'any'`). */
  readonly mode: 'all' | 'any';
}

const defaults: ContainsOptions = { ...strictText, needles: undefined, mode: 'all' };

/** One needle or several. */
const needlesOfRow: StandardSchemaV1<string | readonly string[], string | readonly string[]> = {
  '~standard': {
    version: 1,
    vendor: 'touchstone',
    validate: (value) =>
      isTexts(value) ? { value } : { issues: [{ message: 'it must be a text, or a list of at least one text' }] },
  },
};

const head = {
  name: 'contains',
  version: 'v1',
  description: 'Share of predictions that contain a text, or all or any of several',
  greaterIsBetter: true,
  range: [0, 1],
  options: defaults,
  signature(options: ContainsOptions) {
    checkOptions(options);
    return changedOptions(options, defaults);
  },
  from: { module: '@touchstone/metric-text', export: 'contains', url: import.meta.url },
} as const;

const ofOption = defineMetric({
  ...head,
  needs: ['predictions'],
  scoreRow: ({ predictions }, { options }) => find(predictions, options.needles ?? [], options),
});

const ofTarget = defineMetric({
  ...head,
  needs: { predictions: 'text', targets: needlesOfRow },
  scoreRow: ({ predictions, targets }, { options }) => find(predictions, targets, options),
});

/**
 * Whether the prediction contains a text, or all or any of several. Letters are compared, not words: `cat` is in `concatenate`.
 * What is looked for is the option `needles`, or the target of each row. The details of a score have the needles that are missing.
 *
 * @throws TouchstoneError `bad-option` when a needle is no text, or is found in every text because it is empty
 * @example
 * contains({ needles: ['refund', 'return'], mode: 'any', ignoreCase: true });
 */
export const contains = optionOrTarget('needles', ofOption, ofTarget);

function find(prediction: string, needles: string | readonly string[], options: ContainsOptions): ScoreResult {
  const text = comparableText(prediction, options);
  const wanted = listOf(needles).map((needle) => ({ needle, comparable: comparableText(needle, options) }));
  if (wanted.some(({ comparable }) => comparable === ''))
    return skipped('the target has an empty text, which every text contains');
  const missing = wanted.filter(({ comparable }) => !includesText(text, comparable)).map(({ needle }) => needle);
  const value = options.mode === 'all' ? missing.length === 0 : missing.length < wanted.length;
  return missing.length === 0 ? value : { value, details: { missing } };
}

function checkOptions(options: ContainsOptions): void {
  checkTextOptions('contains', options);
  const { needles, mode } = options;
  if (mode !== 'all' && mode !== 'any')
    throw new TouchstoneError('bad-option', `contains: mode is ${JSON.stringify(mode)}, and it must be 'all' or 'any'.`);
  if (needles === undefined) return;
  if (!isTexts(needles))
    throw new TouchstoneError(
      'bad-option',
      `contains: needles is ${JSON.stringify(needles)}, and it must be a text, or a list of at least one text.`,
    );
  const empty = listOf(needles).find((needle) => comparableText(needle, options) === '');
  if (empty !== undefined)
    throw new TouchstoneError(
      'bad-option',
      empty === ''
        ? 'contains: a needle is an empty text, which every text contains.'
        : `contains: the needle ${JSON.stringify(empty)} is empty once its options ignore what they ignore, and every text contains that.`,
    );
}

function listOf(texts: string | readonly string[]): readonly string[] {
  return typeof texts === 'string' ? [texts] : texts;
}

function isTexts(value: unknown): value is string | readonly string[] {
  return (
    typeof value === 'string' || (Array.isArray(value) && value.length > 0 && value.every((text) => typeof text === 'string'))
  );
}
