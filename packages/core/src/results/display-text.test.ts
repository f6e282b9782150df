import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { displayWidth, oneLine, padEnd, padStart, truncate, truncateMiddle, wrap } from './display-text.ts';

test.each([
  ['abc', 3],
  ['', 0],
  ['서울', 4],
  ['서울'.normalize('NFD'), 4],
  ['café'.normalize('NFD'), 4],
  ['東京 ﾄｳｷｮｳ', 10],
  ['ＡＢ', 4],
  ['👩‍👩‍👧', 2],
  ['🇰🇷', 2],
  ['❤️', 2],
  ['①½…', 3],
])('%s takes %i cells', (text, width) => expect(displayWidth(text)).toBe(width));

test('nothing that a terminal obeys is left in a line', () => {
  expect(oneLine('  a\x1b[31mred\x1b]0;title\x07\r\n\tb\u009b2J \u202ec\x7f\ud800 ')).toBe('a␛[31mred␛]0;title␇ b�2J �c␡�');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) =>
      Array.from(oneLine(text)).every((char) => !obeyed(char.codePointAt(0) ?? 0)),
    ),
  );
});

/** C0, DEL, C1, line and paragraph separators, marks that reorder text. */
function obeyed(code: number): boolean {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

describe('cutting', () => {
  test('the end', () => {
    expect(truncate('대한민국의 수도', 7)).toBe('대한민…');
    expect(truncate('대한민국의 수도', 6)).toBe('대한…');
    expect(truncate('short', 5)).toBe('short');
  });

  test('the middle, so that the ends of names stay', () => {
    expect(truncateMiddle('flesch_kincaid_grade_level/v1/mean', 29)).toBe('flesch_kincaid…_level/v1/mean');
    expect(truncateMiddle('질문/응답/유사도', 9)).toBe('질문…사도');
  });

  test('no form is wider than it may be, and no grapheme is broken', () => {
    const unit = fc.constantFrom('a', ' ', '서', '서'.normalize('NFD'), 'é'.normalize('NFD'), '👩‍👩‍👧', '한');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), fc.integer({ min: 2, max: 30 }), (text, width) => {
        expect(displayWidth(truncate(text, width))).toBeLessThanOrEqual(width);
        expect(displayWidth(truncateMiddle(text, width))).toBeLessThanOrEqual(width);
        for (const line of wrap(text, width)) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        expect(wrap(text, width).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});

test('lines break at blanks, long words where the line ends', () => {
  expect(wrap('한글은 세종대왕이 만들었습니다', 16)).toEqual(['한글은', '세종대왕이', '만들었습니다']);
  expect(wrap('see https://example.test/a/b now', 12)).toEqual(['see', 'https://exam', 'ple.test/a/b', 'now']);
  expect(wrap('', 12)).toEqual(['']);
  expect(wrap('서울', 1)).toEqual(['서', '울']);
});

test('padding counts cells', () => {
  expect([padEnd('서울', 6), padStart('서울', 6), padEnd('longer', 3)]).toEqual(['서울  ', '  서울', 'longer']);
});
