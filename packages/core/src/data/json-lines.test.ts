import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonLines } from './json-lines.ts';

describe('JsonLines', () => {
  it('gives the same rows however the bytes are cut', () => {
    const line = fc.oneof(
      fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()).map((row) => JSON.stringify(row)),
      fc.constantFrom('', '  ', '\t'),
    );
    const file = fc.record({
      lines: fc.array(line),
      end: fc.constantFrom('\n', '\r\n'),
      last: fc.constantFrom('with an end', 'without an end'),
      mark: fc.constantFrom('', '\uFEFF'),
      cuts: fc.array(fc.nat()),
    });
    fc.assert(
      fc.property(file, ({ lines, end, last, mark, cuts }) => {
        const bytes = Buffer.from(mark + lines.join(end) + (last === 'with an end' ? end : ''));
        const rows = lines.filter((text) => text.trim() !== '').map((text) => JSON.parse(text));
        expect(readPieces(bytes, cuts)).toEqual(rows);
      }),
      { numRuns: 500 },
    );
  });

  it('reads a line of 50 MB', () => {
    const bytes = Buffer.from(`{"n":1}\n{"text":"${'가'.repeat(17_500_000)}"}\n{"n":2}`);
    const rows = readPieces(
      bytes,
      Array.from({ length: 200 }, (_, i) => i * 262_144),
    );
    expect(bytes.length).toBeGreaterThan(50 * 2 ** 20);
    expect(rows.map((row) => JSON.stringify(row).length)).toEqual([7, 17_500_011, 7]);
  });

  it('gives the rows before a mistake, then the error', () => {
    const lines = new JsonLines('questions.jsonl');
    const rows = lines.push(Buffer.from('{"n":1}\r\n\r\n{"n":2}\n{"n":}\n'));
    expect(rows.next().value).toEqual({ n: 1 });
    expect(rows.next().value).toEqual({ n: 2 });
    expect(() => rows.next()).toThrow(
      `questions.jsonl, line 4, column 6 is not valid JSON: expected a value, found '}'. It stands near: {"n":}`,
    );
  });

  it.each([
    ['["a"]', 'a list'],
    ['null', 'null'],
    ['17', 'a number'],
    ['"text"', 'a text'],
  ])('refuses the line %s', (text, what) => {
    expect(() => readPieces(Buffer.from(`{}\n${text}\n`), [])).toThrow(
      expect.objectContaining({
        code: 'broken-data',
        message: `questions.jsonl, line 2 is ${what}; every line must be one object of columns, like {"question": "…", "answer": "…"}.`,
      }),
    );
  });

  it('names the line, column and byte that is not UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"\uFFFD"}\n{"a":"caf'), Buffer.from([0xe9]), Buffer.from('"}\n{"a":"ok"}\n')]);
    const lines = new JsonLines('questions.jsonl');
    const rows = lines.push(bytes);
    expect(rows.next().value).toEqual({ a: '\uFFFD' });
    expect(() => rows.next()).toThrow(
      "questions.jsonl, line 2, column 10 is not valid UTF-8 (byte 0xE9); save the file as UTF-8, or say what it is, like encoding: 'windows-1252'.",
    );
  });

  it('recognises UTF-16 and a JSON file with the wrong name', () => {
    expect(() => readPieces(Buffer.from('\uFEFF{"a":1}\n', 'utf16le'), [])).toThrow(
      "questions.jsonl is not UTF-8 but looks like UTF-16; save the file as UTF-8, or say what it is: encoding: 'utf-16le'.",
    );
    expect(() => readPieces(Buffer.from('[\n  {"a": 1}\n]\n'), [])).toThrow(
      "questions.jsonl, line 1, column 2 is not valid JSON: expected a value or ']', found the end. It stands near: [ In this file type every line is one object; a file that is one list of objects is called .json.",
    );
  });
});

function readPieces(bytes: Buffer, cuts: readonly number[]): unknown[] {
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), 0, bytes.length].sort((a, b) => a - b);
  const lines = new JsonLines('questions.jsonl');
  const rows: unknown[] = [];
  // One buffer for all pieces, as a file reader has it: what is kept of a piece must be copied.
  const piece = Buffer.alloc(bytes.length);
  places.forEach((start, i) => {
    const length = bytes.copy(piece, 0, start, places[i + 1] ?? start);
    rows.push(...lines.push(piece.subarray(0, length)));
  });
  return [...rows, ...lines.end()];
}
