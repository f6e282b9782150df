import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textWindows } from './text-windows.ts';

const partsOf = (text: string, most: number): readonly string[] => textWindows(text, most).map((window) => window.text);

describe('windows of a text', () => {
  test('a short text is one, as it is', () => {
    expect(textWindows('One sentence. ', 20)).toEqual([{ text: 'One sentence. ', start: 0, end: 14 }]);
  });

  test.each([
    [
      'end where a sentence ends',
      'First one here. The second one is here! Is this the third?',
      30,
      ['First one here. ', 'The second one is here! ', 'Is this the third?'],
    ],
    [
      'or a quotation with its marks',
      'He said “never again.” Then he left the room.',
      30,
      ['He said “never again.” ', 'Then he left the room.'],
    ],
    ['or a line', 'a line without a stop\nanother line of words', 30, ['a line without a stop\n', 'another line of words']],
    ['not inside a number', 'It was 3.14 or so and 2.71 or more', 20, ['It was 3.14 or so ', 'and 2.71 or more']],
    ['between words where no sentence ends', 'many words and never any stop', 20, ['many words and ', 'never any stop']],
    ['anywhere where there is no space', 'ㅋ'.repeat(25), 10, ['ㅋ'.repeat(8), 'ㅋ'.repeat(9), 'ㅋ'.repeat(8)]],
    ['but not within a character', '😀'.repeat(7), 9, ['😀'.repeat(3), '😀'.repeat(4)]],
  ])('%s', (_, text, most, parts) => {
    expect(partsOf(text, most)).toEqual(parts);
  });

  test('leave no scrap at the end', () => {
    expect(partsOf(`${'word '.repeat(20)}end`, 100)).toEqual(['word '.repeat(10), `${'word '.repeat(10)}end`]);
  });

  test('blank ones are left out', () => {
    expect(textWindows('', 10)).toEqual([]);
    expect(textWindows(' \n\t ', 10)).toEqual([]);
    expect(partsOf(`${' '.repeat(30)}word`, 10).map((part) => part.trim())).toEqual(['word']);
  });

  test('hold every character of the text once, in order, at their offsets, and are never too long', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('. ', '\n', ' ', 'word', '한국어 ', '😀'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 6, max: 40 }), (pieces, most) => {
        const text = pieces.join('');
        const windows = textWindows(text, most);
        let from = 0;
        for (const { text: part, start, end } of windows) {
          expect(text.slice(from, start).trim()).toBe('');
          expect(part).toBe(text.slice(start, end));
          expect(part.length).toBeLessThanOrEqual(most);
          from = end;
        }
        expect(text.slice(from).trim()).toBe('');
      }),
    );
  });

  test('a million characters without a space are cut in no time', () => {
    expect(textWindows('a'.repeat(1_000_000), 300)).toHaveLength(3334);
    expect(textWindows('.'.repeat(1_000_000), 300)).toHaveLength(3334);
  });
});
