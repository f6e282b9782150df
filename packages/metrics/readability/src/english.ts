import { createRequire } from 'node:module';
import { createHyphenator, type Hyphenator } from './hyphenation.ts';
import { createWordFinder, type Word, type WordFinder } from './word-finder.ts';

/** What textstat 0.7.13 knows of English words. */
export interface English {
  readonly find: WordFinder;
}

/** Once {@link loadEnglish} has resolved. */
export function loadedEnglish(): English | undefined {
  return loaded;
}

/**
 * Reads the dictionaries, at the first call only: some tenths of a second and 17 MB of memory.
 * The packages are pinned: the tables say what they have wrong, word by word, and would not fit another version.
 */
export function loadEnglish(): Promise<English> {
  loading ??= load();
  return loading;
}

let loading: Promise<English> | undefined;
let loaded: English | undefined;

async function load(): Promise<English> {
  const [{ dictionary }, { daleChall }, { default: corrections }, hyphenator] = await Promise.all([
    import('cmu-pronouncing-dictionary'),
    import('dale-chall'),
    import('./corrections.json', { with: { type: 'json' } }),
    loadHyphenator(),
  ]);
  const easyWords = new Set(daleChall);
  // The list of textstat lacks this one, and has all others.
  easyWords.delete('ma');
  const correctedCounts = new Map(
    Object.entries(corrections.counts).flatMap(([count, words]) => words.split(' ').map((word) => [word, Number(count)])),
  );

  /** Of a word in lower case, as NLTK's copy of CMUdict (0.6/0.7a, first pronunciation) and pyphen 0.18.1 (en_US) have it. */
  const syllablesOf = (word: string): number => {
    const corrected = correctedCounts.get(word);
    if (corrected !== undefined) return corrected;
    // Words such as "constructor" would find what every object has.
    if (Object.hasOwn(dictionary, word)) return countVowels(dictionary[word] ?? '');
    return hyphenator.points(word) + 1;
  };

  loaded = { find: createWordFinder((spelling) => judge(spelling, easyWords, syllablesOf)) };
  return loaded;
}

function judge(spelling: string, easyWords: ReadonlySet<string>, syllablesOf: (word: string) => number): Word {
  const lower = spelling.toLowerCase();
  const syllables = syllablesOf(lower);
  // Lower-cased, İ is an i and a combining dot. Counting, textstat keeps the dot; judging, it takes it out as punctuation.
  const judged = lower.replaceAll('\u0307', '');
  const syllablesJudged = judged === lower ? syllables : syllablesOf(judged);
  return { spelling, syllables, easy: easyWords.has(lower), syllablesJudged };
}

/** ARPAbet writes the stress of each vowel as a digit: `HH AH0 L OW1`. */
function countVowels(phonemes: string): number {
  return phonemes.match(/\d/g)?.length ?? 0;
}

/** The patterns of pyphen: those of the package, less what it has more, with those for the ligatures ﬀ to ﬄ. */
async function loadHyphenator(): Promise<Hyphenator> {
  const { default: corrections } = await import('./hyphenation-corrections.json', { with: { type: 'json' } });
  const dropped = new Set(corrections.drop.split(' '));
  const base = readPatterns().filter((pattern) => !dropped.has(pattern.replace(/\d/g, '')));
  return createHyphenator([...base, ...corrections.addLigatures.split(' ')]);
}

/** The package is CommonJS without types. */
function readPatterns(): readonly string[] {
  const require = createRequire(import.meta.url);
  const { patterns }: { readonly patterns: readonly string[] } = require('hyphenated-en-us');
  return patterns;
}
