import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mtevalTokens } from './mteval-tokens.ts';
import { spanTexts } from './text-spans.ts';

/** The definition: four substitutions one after the other (mteval-v13a.pl), and a split at white space. */
function bySubstitutions(text: string, around: 'space' | 'nothing'): readonly string[] {
  const padded = around === 'space' ? ` ${text} ` : text;
  return padded
    .replace(/[{-~[-`!-&(-+:-@/]/g, ' $& ')
    .replace(/([^0-9])([.,])/g, '$1 $2 ')
    .replace(/([.,])([^0-9])/g, ' $1 $2')
    .replace(/([0-9])-/g, '$1 - ')
    .replaceAll('\x1c', ' ')
    .split(/[\s\x85]+/u)
    .filter((token) => token !== '');
}

const tokens = (text: string, around: 'space' | 'nothing' = 'space') => spanTexts(mtevalTokens(text, { around }));

describe('western tokens', () => {
  test.each<[string, readonly string[]]>([
    ['“b” c—d don’t', ['“b”', 'c—d', 'don’t']],
    ["don't x-4 3-4", ["don't", 'x-4', '3', '-', '4']],
    ['1,000.5 .5 5. x_y', ['1,000.5', '.', '5', '5', '.', 'x', '_', 'y']],
    ['5...5 a..5 5..5', ['5', '.', '.', '.5', 'a', '.', '.5', '5', '.', '.', '5']],
    ['5--5', ['5', '-', '-5']],
    ['서울, 부산.', ['서울', ',', '부산', '.']],
    ['\u3000a\x1cb\x85', ['a', 'b']],
    ['a\ufeffb', ['a\ufeffb']],
    ['', []],
  ])('%j', (text, expected) => expect(tokens(text)).toEqual(expected));

  test('at the edges of the text, if nothing is around it', () => {
    expect(tokens('5.', 'nothing')).toEqual(['5.']);
    expect(tokens('.5', 'nothing')).toEqual(['.5']);
    expect(tokens('.a', 'nothing')).toEqual(['.', 'a']);
    expect(tokens('-5', 'nothing')).toEqual(['-5']);
  });

  test('are those of the four substitutions, whatever the text', () => {
    const character = fc.constantFrom(...'..,,--0577ab !&\'"<>/@[`{~\t\n\x1c\x85é가\u{1f600}'.split(''), '\ud83d');
    const text = fc.array(character, { maxLength: 14 }).map((characters) => characters.join(''));
    fc.assert(
      fc.property(text, fc.constantFrom('space' as const, 'nothing' as const), (one, around) => {
        expect(tokens(one, around)).toEqual(bySubstitutions(one, around));
      }),
      { numRuns: 20_000 },
    );
  });
});
