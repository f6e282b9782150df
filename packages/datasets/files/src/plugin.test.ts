import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createTouchstone, evaluate, file, metric } from '@touchstone/core';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { temporaryFiles } from './__fixtures__/temporary-files.ts';
import files, { arrowFile, csvFile, jsonLinesFile, parquetFile } from './index.ts';

const { folder, write } = temporaryFiles();
const fixture = (name: string) => join(import.meta.dirname, '__fixtures__', name);
const touchstone = createTouchstone({ plugins: [files()] });
const length = metric('length', ({ predictions }) => predictions.length);

describe('the plug-in', () => {
  it('opens each kind of file by its extension', async () => {
    write('a.csv', 'q,answer\n1,서울\n2,ab\n');
    write('a.tsv.gz', gzipSync('q\tanswer\n1\t서울\n2\tab\n'));
    write('a.jsonl.gz', gzipSync('{"q":1,"answer":"서울"}\n{"q":2,"answer":"ab"}\n'));
    write('a.json.gz', gzipSync('{"columns":["q","answer"],"data":[[1,"서울"],[2,"ab"]]}'));
    write('k.jsonl', iconv.encode('{"q":1,"answer":"서울"}\n{"q":2,"answer":"ab"}\n', 'euc-kr'));
    for (const data of ['a.csv', 'a.tsv.gz', 'a.jsonl.gz', 'a.json.gz'].map((name) => join(folder, name))) {
      const result = await touchstone.evaluate({ data, predictions: 'answer', extraMetrics: [length] });
      expect([data, result.metrics['length/mean'], result.run.rows]).toEqual([data, 2, 2]);
    }
    const korean = file(join(folder, 'k.jsonl'), { encoding: 'euc-kr' });
    expect(
      (await touchstone.evaluate({ data: korean, predictions: 'answer', extraMetrics: [length] })).metrics['length/mean'],
    ).toBe(2);
    for (const name of ['texts-zstd-v1.parquet', 'texts-lz4.arrow', 'texts-zstd.arrows']) {
      const result = await touchstone.evaluate({ data: fixture(name), predictions: 'text', extraMetrics: [length] });
      expect([name, result.run.rows, result.coverage.length]).toMatchObject([name, 40, { scored: 34, skipped: 6 }]);
    }
  });

  it('reads several files with options as one', async () => {
    writeFileSync(join(folder, 'p-1.csv'), iconv.encode('코드;답\n007;똠\n', 'cp949'));
    writeFileSync(join(folder, 'p-2.csv'), iconv.encode('코드;답\n8;가나다\n', 'cp949'));
    const data = file(join(folder, 'p-*.csv'), { encoding: 'cp949', delimiter: ';' });
    const seen: unknown[] = [];
    const model = (row: object) => {
      seen.push({ ...row });
      return 'x';
    };
    await touchstone.evaluate({ data, model, extraMetrics: [length], limits: { concurrency: 1 } });
    expect(seen).toEqual([
      { 코드: '007', 답: '똠' },
      { 코드: '8', 답: '가나다' },
    ]);
    expect((await touchstone.runs())[0]?.name).toMatch(/^p-\*\.csv /);
  });

  it('names the options that a kind of file takes', async () => {
    await expect(
      touchstone.evaluate({
        data: file(fixture('types.parquet'), { delimiter: ';' }),
        predictions: 'text',
        extraMetrics: [length],
      }),
    ).rejects.toThrow("'delimiter' is no option for .parquet files, which take none.");
    await expect(
      touchstone.evaluate({ data: file(fixture('types.json'), { delimiter: ';' }), predictions: 'text', extraMetrics: [length] }),
    ).rejects.toThrow("'delimiter' is no option for .json files, which take: encoding.");
  });

  it('is not needed where a file is opened by its function', async () => {
    const path = write('direct.csv', 'answer\nab\n');
    const lines = write('direct.jsonl.gz', gzipSync('{"answer":"ab"}'));
    for (const data of [csvFile(path), jsonLinesFile(lines)]) {
      expect((await evaluate({ data, predictions: 'answer', extraMetrics: [length] })).metrics['length/mean']).toBe(2);
    }
    for (const data of [parquetFile(fixture('texts-none-v1.parquet')), arrowFile(fixture('texts-lz4.arrow'))]) {
      expect((await evaluate({ data, predictions: 'text', extraMetrics: [length] })).run.rows).toBe(40);
    }
  });

  it('samples rows of every kind of file alike', async () => {
    const means: unknown[] = [];
    for (const data of [fixture('texts-none-v1.parquet'), fixture('texts-lz4.arrow'), fixture('texts.json')]) {
      means.push(
        (await touchstone.evaluate({ data, predictions: 'text', sample: 7, seed: 3, extraMetrics: [length] })).metrics[
          'length/mean'
        ],
      );
    }
    expect(new Set(means).size).toBe(1);
  });
});
