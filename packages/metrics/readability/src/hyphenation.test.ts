import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHyphenator } from './hyphenation.ts';

test('the example of Liang’s thesis: hy-phen-ation', () => {
  const { points } = createHyphenator(['hy3ph', 'he2n', 'hena4', 'hen5at', '1na', 'n2at', '1tio', '2io', 'o2n']);
  expect(points('hyphenation')).toBe(2);
});

test('a place needs two letters on each side, and the edges of the word are letters of a pattern', () => {
  expect(createHyphenator(['1a']).points('aaaaaa')).toBe(3);
  expect(createHyphenator(['.a1a']).points('aaaa')).toBe(0);
  expect(createHyphenator(['.aa1a']).points('aaaa')).toBe(1);
  expect(createHyphenator(['1a.']).points('aaaa')).toBe(0);
  expect(createHyphenator(['1aa.']).points('aaaa')).toBe(1);
});

test('letters are code points', () => {
  expect(createHyphenator(['𝒜1𝒜']).points('𝒜𝒜𝒜𝒜')).toBe(1);
});

test('every pattern is tried at every place, and the highest level counts', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 });
  const pattern = fc
    .tuple(fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '2', '3'), minLength: 1, maxLength: 6 }), fc.nat(5))
    .map(([middle, edge]) => `${edge === 0 ? '.' : ''}${middle.replace(/(\d)\d+/gu, '$1')}${edge === 1 ? '.' : ''}`)
    .filter((made) => /[abc]/u.test(made));
  const patterns = fc.uniqueArray(pattern, { maxLength: 12, selector: lettersOf });
  fc.assert(
    fc.property(patterns, letters, (all, word) => {
      expect(createHyphenator(all).points(word)).toBe(pointsBySearch(all, word));
    }),
    { numRuns: 1000 },
  );
});

/** The same by looking for each pattern in the word. */
function pointsBySearch(patterns: readonly string[], word: string): number {
  const dotted = `.${word}.`;
  const levels = Array.from(dotted, () => 0);
  for (const pattern of patterns) {
    const letters = lettersOf(pattern);
    for (let at = dotted.indexOf(letters); at >= 0; at = dotted.indexOf(letters, at + 1)) {
      for (const { index, 0: digit } of pattern.matchAll(/\d/gu)) {
        const gap = at + lettersOf(pattern.slice(0, index)).length;
        levels[gap] = Math.max(levels[gap] ?? 0, Number(digit));
      }
    }
  }
  return levels.filter((level, gap) => gap >= 3 && gap <= word.length - 1 && level % 2 === 1).length;
}

function lettersOf(pattern: string): string {
  return pattern.replace(/\d/gu, '');
}
