import { uniforms } from './uniforms.ts';

export interface TextPair {
  readonly prediction: string;
  readonly target: string;
}

/**
 * Pairs of texts of that many words in lines of about fifteen. Words are drawn as in language, a few often and most rarely;
 * four of ten words of the prediction are those of the target at the same place. The same texts on every machine.
 */
export function makePairs(count: number, words: number): readonly TextPair[] {
  const next = uniforms(words);
  return Array.from({ length: count }, () => {
    const target = Array.from({ length: words }, () => makeWord(next));
    const prediction = target.map((word) => (next() < 0.4 ? word : makeWord(next)));
    return { prediction: inLines(prediction), target: inLines(target) };
  });
}

const VOCABULARY = Array.from({ length: 2_000 }, (_, rank) => spell(rank + 20));

/** The word of rank r is drawn about 1 / r times (Zipf). */
function makeWord(next: () => number): string {
  return VOCABULARY[Math.floor(VOCABULARY.length ** next()) - 1] ?? 'the';
}

function spell(number: number): string {
  const syllables = ['ta', 'ri', 'no', 'ke', 'lum', 'sa', 'ing', 'der', 'po', 'est', 'ma', 'vi', 'con', 'ful', 'be', 'ous'];
  return number < 16 ? (syllables[number] ?? '') : spell(Math.floor(number / 16)) + (syllables[number % 16] ?? '');
}

function inLines(words: readonly string[]): string {
  return words
    .map((word, index) => (index % 15 === 14 ? `${word}.\n` : `${word} `))
    .join('')
    .trim();
}
