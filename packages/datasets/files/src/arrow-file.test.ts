import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { int32, tableFromArrays, tableToIPC, utf8 } from '@uwdata/flechette';
import { describe, expect, it } from 'vitest';
import { temporaryFiles } from './__fixtures__/temporary-files.ts';
import { arrowFile } from './index.ts';

const files = temporaryFiles();
const fixture = (name: string) => join(import.meta.dirname, '__fixtures__', name);
const json = (name: string): unknown => JSON.parse(readFileSync(fixture(name), 'utf8'));

function read(path: string | readonly string[]): unknown[] {
  // NaN is null, as when evaluate reads the rows.
  return JSON.parse(JSON.stringify([...arrowFile(path).rows()]));
}

describe('Arrow data', () => {
  it.each([
    ['types.arrow', 'types.json'],
    ['types.arrows', 'types.json'],
    ['arrow-types.feather', 'arrow-types.json'],
  ])('%s keeps what its types say', (name, expected) => {
    expect(read(fixture(name))).toEqual(json(expected));
  });

  it.each(['texts-lz4.arrow', 'texts-lz4.arrows', 'texts-zstd.arrow', 'texts-zstd.arrows'])(
    '%s is packed, in several batches',
    (name) => {
      const data = arrowFile(fixture(name));
      expect(data).toMatchObject({ name, size: 40, rereadable: true });
      expect(read(fixture(name))).toEqual(json('texts.json'));
    },
  );

  it('may be gzipped as a whole', () => {
    expect(read(files.write('texts.arrow.gz', gzipSync(readFileSync(fixture('texts-lz4.arrow')))))).toEqual(json('texts.json'));
  });

  it('has one type for each column over all batches', () => {
    const rows = read(fixture('groups.arrow')) as { n: unknown; safe: unknown; l: unknown }[];
    expect([rows[0], rows[24]]).toEqual([
      { n: '0', safe: 0, l: ['1152921504606846976'] },
      { n: '1152921504606846976', safe: 24, l: ['23'] },
    ]);
  });

  it('may change its dictionary in the middle of a stream', () => {
    expect(
      read(fixture('dictionaries.arrows'))
        .map((row) => Object(row).word)
        .join(''),
    ).toBe('abaabczyz');
  });

  it('may be without rows', () => {
    const empty = tableToIPC(tableFromArrays({ a: [] }, { types: { a: utf8() } }), { format: 'file' });
    const data = arrowFile(files.write('empty.arrow', empty ?? ''));
    expect([data.size, read(data.source ?? '')]).toEqual([0, []]);
  });

  it('of several files is one, whatever the order of their columns', () => {
    const write = (name: string, columns: Record<string, unknown[]>) =>
      files.write(name, tableToIPC(tableFromArrays(columns), { format: 'stream' }) ?? '');
    const paths = [write('1.arrows', { a: ['x'], n: [null] }), write('2.arrows', { n: [2.5], a: ['y'] })];
    expect(read(paths)).toEqual([
      { a: 'x', n: null },
      { a: 'y', n: 2.5 },
    ]);
  });

  it('of several files has the same columns, of the same kinds', () => {
    const write = (name: string, columns: Record<string, unknown[]>, types = {}) =>
      files.write(name, tableToIPC(tableFromArrays(columns, { types }), { format: 'file' }) ?? '');
    const first = write('first.arrow', { a: ['x'] });
    expect(() => read([first, write('other.arrow', { b: ['y'] })])).toThrow(
      "other.arrow has other columns than first.arrow: it lacks 'a', and it has 'b' besides. Files that are read as one have the same columns.",
    );
    expect(() => read([first, write('number.arrow', { a: [1] }, { a: int32() })])).toThrow(
      "The column 'a' holds numbers in number.arrow, and text in first.arrow. Files that are read as one hold the same in a column.",
    );
  });
});

describe('what is wrong with Arrow data', () => {
  const file = readFileSync(fixture('texts-lz4.arrow'));
  const stream = readFileSync(fixture('texts-lz4.arrows'));
  const CUT = 'q.arrow ends too early, so a part of it is missing; copy or download it again.';
  const NONE = 'q.arrow is no Arrow data, or is damaged: it does not begin, or go on, as Arrow files and streams do.';

  it.each<[string, Uint8Array, string, string]>([
    ['it is empty', Buffer.alloc(0), 'empty-data', 'q.arrow is empty; Arrow data holds at least a schema.'],
    ['it is something else', Buffer.from('question,answer\n1,2\n'), 'broken-data', NONE],
    [
      'it is old Feather',
      Buffer.from('FEA1\0\0\0\0'),
      'broken-data',
      'q.arrow is Feather of version 1, which nothing writes any more: write it again as Arrow (Feather 2) or Parquet.',
    ],
    ['a file was cut off', file.subarray(0, -50), 'broken-data', CUT],
    ['a file has nothing but its beginning', file.subarray(0, 12), 'broken-data', CUT],
    ['a stream was cut off in a batch', stream.subarray(0, -100), 'broken-data', CUT],
    ['a stream was cut off before a batch', stream.subarray(0, 500), 'broken-data', CUT],
  ])('%s', (_, bytes, code, message) => {
    expect(() => arrowFile(files.write('q.arrow', bytes))).toThrow(expect.objectContaining({ code, message }));
  });

  it('two columns have one name', () => {
    expect(() => read(fixture('twice.arrow'))).toThrow("twice.arrow names the column 'a' twice.");
  });

  it('what is packed is damaged', () => {
    const bytes = Buffer.from(file);
    const frame = bytes.indexOf(Buffer.from([0x04, 0x22, 0x4d, 0x18]));
    bytes.fill(0, frame, frame + 4);
    expect(() => read(files.write('damaged.arrow', bytes))).toThrow(
      'damaged.arrow cannot be read: it is no LZ4 frame. It is damaged, or uses something of Arrow that is not known here.',
    );
  });
});
