import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonFault } from './json-fault.ts';

describe('findJsonFault', () => {
  it.each([
    ['{"a": 1 "b": 2}', 8, `expected ',' or '}', found '"'`],
    ['{"a": 1,}', 8, `expected a name in double quotes, found '}'`],
    ['{a: 1}', 1, `expected a name in double quotes or '}', found 'a'`],
    ["{'a': 1}", 1, `expected a name in double quotes or '}', found ''' (JSON quotes with ")`],
    ['{"a" 1}', 5, `expected ':', found '1'`],
    ['[1, 2', 5, `expected ',' or ']', found the end`],
    ['[1, ]', 4, `expected a value, found ']'`],
    ['[', 1, `expected a value or ']', found the end`],
    ['{"a": NaN}', 6, `expected a value, found 'NaN' (JSON has no such number, write null)`],
    ['{"a": -Infinity}', 6, `expected a value, found '-Infinity' (JSON has no such number, write null)`],
    ['{"a": True}', 6, `expected a value, found 'True' (JSON writes true, false and null)`],
    ['{"a": 01}', 7, `expected ',' or '}', found '1'`],
    ['{"a": "x', 8, `expected a closing '"', found the end`],
    ['{"a": "C:\\users"}', 9, `'\\u' is no escape, write '\\\\' for a backslash`],
    ['{"a": "x\ty"}', 8, 'a text may not hold a raw tab, write \\t'],
    ['{} {}', 3, `expected the end, found '{'`],
    ['', 0, 'expected a value, found the end'],
    ['[“x”]', 1, `expected a value or ']', found '“'`],
  ])('of %j', (text, offset, problem) => {
    expect(findJsonFault(text)).toEqual({ offset, problem });
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  it('agrees with JSON.parse on what is JSON', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '\\',
      '1',
      '-',
      '0',
      '.5',
      'e+1',
      'true',
      'null',
      ' ',
      '\n',
      'x',
    );
    const mutated = fc
      .tuple(fc.json(), fc.nat(), fc.nat(3), fc.array(pieces, { maxLength: 2 }))
      .map(([text, at, cut, insert]) => {
        const start = at % (text.length + 1);
        return text.slice(0, start) + insert.join('') + text.slice(start + cut);
      });
    fc.assert(
      fc.property(
        fc.oneof(
          mutated,
          fc.array(pieces).map((all) => all.join('')),
        ),
        (text) => {
          expect(findJsonFault(text) === undefined).toBe(parses(text));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
