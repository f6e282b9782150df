import { unescapeEntities } from './bleu-tokenizers.ts';
import { spanTexts, type TextSpans, wordSpans } from './text-spans.ts';

export interface TerTokenOptions {
  /** Splits western punctuation and the possessive `'s`, and joins lines that begin with `-`. */
  readonly normalized: boolean;
  /** Leaves out `.,?:;!"()`. */
  readonly noPunct: boolean;
  /** Chinese and Japanese too: with `normalized` each ideograph is a token, with `noPunct` their punctuation is left out. */
  readonly asianSupport: boolean;
  readonly caseSensitive: boolean;
}

/** Words as Tercom's normaliser makes them, in the form that sacrebleu 2.6.0 gave it. Without options: lower case, split at white space. */
export function terTokens(text: string, options: TerTokenOptions): TextSpans {
  let line = options.caseSensitive ? text : text.toLowerCase();
  if (options.normalized) {
    line = normalize(line);
    if (options.asianSupport) line = line.replace(ASIAN, ' $& ');
  }
  if (options.noPunct) {
    line = line.replace(/[.,?:;!"()]/g, '');
    if (options.asianSupport) line = line.replace(ASIAN_PUNCTUATION, '');
  }
  return wordSpans(line);
}

/**
 * The words of a reference. sacrebleu normalises references twice, which tells where once is not enough: `&amp;lt;` becomes `&lt;` and
 * then `<`, but in a prediction stays `&lt;`.
 */
export function terReferenceTokens(text: string, options: TerTokenOptions): TextSpans {
  const once = terTokens(text, options);
  return options.normalized ? terTokens(spanTexts(once).join(' '), options) : once;
}

/** The substitutions consume what they match, so their order is part of the definition. */
function normalize(text: string): string {
  const line = unescapeEntities(text.replaceAll('\n-', '').replaceAll('\n', ' '));
  return ` ${line} `
    .replace(/[!-&(-+/:-@[-`{-~]/g, ' $& ')
    .replaceAll("'s ", " 's ")
    .replace(/([^0-9])([.,])/g, '$1 $2 ')
    .replace(/([.,])([^0-9])/g, ' $1 $2')
    .replace(/([0-9])-/g, '$1 - ');
}

const ASIAN_PUNCTUATION =
  /[\u3001\u3002\u3008-\u3011\u3014-\u301f\u30fb\uff01\uff02\uff08\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\uff61-\uff65]/g;

/**
 * Characters that stand alone: ideographs, strokes, radicals, compatibility forms, and all from U+3200 to U+3F22 (sacrebleu's range
 * says so; enclosed letters, to U+32FF, are meant). Its rules for runs of kana hold at the beginning of the text only, where a space
 * stands by then, so they never do anything.
 */
const ASIAN = new RegExp(
  `[\\u2e80-\\u2eff\\u31c0-\\u31ef\\u3200-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\ufe30-\\ufe4f${ASIAN_PUNCTUATION.source.slice(1, -1)}]`,
  'g',
);
