import { readText, type TextShape } from './read-text.ts';
import type { WordFinder } from './word-finder.ts';

/** Counts as textstat 0.7.13 makes them; the name of its function stands behind. */
export interface WordCounts extends TextShape {
  /** `syllable_count` */
  readonly syllables: number;
  /** Words of three syllables and more, `polysyllabcount`. */
  readonly polysyllables: number;
  /** Words of three syllables and more that are not easy; each occurrence counts. */
  readonly complexWords: number;
  /** Words that are not easy; each occurrence counts. */
  readonly unfamiliarWords: number;
  /** Of the first 100 words, those of one or two syllables and those of more. */
  readonly opening: { readonly easyWords: number; readonly hardWords: number };
}

export function countWords(text: string, find: WordFinder): WordCounts {
  let [words, easyWords, hardWords] = [0, 0, 0];
  let [syllables, polysyllables, complexWords, unfamiliarWords] = [0, 0, 0, 0];
  const shape = readText(text, (from, start, end, hash) => {
    const word = find(from, start, end, hash);
    syllables += word.syllables;
    if (word.syllables >= 3) polysyllables++;
    if (words++ < OPENING_WORDS) {
      if (word.syllables >= 3) hardWords++;
      else if (word.syllables > 0) easyWords++;
    }
    if (word.easy) return;
    unfamiliarWords++;
    if (word.syllablesJudged >= 3) complexWords++;
  });
  return { ...shape, syllables, polysyllables, complexWords, unfamiliarWords, opening: { easyWords, hardWords } };
}

/** Sentences down to the end of the hundredth word. */
export function countOpeningSentences(text: string, { words, tokens, sentences }: TextShape): number {
  // textstat joins the tokens before it counts their sentences, so that white space alone is an empty text here, and has none.
  if (tokens === 0) return 0;
  return words <= OPENING_WORDS ? sentences : readText(text, undefined, OPENING_WORDS).sentences;
}

const OPENING_WORDS = 100;

/** Different spellings, as `Wonder` and `wonder`, of words of two syllables and more that are not easy, `difficult_words`. */
export function countDifficultWords(text: string, find: WordFinder): number {
  const spellings = new Set<string>();
  readText(text, (from, start, end, hash) => {
    const { spelling, easy, syllablesJudged } = find(from, start, end, hash);
    if (!easy && syllablesJudged >= 2) spellings.add(spelling);
  });
  return spellings.size;
}
