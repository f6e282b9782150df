import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { temporaryFiles } from './__fixtures__/temporary-files.ts';
import { jsonFile, jsonLinesFile, type SyncDataset } from './index.ts';

const files = temporaryFiles();

function rowsOf(data: SyncDataset): unknown[] {
  return [...data.rows()];
}

const rows = [
  { q: '똠방각하?', n: 1 },
  { q: 'b', n: null },
];
const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');

describe('JSON Lines', () => {
  it('may be gzipped, and are known by their bytes as they lie there', async () => {
    const packed = gzipSync(lines);
    const path = files.write('q.jsonl.gz', packed);
    const data = jsonLinesFile(path);
    expect(data).toMatchObject({ name: 'q.jsonl.gz', source: path, rereadable: true });
    expect(rowsOf(data)).toEqual(rows);
    expect(rowsOf(data)).toEqual(rows);
    expect(await data.fingerprint?.()).toBe(createHash('sha256').update(packed).digest('hex'));
  });

  it('may be in another encoding', () => {
    expect(rowsOf(jsonLinesFile(files.write('k.jsonl', iconv.encode(lines, 'cp949')), { encoding: 'euc-kr' }))).toEqual(rows);
    expect(
      rowsOf(jsonLinesFile(files.write('u.jsonl.gz', gzipSync(Buffer.from(lines, 'utf16le'))), { encoding: 'utf-16le' })),
    ).toEqual(rows);
  });

  it('keep lone surrogates that are written as escapes, and columns called __proto__', () => {
    const [row] = rowsOf(jsonLinesFile(files.write('s.jsonl.gz', gzipSync('{"__proto__":"\\ud83d"}')))) as object[];
    expect(Object.entries(row ?? {})).toEqual([['__proto__', '\uD83D']]);
  });

  it.each<[string, Uint8Array, string, { encoding?: string }?]>([
    [
      'broken.jsonl.gz',
      gzipSync('{"q":"a"}\n{"q":"b"\n'),
      'broken.jsonl.gz, line 2, column 9 is not valid JSON: expected \',\' or \'}\', found the end. It stands near: {"q":"b"',
    ],
    [
      'latin.jsonl.gz',
      gzipSync(Buffer.from('{"q":"a"}\n{"q":"caf\xe9"}\n', 'latin1')),
      "latin.jsonl.gz, line 2, column 10 is not valid UTF-8 (byte 0xE9); save the file as UTF-8, or say what it is, like encoding: 'windows-1252'.",
    ],
    [
      'korean.jsonl',
      Buffer.concat([Buffer.from('{"q":"a"}\n{"q":"'), Buffer.from([0xb0, 0xa1, 0xff, 0xff])]),
      'korean.jsonl, line 2, column 8 is not valid euc-kr; is euc-kr what the file was written in?',
      { encoding: 'euc-kr' },
    ],
    [
      'cut.jsonl.gz',
      gzipSync(lines).subarray(0, 30),
      'cut.jsonl.gz ends in the middle of its gzip data, so a part of it is missing; copy or download it again.',
    ],
  ])('%s is an error', (name, bytes, message, options) => {
    expect(() => rowsOf(jsonLinesFile(files.write(name, bytes), options))).toThrow(
      expect.objectContaining({ code: 'broken-data', message }),
    );
  });

  it('are refused before they are read when there is no such file or encoding', () => {
    expect(() => jsonLinesFile(join(files.folder, 'nope.jsonl'))).toThrow(/^There is no file '.*nope\.jsonl'\./);
    expect(() => jsonLinesFile(files.write('e.jsonl', lines), { encoding: 'utf-9' })).toThrow(
      "There is no encoding 'utf-9'. Did you mean 'utf-8'?",
    );
    expect(() => jsonFile(files.write('e.json', '[]'), { encoding: 'utf-9' })).toThrow(
      "There is no encoding 'utf-9'. Did you mean 'utf-8'?",
    );
  });
});

describe('a JSON file', () => {
  it('may be gzipped or in another encoding, as a list or in split orientation', () => {
    const split = {
      columns: ['q', 'n'],
      index: [0, 1],
      data: [
        ['똠방각하?', 1],
        ['b', null],
      ],
    };
    expect(rowsOf(jsonFile(files.write('q.json.gz', gzipSync(JSON.stringify(rows)))))).toEqual(rows);
    expect(rowsOf(jsonFile(files.write('split.json.gz', gzipSync(JSON.stringify(split)))))).toEqual(rows);
    expect(rowsOf(jsonFile(files.write('k.json', iconv.encode(JSON.stringify(rows), 'cp949')), { encoding: 'cp949' }))).toEqual(
      rows,
    );
  });

  it('names line and column of a mistake', () => {
    expect(() => rowsOf(jsonFile(files.write('bad.json.gz', gzipSync('[\n  {"q": a}\n]'))))).toThrow(
      'bad.json.gz, line 2, column 9 is not valid JSON: expected a value, found \'a\'. It stands near: [ {"q": a} ]',
    );
  });
});
