import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commonSubsequenceLength, subsequenceUnions } from './longest-common-subsequence.ts';

const vocabularySize = 6;
const text = fc.oneof(
  fc.array(fc.nat(vocabularySize - 1), { maxLength: 12 }),
  fc.array(fc.nat(1), { maxLength: 140 }),
  fc.array(fc.nat(vocabularySize - 1), { minLength: 28, maxLength: 140 }),
);

test('the length is that of the table filled cell by cell', () => {
  fc.assert(
    fc.property(text, text, (rows, columns) => {
      const length = fillTable(rows, columns).at(-1)?.at(-1);
      expect(commonSubsequenceLength(rows, columns, vocabularySize)).toBe(length);
    }),
    { numRuns: 500 },
  );
});

test('the union is that of the walks through the tables filled cell by cell', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), fc.array(text, { maxLength: 4 }), (rowTexts, columnTexts) => {
      const unions = rowTexts.map((rows) => {
        const positions = new Set(columnTexts.flatMap((columns) => walk(fillTable(rows, columns), rows, columns)));
        return rows.filter((_, position) => positions.has(position));
      });
      expect(subsequenceUnions(rowTexts, columnTexts, vocabularySize)).toEqual(unions);
    }),
    { numRuns: 500 },
  );
});

test('more tokens than the kept working memory holds', () => {
  const rows = Array.from({ length: 70_000 }, (_, i) => i);
  expect(commonSubsequenceLength(rows, [0, 35_000, 69_999, 3], 70_000)).toBe(3);
  expect(subsequenceUnions([rows], [[0, 35_000, 69_999, 3]], 70_000)).toEqual([[0, 35_000, 69_999]]);
});

/** The textbook table, one row and one column more than the texts. */
function fillTable(rows: readonly number[], columns: readonly number[]): readonly (readonly number[])[] {
  const table = [columns.map(() => 0).concat(0)];
  for (const row of rows) {
    const above = table.at(-1) ?? [];
    const current = [0];
    for (const [j, column] of columns.entries()) {
      current.push(row === column ? at(above, j) + 1 : Math.max(at(above, j + 1), at(current, j)));
    }
    table.push(current);
  }
  return table;
}

/** From the end: equal tokens are taken, else to the left only where the left cell is the greater one. */
function walk(table: readonly (readonly number[])[], rows: readonly number[], columns: readonly number[]): readonly number[] {
  const positions: number[] = [];
  let [i, j] = [rows.length, columns.length];
  while (i > 0 && j > 0) {
    if (rows[i - 1] === columns[j - 1]) positions.push(i - 1);
    if (rows[i - 1] === columns[j - 1]) [i, j] = [i - 1, j - 1];
    else if (at(table[i] ?? [], j - 1) > at(table[i - 1] ?? [], j)) j--;
    else i--;
  }
  return positions;
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.NaN;
}
