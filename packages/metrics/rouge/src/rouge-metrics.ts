import { defineMetric, type Item, type ScoreResult, type StandardSchemaV1, skipped, TouchstoneError } from '@touchstone/core';
import { type RougeOutcome, rougeN, rougeL as scoreL, rougeLsum as scoreLsum } from './rouge.ts';
import { type TokenizedRow, tokenizeRow } from './tokenized-row.ts';
import { characterTokenizer, googleCannotSee, googleTokenizer, type Tokenizer, wordTokenizer } from './tokenizer.ts';

/** Options of every ROUGE metric. */
export interface RougeOptions {
  /**
   * - `'google'` (default): what Google's `rouge_score` and MLflow use. It sees a–z and 0–9 only.
   * - `'unicode'`: words of any script, by Unicode's rules.
   * - `'characters'`: overlapping pairs of characters, for Korean, Chinese and Japanese.
   * - your own: `{ id, split }`; the id is part of the signature.
   */
  readonly tokenizer: 'google' | 'unicode' | 'characters' | Tokenizer;
  /** Porter-stem words of more than three letters, as `use_stemmer=True` does. Google's tokenizer only. */
  readonly useStemmer: boolean;
}

const defaults: RougeOptions = { tokenizer: 'google', useStemmer: false };

const INVISIBLE = 'invisible-to-google-tokenizer';

/** One text, or several references of which the best counts. */
const texts: StandardSchemaV1<string | readonly string[], string | readonly string[]> = {
  '~standard': {
    version: 1,
    vendor: 'touchstone',
    validate: (value) =>
      isTexts(value) ? { value } : { issues: [{ message: 'it must be a text, or a list of at least one text' }] },
  },
};

/** Share of words in common, 0 to 1 (F-measure). With several references, `targets` is a list, and the best one counts. */
export const rouge1 = define('rouge1', 'Words in common with the reference (F-measure)', unitsOf('words'), (row) =>
  rougeN(row, 1),
);
/** Share of word pairs in common, 0 to 1 (F-measure). A text of one word has none: its rouge2 is 0 even when equal. */
export const rouge2 = define('rouge2', 'Word pairs in common with the reference (F-measure)', unitsOf('pairs'), (row) =>
  rougeN(row, 2),
);
/** Longest common subsequence of words, 0 to 1 (F-measure), lines ignored. */
export const rougeL = define(
  'rougeL',
  'Longest common subsequence of words with the reference (F-measure)',
  'F = 2·P·R / (P + R); P = length of the subsequence / words of the prediction, R = length / words of the reference',
  scoreL,
);
/** Summary-level rougeL, 0 to 1 (F-measure): line by line of the reference. Lines end at `\n` only. */
export const rougeLsum = define(
  'rougeLsum',
  'Line by line longest common subsequences with the reference (F-measure)',
  'as rougeL, with the words of the union of the subsequences of each line of the reference with every line of the prediction',
  scoreLsum,
);

function unitsOf(units: string): string {
  return `F = 2·P·R / (P + R); P = ${units} in common / ${units} of the prediction, R = ${units} in common / ${units} of the reference`;
}

function define<const Name extends string>(
  name: Name,
  description: string,
  formula: string,
  compute: (row: TokenizedRow) => RougeOutcome,
) {
  return defineMetric({
    name,
    version: 'v1',
    description,
    about: {
      formula,
      source: "C.-Y. Lin, 'ROUGE', ACL workshop 2004; values of rouge_score 0.1.2",
      caution:
        'counts words and not meaning: a right answer in other words scores low. The default tokenizer sees a–z and 0–9 only' +
        (name === 'rouge2' ? '; a text of one word scores 0 even when it is equal' : ''),
    },
    greaterIsBetter: true,
    range: [0, 1],
    options: defaults,
    needs: { predictions: 'text', targets: texts },
    forLanguage: (language) => ({ tokenizer: tokenizerFor(language) }),
    flagWarnings: {
      [INVISIBLE]: `have text that Google's tokenizer cannot see, because it keeps only a–z and 0–9, so their scores say nothing: choose ${name}({ tokenizer: 'unicode' }) or 'characters'.`,
    },
    signature: (options) => ({ tokenizer: tokenizerOf(options).id.replace('+porter-nltk', ''), stem: options.useStemmer }),
    from: { module: '@touchstone/metric-rouge', export: name, url: import.meta.url },
    scoreRow({ predictions, targets }, { options, prediction }): ScoreResult {
      const references = typeof targets === 'string' ? [targets] : targets;
      const tokenizer = tokenizerOf(options);
      const outcome = compute(tokenizedOnce(prediction, predictions, references, tokenizer));
      if (outcome.status === 'too-long') {
        return skipped(
          `the texts are too long for ${name}: ${outcome.amount.toLocaleString('en')} ${outcome.unit}, and ${outcome.limit.toLocaleString('en')} is the most`,
          'too-long',
        );
      }
      const { precision, recall, fmeasure } = outcome;
      const invisible = options.tokenizer === 'google' && [predictions, ...references].some(googleCannotSee);
      return { value: fmeasure, details: { precision, recall }, ...(invisible ? { flags: [INVISIBLE] } : {}) };
    },
  });
}

/** Languages whose words are not divided by blanks, or change their ends so much that overlapping characters say more. */
const BY_CHARACTERS = new Set(['ko', 'ja', 'zh', 'yue', 'th', 'lo', 'km', 'my']);

function tokenizerFor(language: string): 'google' | 'unicode' | 'characters' {
  if (language === 'en') return 'google';
  return BY_CHARACTERS.has(language) ? 'characters' : 'unicode';
}

const made = new Map<string, Tokenizer>();

function tokenizerOf({ tokenizer, useStemmer }: RougeOptions): Tokenizer {
  if (typeof tokenizer !== 'string' && (typeof tokenizer?.split !== 'function' || typeof tokenizer.id !== 'string')) {
    throw new TouchstoneError(
      'bad-option',
      "ROUGE's tokenizer must be 'google', 'unicode', 'characters' or an object { id, split }.",
    );
  }
  if (useStemmer && tokenizer !== 'google')
    throw new TouchstoneError(
      'bad-option',
      "useStemmer goes with Google's tokenizer only: leave out tokenizer, or leave out useStemmer.",
    );
  if (typeof tokenizer !== 'string') return tokenizer;
  const key = `${tokenizer} ${useStemmer}`;
  let one = made.get(key);
  if (one === undefined) {
    one = makeTokenizer(tokenizer, useStemmer);
    made.set(key, one);
  }
  return one;
}

function makeTokenizer(name: 'google' | 'unicode' | 'characters', useStemmer: boolean): Tokenizer {
  switch (name) {
    case 'google':
      return googleTokenizer({ useStemmer });
    case 'unicode':
      return wordTokenizer();
    case 'characters':
      return characterTokenizer();
    default:
      throw new TouchstoneError(
        'bad-option',
        `There is no ROUGE tokenizer '${String(name)}': choose 'google', 'unicode', 'characters' or an object { id, split }.`,
      );
  }
}

interface Tokenized {
  readonly prediction: string;
  readonly references: readonly string[];
  readonly tokenizer: Tokenizer;
  readonly row: TokenizedRow;
}

/** The ROUGE metrics of one row share its tokens, as long as they read the same texts. */
const tokenized = new WeakMap<Item['prediction'], Tokenized>();

function tokenizedOnce(
  row: Item['prediction'],
  prediction: string,
  references: readonly string[],
  tokenizer: Tokenizer,
): TokenizedRow {
  const known = tokenized.get(row);
  if (
    known !== undefined &&
    known.tokenizer === tokenizer &&
    known.prediction === prediction &&
    sameTexts(known.references, references)
  )
    return known.row;
  const made = tokenizeRow(prediction, references, tokenizer);
  tokenized.set(row, { prediction, references, tokenizer, row: made });
  return made;
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}

function isTexts(value: unknown): value is string | readonly string[] {
  return (
    typeof value === 'string' || (Array.isArray(value) && value.length > 0 && value.every((text) => typeof text === 'string'))
  );
}
