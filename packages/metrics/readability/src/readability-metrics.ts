import {
  defineMetric,
  type Item,
  type MetricAbout,
  notEnglish,
  type ScoreResult,
  type Skipped,
  TouchstoneError,
} from '@touchstone/core';
import { type English, loadEnglish, loadedEnglish } from './english.ts';
import * as formulas from './formulas.ts';
import { readText, type TextShape } from './read-text.ts';
import { countDifficultWords, countOpeningSentences, countWords, type WordCounts } from './word-counts.ts';

/** Options of every readability metric. */
export interface ReadabilityOptions {
  /**
   * Score every text. By default a text with more than half of its letters outside the Latin script is skipped (`not-english`):
   * the formulas and the word lists are made for English.
   */
  readonly anyLanguage: boolean;
}

const defaults: ReadabilityOptions = { anyLanguage: false };

/** Years of school in the United States that the text asks for, by words a sentence and syllables a word. Mostly 0 to 18; open on both sides. */
export const fleschKincaidGradeLevel = defineByWords({
  name: 'flesch_kincaid_grade_level',
  export: 'fleschKincaidGradeLevel',
  description: 'School grade by words a sentence and syllables a word (Flesch-Kincaid)',
  about: about('0.39 · words / sentences + 11.8 · syllables / words − 15.59', 'Kincaid and others, 1975'),
  greaterIsBetter: false,
  formula: formulas.fleschKincaidGrade,
  counts(text, english) {
    const { words, sentences, syllables } = text.words(english);
    return { words, sentences, syllables };
  },
});

/** Automated readability index: a grade by words a sentence and characters a word. Mostly 0 to 18; open on both sides. Needs no dictionary. */
export const ariGradeLevel = defineByShape({
  name: 'ari_grade_level',
  export: 'ariGradeLevel',
  description: 'School grade by words a sentence and characters a word (automated readability index)',
  about: about(
    '4.71 · characters / tokens + 0.5 · words / sentences − 21.43; tokens are words and punctuation that stands alone',
    'Smith and Senter, 1967',
  ),
  greaterIsBetter: false,
  formula: formulas.automatedReadabilityIndex,
  counts(text) {
    const { characters, tokens, words, sentences } = text.shape();
    return { characters, tokens, words, sentences };
  },
});

/** Flesch reading ease, mostly 0 (very hard) to 100 (very easy); open on both sides. */
export const fleschReadingEase = defineByWords({
  name: 'flesch_reading_ease',
  export: 'fleschReadingEase',
  description: 'Ease of reading, mostly 0 to 100, by words a sentence and syllables a word (Flesch)',
  about: about('206.835 − 1.015 · words / sentences − 84.6 · syllables / words', 'Flesch, 1948'),
  greaterIsBetter: true,
  formula: formulas.fleschReadingEase,
  counts(text, english) {
    const { words, sentences, syllables } = text.words(english);
    return { words, sentences, syllables };
  },
});

/** Gunning's fog index: a grade by words a sentence and the share of complex words. 0 and up. */
export const gunningFog = defineByWords({
  name: 'gunning_fog',
  export: 'gunningFog',
  description: 'School grade by words a sentence and the share of complex words (Gunning)',
  about: about(
    '0.4 · (words / sentences + 100 · complex words / words); complex: three syllables and more, and not on a list of easy words',
    'Gunning, 1952',
  ),
  greaterIsBetter: false,
  formula: formulas.gunningFog,
  counts(text, english) {
    const { words, sentences, complexWords } = text.words(english);
    return { words, sentences, complexWords };
  },
});

/** SMOG: a grade by words of three syllables and more in a sentence. 3.1291 and up, and 0 for the empty text; made for texts of 30 sentences. */
export const smogIndex = defineByWords({
  name: 'smog_index',
  export: 'smogIndex',
  description: 'School grade by words of three and more syllables a sentence (SMOG)',
  about: about(
    '1.043 · √(30 · polysyllables / sentences) + 3.1291; polysyllables: words of three syllables and more',
    'McLaughlin, 1969',
    'made for texts of 30 sentences',
  ),
  greaterIsBetter: false,
  formula: formulas.smogIndex,
  counts(text, english) {
    const { sentences, polysyllables } = text.words(english);
    return { sentences, polysyllables };
  },
});

/** Coleman-Liau index: a grade by letters and sentences in 100 words. Open on both sides. Needs no dictionary. */
export const colemanLiauIndex = defineByShape({
  name: 'coleman_liau_index',
  export: 'colemanLiauIndex',
  description: 'School grade by letters a word and words a sentence (Coleman-Liau)',
  about: about('5.8 · letters / words − 29.6 · sentences / words − 15.8', 'Coleman and Liau, 1975'),
  greaterIsBetter: false,
  formula: formulas.colemanLiauIndex,
  counts(text) {
    const { letters, words, sentences } = text.shape();
    return { letters, words, sentences };
  },
});

/** Dale-Chall score: by words a sentence and the share of words that are not on the list of easy ones. 0 and up; below 5 is easy, above 9 hard. */
export const daleChallReadabilityScore = defineByWords({
  name: 'dale_chall_readability_score',
  export: 'daleChallReadabilityScore',
  description: 'Difficulty by words a sentence and the share of words beyond a list of easy ones (Dale-Chall)',
  about: about(
    '0.1579 · p + 0.0496 · words / sentences, and 3.6365 more when p > 5; p = percent of the words that are not on a list of 2,941 easy ones',
    'Dale and Chall, 1948',
  ),
  greaterIsBetter: false,
  formula: formulas.daleChallScore,
  counts(text, english) {
    const { words, sentences, unfamiliarWords } = text.words(english);
    return { words, sentences, unfamiliarWords, difficultWords: countDifficultWords(text.text, english.find) };
  },
});

/** Linsear Write: a grade by easy and hard words a sentence in the first 100 words. −1 and up. */
export const linsearWriteFormula = defineByWords({
  name: 'linsear_write_formula',
  export: 'linsearWriteFormula',
  description: 'School grade by easy and hard words a sentence in the first 100 words (Linsear Write)',
  about: about(
    'p / 2, and 1 less up to p = 20; p = (words of up to two syllables + 3 · words of more) / sentences, in the first 100 words',
    "O'Hayre, 1966",
  ),
  greaterIsBetter: false,
  formula: formulas.linsearWrite,
  counts(text, english) {
    const counts = text.words(english);
    return { ...counts.opening, sentences: countOpeningSentences(text.text, counts) };
  },
});

function about(formula: string, source: string, moreCaution?: string): MetricAbout {
  const caution =
    'sees lengths and not sense. Made for English prose of some hundred words: code, lists and short answers get numbers that mean little';
  return {
    formula,
    source: `${source}; values of textstat 0.7.13`,
    caution: moreCaution === undefined ? caution : `${caution}; ${moreCaution}`,
  };
}

interface Readability<Name extends string, Counts> {
  readonly name: Name;
  /** The name under which this module exports it. */
  readonly export: string;
  readonly description: string;
  readonly about: MetricAbout;
  readonly greaterIsBetter: boolean;
  readonly formula: (counts: Counts) => number;
}

type Numbers = Readonly<Record<string, number>>;

/** For what needs no dictionary. `counts` gives the details of the score, of which the formula makes its value. */
function defineByShape<const Name extends string, Counts extends Numbers>(
  metric: Readability<Name, Counts> & { readonly counts: (text: KnownText) => Counts },
) {
  return define(metric, (text, score) => score(metric.counts(text)));
}

/** Rows wait for the dictionaries once; from then on they are scored at once, without a promise. */
function defineByWords<const Name extends string, Counts extends Numbers>(
  metric: Readability<Name, Counts> & { readonly counts: (text: KnownText, english: English) => Counts },
) {
  return define(metric, (text, score) => {
    const english = loadedEnglish();
    if (english !== undefined) return score(metric.counts(text, english));
    return loadEnglish().then((loaded) => score(metric.counts(text, loaded)));
  });
}

function define<const Name extends string, Counts extends Numbers>(
  { name, formula, ...metric }: Readability<Name, Counts>,
  read: (text: KnownText, score: (counts: Counts) => ScoreResult) => ScoreResult | Promise<ScoreResult>,
) {
  const score = (counts: Counts): ScoreResult => ({ value: formula(counts), details: counts });
  return defineMetric({
    name,
    version: 'v1',
    description: metric.description,
    about: metric.about,
    greaterIsBetter: metric.greaterIsBetter,
    options: defaults,
    needs: ['predictions'],
    signature({ anyLanguage }) {
      // Options of the command line and of files were not checked by a compiler.
      if (typeof anyLanguage !== 'boolean')
        throw new TouchstoneError(
          'bad-option',
          `${name}'s anyLanguage must be true or false, not ${JSON.stringify(anyLanguage)}.`,
        );
      return { rules: 'textstat/0.7.13', anyLanguage };
    },
    languages: ({ anyLanguage }) => (anyLanguage ? undefined : ['en']),
    from: { module: '@touchstone/metric-readability', export: metric.export, url: import.meta.url },
    scoreRow({ predictions }, { options, prediction }) {
      const text = knownText(prediction, predictions);
      const skip = options.anyLanguage ? undefined : text.notEnglish();
      return skip ?? read(text, score);
    },
  });
}

/** What is known of a text, found out when it is first asked for. */
interface KnownText {
  readonly text: string;
  notEnglish(): Skipped | undefined;
  shape(): TextShape;
  words(english: English): WordCounts;
}

/** The readability metrics of one row share it, as long as they read the same text. */
const known = new WeakMap<Item['prediction'], KnownText>();

function knownText(row: Item['prediction'], text: string): KnownText {
  const before = known.get(row);
  if (before?.text === text) return before;
  const made = study(text);
  known.set(row, made);
  return made;
}

function study(text: string): KnownText {
  let language: { readonly skip: Skipped | undefined } | undefined;
  let shape: TextShape | undefined;
  let words: WordCounts | undefined;
  return {
    text,
    notEnglish() {
      language ??= { skip: notEnglish(text) };
      return language.skip;
    },
    shape() {
      shape ??= words ?? readText(text);
      return shape;
    },
    words(english) {
      words ??= countWords(text, english.find);
      return words;
    },
  };
}
