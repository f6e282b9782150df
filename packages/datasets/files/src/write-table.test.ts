import { gunzipSync } from 'node:zlib';
import { ResultTable, type Row } from '@touchstone/core';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { type RowsOrTable, tableWriter, type WriteCsvOptions } from './index.ts';

const rows: readonly Row[] = [{ q: '서울', n: 1 }, { q: 'a' }];

async function written(fileName: string, source: RowsOrTable = rows, options?: WriteCsvOptions): Promise<Buffer> {
  const pieces = await Array.fromAsync(tableWriter(fileName)(source, options));
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
}

test.each([
  ['out/table.csv', 'q,n\r\n서울,1\r\na,\r\n'],
  ['TABLE.CSV', 'q,n\r\n서울,1\r\na,\r\n'],
  ['a.b.jsonl', '{"q":"서울","n":1}\n{"q":"a"}\n'],
  ['table.json', '{"columns":["q","n"],"data":[\n["서울",1],\n["a",null]\n]}\n'],
])('%s', async (name, text) => {
  expect((await written(name)).toString()).toBe(text);
  expect(gunzipSync(await written(`${name}.gz`)).toString()).toBe(text);
});

test('table.parquet', async () => {
  const bytes = await written('table.parquet');
  const file = new Uint8Array(bytes).buffer;
  expect(await parquetReadObjects({ file })).toEqual([
    { q: '서울', n: 1n },
    { q: 'a', n: null },
  ]);
});

test('options reach the writer', async () => {
  const text = gunzipSync(await written('t.csv.gz', rows, { columns: ['n'], for: 'spreadsheets' })).toString();
  expect(text).toBe('\ufeffn\r\n1\r\n""\r\n');
});

test.each([
  ['table.xlsx', "and 'table.xlsx' is none of these."],
  ['table', "and 'table' is none of these."],
  ['table.gz', "and 'table.gz' is none of these."],
  ['table.jsonll', "and 'table.jsonll' is none of these. Did you mean '.jsonl'?"],
  ['t.parquet.gz', "and 't.parquet.gz' is none of these. Parquet is compressed already: name it .parquet."],
])('%s is refused', (name, end) => {
  expect(() => tableWriter(name)).toThrow(
    `A table is written as .csv, .jsonl, .json, .parquet, .csv.gz, .jsonl.gz, .json.gz, ${end}`,
  );
});

test('what goes wrong while rows are read is thrown, also through gzip', async () => {
  const broken = new ResultTable('t', {
    columns: async () => ['a'],
    async *lines() {
      yield [[1]];
      throw new Error('the store is gone');
    },
  });
  for (const name of ['t.csv', 't.csv.gz', 't.jsonl.gz', 't.json', 't.parquet']) {
    await expect(written(name, broken)).rejects.toThrow('the store is gone');
  }
});
