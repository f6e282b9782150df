/** What is known of a word. */
export interface Word {
  /** As it stands in the text, without its punctuation. */
  readonly spelling: string;
  readonly syllables: number;
  /** It is on the list of easy words. */
  readonly easy: boolean;
  /** Syllables by which its difficulty is judged; other than `syllables` where lower-casing makes a combining mark (`İ`). */
  readonly syllablesJudged: number;
}

/** The word that stands in a text from `start` to before `end`; equal words have equal hashes. */
export type WordFinder = (text: string, start: number, end: number, hash: number) => Word;

/**
 * Remembers words by their hash, a later one in the place of an earlier one: few different words make up most of a dataset, and
 * here they are found without cutting them out of the text. Takes at most some megabytes, whatever the texts are.
 *
 * @param know what there is to know of a spelling; asked for each word that is not remembered
 */
export function createWordFinder(know: (spelling: string) => Word): WordFinder {
  const places: (Word | undefined)[] = new Array(PLACES).fill(undefined);
  return (text, start, end, hash) => {
    const place = (hash ^ (hash >>> 16)) & (PLACES - 1);
    const there = places[place];
    if (there !== undefined && stands(there.spelling, text, start, end)) return there;
    const spelling = text.slice(start, end);
    if (spelling.length > LONGEST_REMEMBERED) return know(spelling);
    // A copy: what V8 cuts out of a text keeps the whole text alive.
    const word = know(Array.from(spelling).join(''));
    places[place] = word;
    return word;
  };
}

const PLACES = 2 ** 15;
const LONGEST_REMEMBERED = 32;

function stands(spelling: string, text: string, start: number, end: number): boolean {
  if (spelling.length !== end - start) return false;
  for (let at = 0; at < spelling.length; at++) if (spelling.charCodeAt(at) !== text.charCodeAt(start + at)) return false;
  return true;
}
