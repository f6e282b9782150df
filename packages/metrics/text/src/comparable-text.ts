import { normalizedText, suggestion, TouchstoneError } from '@touchstone/core';

/** In what two texts may differ and be the same. By default in nothing. */
export interface TextOptions {
  /**
   * The Unicode normal form that both texts are brought to first. `'NFC'` makes composed and decomposed letters equal (`é`, Hangul
   * from a Mac's file names); `'NFKC'` also full-width and half-width letters, ligatures and `①`. Default `'none'`.
   */
  readonly normalization: 'none' | 'NFC' | 'NFD' | 'NFKC' | 'NFKD';
  /** Unicode's full case folding: `STRASSE` is `straße`, and Greek final sigma is sigma. Turkish `ı` counts as `i`. Default `false`. */
  readonly ignoreCase: boolean;
  /** Leaves out all of Unicode's punctuation and the ASCII symbols ``$+<=>^`|~``; `-5` is `5` then. Default `false`. */
  readonly ignorePunctuation: boolean;
  /** Drops white space at both ends, and takes each run of it inside for one space; `a b` is still not `ab`. Default `false`. */
  readonly ignoreWhitespace: boolean;
}

/** Strict: nothing is ignored. */
export const strictText: TextOptions = {
  normalization: 'none',
  ignoreCase: false,
  ignorePunctuation: false,
  ignoreWhitespace: false,
};

/** The text as it is compared: normal form, then case, then punctuation, then white space, which punctuation may have parted. */
export function comparableText(text: string, options: TextOptions): string {
  let comparable = text;
  if (options.normalization !== 'none') comparable = normalizedText(comparable, options.normalization);
  // Lower case first, since U+0130 and U+03F4 have no other way to their partners; upper case last, since it has no final sigma and no ß.
  if (options.ignoreCase) comparable = comparable.toLowerCase().toUpperCase();
  if (options.ignorePunctuation) comparable = comparable.replace(/[\p{P}$+<=>^`|~]/gu, '');
  if (options.ignoreWhitespace) comparable = comparable.replace(/[\s\u0085]+/gu, ' ').trim();
  return comparable;
}

/** @throws TouchstoneError `bad-option` for a value that is none of an option's */
export function checkTextOptions(metric: string, options: TextOptions): void {
  const { normalization } = options;
  if (!FORMS.includes(normalization)) {
    const hint = suggestion(String(normalization), FORMS, { list: 'There are' });
    throw new TouchstoneError('bad-option', `${metric}: there is no normalization '${normalization}'.${hint}`);
  }
  for (const option of ['ignoreCase', 'ignorePunctuation', 'ignoreWhitespace'] as const) {
    if (typeof options[option] !== 'boolean')
      throw new TouchstoneError(
        'bad-option',
        `${metric}: ${option} is ${JSON.stringify(options[option])}, and it must be true or false.`,
      );
  }
}

const FORMS: readonly string[] = ['none', 'NFC', 'NFD', 'NFKC', 'NFKD'];
