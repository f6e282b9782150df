import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ColumnGuess } from './column-guess.ts';

function typeOf(cells: readonly string[]): string {
  const guess = new ColumnGuess();
  for (const cell of cells) guess.see(cell);
  return guess.type;
}

it('numbers that JavaScript wrote are numbers again', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
        { minLength: 1 },
      ),
      (values) => {
        expect(typeOf(values.map(String))).toBe('number');
      },
    ),
  );
});

it('numbers of one length behind the point are numbers again', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 1 }),
      fc.integer({ min: 1, max: 4 }),
      (values, digits) => {
        expect(typeOf(values.map((value) => (value / 10 ** digits).toFixed(digits)))).toBe('number');
      },
    ),
  );
});

// `repr` of CPython 3.12.
it.each([
  '0.0',
  '-0.0',
  '1.0',
  '0.0001',
  '1e-05',
  '1.5e-07',
  '5e-324',
  '9999999999999998.0',
  '1e+16',
  '1.2345678901234568e+17',
  '1.7976931348623157e+308',
])('Python writes %s', (text) => {
  expect(typeOf([text, '1.0'])).toBe('number');
});

it('two texts of a column of numbers are never one number', () => {
  const numberLike = fc
    .tuple(
      fc.constantFrom('', '-', '+'),
      fc.constantFrom('0', '1', '5', '10', '01', '100000', ''),
      fc.constantFrom('', '', '.', '.0', '.5', '.50', '.05'),
      fc.constantFrom('', '', '', 'e5', 'e+21', 'e-05', 'e-7'),
    )
    .map((parts) => parts.join(''));
  let numbers = 0;
  fc.assert(
    fc.property(fc.uniqueArray(numberLike, { minLength: 2, maxLength: 3 }), (cells) => {
      if (typeOf(cells) !== 'number') return;
      numbers += 1;
      const identities = cells.map((text) => (Object.is(Number(text), -0) ? '-0' : String(Number(text))));
      expect(new Set(identities).size).toBe(cells.length);
    }),
    { numRuns: 5000 },
  );
  expect(numbers).toBeGreaterThan(40);
});
