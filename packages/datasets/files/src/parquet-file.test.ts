import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { temporaryFiles } from './__fixtures__/temporary-files.ts';
import { parquetFile } from './index.ts';
import { openParquet } from './parquet-file.ts';

const files = temporaryFiles();
const fixture = (name: string) => join(import.meta.dirname, '__fixtures__', name);
const json = (name: string): unknown => JSON.parse(readFileSync(fixture(name), 'utf8'));

async function read(path: string | readonly string[]): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const row of parquetFile(path).rows()) rows.push(row);
  // NaN is null, as when evaluate reads the rows.
  return JSON.parse(JSON.stringify(rows));
}

describe('a Parquet file', () => {
  it('keeps what its types say', async () => {
    expect(await read(fixture('types.parquet'))).toEqual(json('types.json'));
  });

  it.each(
    ['none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4'].flatMap(
      (codec) =>
        [
          [codec, 1],
          [codec, 2],
        ] as const,
    ),
  )('may be packed with %s in pages of version %i', async (codec, version) => {
    expect(await read(fixture(`texts-${codec}-v${version}.parquet`))).toEqual(json('texts.json'));
  });

  it('may be encoded in every way that is in use', async () => {
    expect(await read(fixture('encodings.parquet'))).toEqual(json('encodings.json'));
  });

  it('has one type for each column over all row groups, also where no statistics tell the largest integer', async () => {
    const rows = (await read(fixture('groups.parquet'))) as { n: unknown; safe: unknown; l: unknown }[];
    expect(rows.map(({ n }) => n)).toEqual([...Array.from({ length: 24 }, (_, i) => String(i)), '1152921504606846976']);
    expect(rows.map(({ safe }) => safe)).toEqual(Array.from({ length: 25 }, (_, i) => i));
    expect(rows.map(({ l }) => l)).toEqual([['1152921504606846976'], ...Array.from({ length: 24 }, (_, i) => [String(i)])]);
  });

  it('may be gzipped as a whole', async () => {
    expect(await read(files.write('texts.parquet.gz', gzipSync(readFileSync(fixture('texts-zstd-v1.parquet')))))).toEqual(
      json('texts.json'),
    );
  });

  it('says its size when it is opened', async () => {
    const path = fixture('texts-snappy-v1.parquet');
    expect(await openParquet([path])).toMatchObject({
      name: 'texts-snappy-v1.parquet',
      source: path,
      size: 40,
      rereadable: true,
    });
  });
});

describe('several Parquet files', () => {
  it('are one, whatever the order of their columns', async () => {
    const paths = [fixture('part-1.parquet'), fixture('part-2.parquet')];
    expect(await read(paths)).toEqual([
      { a: 1.5, b: 'x' },
      { b: 'y', a: 2.5 },
    ]);
    expect((await openParquet(paths)).size).toBe(2);
  });

  it.each([
    [
      'part-c.parquet',
      "part-c.parquet has other columns than part-1.parquet: it lacks 'b', and it has 'c' besides. Files that are read as one have the same columns.",
    ],
    [
      'part-text.parquet',
      "The column 'a' holds text in part-text.parquet, and numbers in part-1.parquet. Files that are read as one hold the same in a column.",
    ],
  ])('but not with %s', async (name, message) => {
    await expect(openParquet([fixture('part-1.parquet'), fixture(name)])).rejects.toMatchObject({
      code: 'different-columns',
      message,
    });
  });
});

describe('what is wrong with a Parquet file', () => {
  const whole = readFileSync(fixture('texts-zstd-v1.parquet'));
  const CUT = 'it ends too early, so a part of it is missing; copy or download it again';

  /** The bytes with others in the place of some, which must stand there once. */
  function patched(bytes: Buffer, from: readonly number[], to: readonly number[]): Buffer {
    const at = bytes.indexOf(Buffer.from(from));
    expect(at).toBeGreaterThan(0);
    expect(bytes.indexOf(Buffer.from(from), at + 1)).toBe(-1);
    const changed = Buffer.from(bytes);
    Buffer.from(to).copy(changed, at);
    return changed;
  }

  it.each<[string, Buffer, string]>([
    ['it is empty', Buffer.alloc(0), 'it is empty'],
    ['it is something else', Buffer.from('question,answer\n1,2\n'), 'it does not begin as Parquet does'],
    ['its end is missing', whole.subarray(0, -20), CUT],
    ['all but its beginning is missing', whole.subarray(0, 6), CUT],
    ['it is encrypted', Buffer.concat([Buffer.from('PARE'), whole.subarray(4, -4), Buffer.from('PARE')]), 'it is encrypted'],
    [
      'its middle is missing',
      Buffer.concat([whole.subarray(0, 100), whole.subarray(-660)]),
      "its column 'id' ends too early, so a part of the file is missing; copy or download it again",
    ],
    // The field of the codec in Thrift's compact protocol: after path_in_schema comes 0x15, then 2 × 6 for ZSTD.
    [
      'it is packed with LZO',
      patched(whole, [0x74, 0x65, 0x78, 0x74, 0x15, 0x0c], [0x74, 0x65, 0x78, 0x74, 0x15, 0x06]),
      "its column 'text' is packed with LZO, which is not known here",
    ],
    [
      'it has an encoding that is newer',
      // DELTA_BINARY_PACKED is 5, which is written as 0x0a; 20 there is none yet.
      patched(readFileSync(fixture('encodings.parquet')), [0x25, 0x06, 0x0a], [0x25, 0x06, 0x28]),
      "its column 'delta' has an encoding that is not known here",
    ],
    [
      'it is packed with something new',
      patched(whole, [0x74, 0x65, 0x78, 0x74, 0x15, 0x0c], [0x74, 0x65, 0x78, 0x74, 0x15, 0x20]),
      "its column 'text' is packed with something new, which is not known here",
    ],
  ])('%s', async (_, bytes, why) => {
    const path = files.write('broken.parquet', bytes);
    await expect(openParquet([path])).rejects.toMatchObject({
      code: 'broken-data',
      message: `broken.parquet cannot be read as Parquet: ${why}.`,
    });
  });

  it('two columns have one name', async () => {
    await expect(openParquet([fixture('twice.parquet')])).rejects.toMatchObject({
      code: 'broken-data',
      message: "twice.parquet names the column 'a' twice.",
    });
  });

  it('its pages are damaged', async () => {
    const bytes = Buffer.from(whole);
    bytes.fill(0x55, 60, 200);
    const path = files.write('damaged.parquet', bytes);
    await expect(read(path)).rejects.toMatchObject({
      code: 'broken-data',
      message: expect.stringMatching(
        /^damaged\.parquet, rows 1 to 40, column '(?:id|text)' cannot be read: .+\. The file is damaged, or uses something of Parquet that is not known here\.$/,
      ),
    });
  });

  it('it changes while it is read', async () => {
    const path = files.write('changing.parquet', whole);
    const data = await openParquet([path]);
    copyFileSync(fixture('texts-none-v1.parquet'), path);
    await expect(async () => {
      for await (const _ of data.rows());
    }).rejects.toMatchObject({ code: 'file-changed' });
  });

  it('it is a pipe', () => {
    expect(() => parquetFile('/dev/null')).toThrow(
      'null is a pipe, and this kind of file is read from several places: save it as a file, or pipe JSON Lines.',
    );
  });
});
