import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvRecords } from './csv-records.ts';

type Cell = string | null;

/** All records; a missing cell is null. */
function records(pieces: Iterable<string>, delimiter = ','): Cell[][] {
  const found = new CsvRecords(pieces, { name: 'x.csv', delimiter });
  const rows: Cell[][] = [];
  while (found.next()) rows.push(Array.from({ length: found.width }, (_, i) => (found.isMissing(i) ? null : found.cell(i))));
  return rows;
}

/** The same text in pieces of some length, as a file comes. */
function* cut(text: string, length: number): Generator<string> {
  for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length);
}

const character = fc.constantFrom('a', '1', '.', ' ', ',', ';', '\t', '"', '\n', '\r', '가', '🎉', '\uD83D', '\uFEFF', '\u2028');
const cell = fc
  .option(fc.oneof(fc.string({ unit: character, maxLength: 8 }), fc.string()), { nil: null })
  .filter((text) => text?.includes('\0') !== true);
const table = fc
  .integer({ min: 2, max: 5 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 8 }));

describe('delimited text', () => {
  it('gives back what was written, whatever was quoted and wherever the text is cut', () => {
    fc.assert(
      fc.property(
        table,
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.constantFrom(',', ';', '\t'),
        fc.infiniteStream(fc.boolean()),
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        (rows, lineEnd, delimiter, quoteAnyway, length, endsInLineEnd) => {
          const written = (text: Cell): string => {
            if (text === null) return '';
            const mustQuote = text === '' || text.startsWith('"') || [delimiter, '\n', '\r'].some((part) => text.includes(part));
            return mustQuote || quoteAnyway.next().value ? `"${text.replaceAll('"', '""')}"` : text;
          };
          const text = rows.map((row) => row.map(written).join(delimiter)).join(lineEnd) + (endsInLineEnd ? lineEnd : '');
          expect(records(cut(text, length), delimiter)).toEqual(rows);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is read as csv-parse reads it, where that reads it at all', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ',', ',', '"', '"', '\n', '\r\n', ' '), maxLength: 40 });
    let compared = 0;
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 10 }), (given, length) => {
        let expected: string[][];
        try {
          // A quote within a bare cell is an error there, and a character here.
          expected = parse(given, { relax_column_count: true, skip_empty_lines: true, record_delimiter: ['\r\n', '\n'] });
        } catch {
          return;
        }
        compared += 1;
        expect(records(cut(given, length)).map((row) => row.map((one) => one ?? ''))).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
    expect(compared).toBeGreaterThan(500);
  });

  it('knows the line of each record', () => {
    const found = new CsvRecords(['a\n\n"b\r\n\r', 'c"\r', '\rd\r\n', '\r\ne'], { name: 'x.csv', delimiter: ',' });
    const lines: [string, number][] = [];
    while (found.next()) lines.push([found.cell(0), found.line]);
    expect(lines).toEqual([
      ['a', 1],
      ['b\r\n\rc', 3],
      ['d', 7],
      ['e', 9],
    ]);
  });
});
