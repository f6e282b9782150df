import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BrokenLine, Dataset, FileOptions, NumberedRow } from '@touchstone/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { csvFile, jsonLinesFile } from './index.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'touchstone-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function read(
  data: Dataset,
): Promise<{ readonly rows: readonly (readonly [number, object])[]; readonly broken: readonly BrokenLine[] }> {
  const broken: BrokenLine[] = [];
  const rows: NumberedRow<object>[] = await Array.fromAsync(data.lines?.((line) => broken.push(line)) ?? []);
  return { rows: rows.map(({ line, row }) => [line, row]), broken };
}

const csv = (content: string | Uint8Array, options?: FileOptions) => read(csvFile(fileOf('t.csv', content), options));

describe('JSON Lines', () => {
  test('every line that cannot be read is told, and the others are rows with their lines', async () => {
    const text = '{"a":1}\n\n{"a":\n[1]\n{"a":2}\r\nnull\n{"a":3}';
    const bytes = Buffer.concat([Buffer.from(text), Buffer.from([0x0a, 0x7b, 0xff, 0x7d, 0x0a]), Buffer.from('{"a":4}\n')]);
    const expected = {
      rows: [
        [1, { a: 1 }],
        [5, { a: 2 }],
        [7, { a: 3 }],
        [9, { a: 4 }],
      ],
      broken: [
        {
          line: 3,
          message: 't.jsonl, line 3, column 6 is not valid JSON: expected a value, found the end. It stands near: {"a":',
        },
        {
          line: 4,
          message: 't.jsonl, line 4 is a list; every line must be one object of columns, like {"question": "…", "answer": "…"}.',
        },
        {
          line: 6,
          message: 't.jsonl, line 6 is null; every line must be one object of columns, like {"question": "…", "answer": "…"}.',
        },
        {
          line: 8,
          message:
            "t.jsonl, line 8, column 2 is not valid UTF-8 (byte 0xFF); save the file as UTF-8, or say what it is, like encoding: 'windows-1252'.",
        },
      ],
    };
    expect(await read(jsonLinesFile(fileOf('t.jsonl', bytes)))).toEqual(expected);
    const packed = JSON.parse(JSON.stringify(expected).replaceAll('t.jsonl', 't.jsonl.gz'));
    expect(await read(jsonLinesFile(fileOf('t.jsonl.gz', gzipSync(bytes))))).toEqual(packed);
  });
});

describe('CSV', () => {
  test('a row begins on the line of its first cell', async () => {
    expect(await csv('a,b\n\n1,"x\ny"\r\n2,z')).toEqual({
      rows: [
        [3, { a: 1, b: 'x\ny' }],
        [5, { a: 2, b: 'z' }],
      ],
      broken: [],
    });
  });

  test('rows with too many or too few cells are told, and the types are those of the others', async () => {
    expect(await csv('a,b\n1,2\n3\nx,y,z\n4,5\n')).toEqual({
      rows: [
        [2, { a: 1, b: 2 }],
        [5, { a: 4, b: 5 }],
      ],
      broken: [
        { line: 3, message: 't.csv, line 3, column 2: the row has 1 cell, and the first line names 2 columns.' },
        {
          line: 4,
          message:
            "t.csv, line 4, column 5: the row has 3 cells, and the first line names 2 columns. A cell that holds a ',' must be in double quotes.",
        },
      ],
    });
  });

  test('text after a closing quote spoils the line on which the row begins, and no other', async () => {
    const { rows, broken } = await csv('a,b\n1,"He said "hi""\n2,"open\n3,fine\n4,"closed"\n');
    expect(rows).toEqual([
      [4, { a: 3, b: 'fine' }],
      [5, { a: 4, b: 'closed' }],
    ]);
    expect(broken.map(({ line, message }) => [line, message])).toEqual([
      [
        2,
        "t.csv, line 2, column 13: after a closing quote there must be a ',' or the end of the line, and there is 'h'. Within quotes, a quote is written twice: \"\".",
      ],
      [
        3,
        "t.csv, line 5, column 4: after a closing quote there must be a ',' or the end of the line, and there is 'c'. Within quotes, a quote is written twice: \"\".",
      ],
    ]);
  });

  test('a quote that is never closed spoils its line, and the lines after it are read', async () => {
    expect(await csv('a,b\n1,"open\n2,x\n3,y')).toEqual({
      rows: [
        [3, { a: 2, b: 'x' }],
        [4, { a: 3, b: 'y' }],
      ],
      broken: [
        {
          line: 2,
          message:
            't.csv, line 2, column 3: the quote that opens here is never closed. Within quotes, a quote is written twice: "".',
        },
      ],
    });
    expect((await csv('a\n"open')).broken).toHaveLength(1);
  });

  test('a NUL byte spoils its line', async () => {
    const { rows, broken } = await csv('a\nx\0\ny\n');
    expect(rows).toEqual([[3, { a: 'y' }]]);
    expect(broken).toMatchObject([{ line: 2 }]);
  });

  test('cells that are not of the type that was asked for are told', async () => {
    const { rows, broken } = await csv('a,b\n1,x\ntwo,y\n3,z\n', { types: { a: 'number' } });
    expect(rows.map(([line, row]) => [line, row])).toEqual([
      [2, { a: 1, b: 'x' }],
      [4, { a: 3, b: 'z' }],
    ]);
    expect(broken).toEqual([
      {
        line: 3,
        message: "t.csv, line 3, column 1: in 'a' there is 'two', which is no number; types says that the column holds numbers.",
      },
    ]);
  });

  test('bytes that are no text end the reading, after all rows before them', async () => {
    const many = Array.from({ length: 30_000 }, (_, n) => `${n},x`).join('\n');
    const data = csvFile(fileOf('t.csv', Buffer.concat([Buffer.from(`a,b\n${many}\n`), Buffer.from([0xb0, 0xa1, 0x2c, 0x0a])])));
    const seen: number[] = [];
    await expect(async () => {
      for await (const { line } of data.lines?.(() => undefined) ?? []) seen.push(line);
    }).rejects.toThrow('t.csv, line 30002, column 1 is not valid UTF-8');
    expect(seen).toHaveLength(30_000);
  });

  test('what is wrong with the line of names is an error', async () => {
    await expect(csv('a,a\n1,2\n')).rejects.toThrow(
      "t.csv, line 1, column 3: there is a second column 'a'; every column needs a name of its own.",
    );
    await expect(csv('"a"b\n1\n')).rejects.toThrow('after a closing quote');
    await expect(csv('')).rejects.toThrow('t.csv is empty');
  });
});
