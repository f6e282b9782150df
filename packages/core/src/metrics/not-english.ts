import { type Skipped, skipped } from '../contracts/index.ts';

/**
 * For metrics that are made for English: why they do not apply to a text, or `undefined` when they do.
 * A text counts as not English only when more than half of its letters are outside the Latin script (architecture §4): scripts
 * are certain, where detectors of languages are wrong about every other short answer. A text without letters is let through.
 *
 * @example
 * scoreRow: ({ predictions }, { options }) => (options.anyLanguage ? undefined : notEnglish(predictions)) ?? grade(predictions)
 */
export function notEnglish(text: string): Skipped | undefined {
  if (!NOT_ASCII.test(text)) return undefined;
  const letters = text.match(LETTERS)?.length ?? 0;
  const latin = text.match(LATIN_LETTERS)?.length ?? 0;
  if (letters - latin <= letters / 2) return undefined;
  return skipped('more than half of its letters are outside the Latin script, and the metric is made for English', 'not-english');
}

const NOT_ASCII = /[^\p{ASCII}]/u;
const LETTERS = /\p{L}/gu;
const LATIN_LETTERS = /(?=\p{L})\p{Script=Latin}/gu;
