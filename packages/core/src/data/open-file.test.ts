import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset, DatasetLoader } from '../contracts/index.ts';
import { dataset, file } from './dataset.ts';
import { jsonFileLoaders } from './json-file-loaders.ts';
import { openData } from './open-data.ts';
import { isSync, toArray } from './opened-data.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'touchstone-'));
  for (const [name, content] of Object.entries({
    'part-1.jsonl': '{"n":1}\n{"n":2}\n',
    'part-10.jsonl': '{"n":10}',
    'part-2.jsonl': '{"n":2}',
    'list.json': '[{"n":7}]',
    'table.csv': 'n\n1\n',
    'question[1].jsonl': '{"n":0}',
  })) {
    writeFileSync(join(folder, name), content);
  }
  mkdirSync(join(folder, 'part-3.jsonl'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function open(data: string | Dataset, loaders: readonly DatasetLoader[] = jsonFileLoaders) {
  return openData(data, { cwd: folder, loaders });
}

async function read(data: string | Dataset): Promise<unknown[]> {
  return toArray((await open(data)).rows());
}

describe('several files', () => {
  it('of a pattern are one data set, in the order of their names', async () => {
    const data = await open('part-*.jsonl');
    expect(data).toMatchObject({ name: 'part-*.jsonl', source: join(folder, 'part-*.jsonl'), rereadable: true });
    const rows = [{ n: 1 }, { n: 2 }, { n: 10 }, { n: 2 }];
    expect(isSync(data.rows())).toBe(true);
    expect(await toArray(data.rows())).toEqual(rows);
    expect(await toArray(data.rows())).toEqual(rows);
    const parts = ['{"n":1}\n{"n":2}\n', '{"n":10}', '{"n":2}'].map((content) => `${sha256(content)}\n`);
    expect(await data.fingerprint()).toBe(sha256(parts.join('')));
  });

  it('are read in the order in which they are named', async () => {
    const data = await open(file(['part-2.jsonl', 'part-1.jsonl']));
    expect(await toArray(data.rows())).toEqual([{ n: 2 }, { n: 1 }, { n: 2 }]);
    expect(data).toMatchObject({
      name: 'part-2.jsonl + part-1.jsonl',
      source: `${join(folder, 'part-2.jsonl')}, ${join(folder, 'part-1.jsonl')}`,
    });
    const many = await open(file(['part-2.jsonl', 'part-1.jsonl', 'part-10.jsonl', 'question[1].jsonl']));
    expect(many.name).toBe('part-2.jsonl + 3 more');
  });

  it('of which a pattern finds one are that file, with its fingerprint', async () => {
    const data = await open('part-2*.jsonl');
    expect(data.name).toBe('part-2.jsonl');
    expect(await data.fingerprint()).toBe(sha256('{"n":2}'));
  });

  it('may be one whose name looks like a pattern', async () => {
    expect(await read('question[1].jsonl')).toEqual([{ n: 0 }]);
  });

  it('have the sizes of all of them, where all are known', async () => {
    const sized: DatasetLoader = {
      extensions: ['.jsonl'],
      open: async () => dataset({ name: 'part', rows: () => [{ n: 1 }], size: 1 }),
    };
    expect((await open('part-*.jsonl', [sized])).size).toBe(3);
    expect((await open('part-*.jsonl')).size).toBeUndefined();
  });

  it('are opened together by a loader that wants to see them all', async () => {
    const seen: (readonly string[])[] = [];
    const loader: DatasetLoader = {
      extensions: ['.jsonl'],
      open: async () => expect.unreachable(),
      async openAll(paths) {
        seen.push(paths);
        return dataset({ name: 'all', rows: () => [{ n: 1 }] });
      },
    };
    await open('part-1*.jsonl', [loader]);
    expect(seen).toEqual([[join(folder, 'part-1.jsonl'), join(folder, 'part-10.jsonl')]]);
  });

  it('may be of two kinds that are read one by one', async () => {
    expect(await read(file(['part-2.jsonl', 'list.json']))).toEqual([{ n: 2 }, { n: 7 }]);
  });

  it.each([
    [
      ['part-1.jsonl', 'table.csv'],
      'mixed-files',
      'part-1.jsonl and table.csv are files of different kinds, and a data set is of one kind: convert one of them, or start two runs.',
    ],
    [
      ['part-1.jsonl', 'part-*.jsonl'],
      'named-twice',
      "'part-*.jsonl' names part-1.jsonl a second time, and its rows would count twice.",
    ],
    [[], 'data-not-readable', 'data is a list of files, and the list is empty.'],
    [['nope-*.jsonl'], 'data-not-readable', "There is no file 'nope-*.jsonl', and as a pattern it matches no file in FOLDER."],
    [
      ['part-1.jsonl', 'part-9.jsonl'],
      'data-not-readable',
      "There is no file 'part-9.jsonl' (FOLDER/part-9.jsonl). Did you mean 'part-1.jsonl'?",
    ],
  ])('%j are refused', async (paths, code, message) => {
    const whole: DatasetLoader = {
      extensions: ['.csv'],
      open: async () => expect.unreachable(),
      openAll: async () => expect.unreachable(),
    };
    await expect(open(file(paths), [...jsonFileLoaders, whole])).rejects.toMatchObject({
      code,
      message: message.replaceAll('FOLDER', folder),
    });
  });
});

describe('options of a file', () => {
  const reads = (extensions: string[], options?: DatasetLoader['options']): DatasetLoader => ({
    extensions,
    ...(options === undefined ? {} : { options }),
    open: async (path, given) => dataset({ name: path, rows: () => [{ given: JSON.stringify(given) ?? 'none' }] }),
  });

  it('reach the first loader that takes them', async () => {
    const loaders = [...jsonFileLoaders, reads(['.jsonl'], ['encoding'])];
    const rows = async (data: Dataset) => toArray((await open(data, loaders)).rows());
    expect(await rows(file('part-2.jsonl'))).toEqual([{ n: 2 }]);
    expect(await rows(file('part-2.jsonl', { encoding: 'euc-kr' }))).toEqual([{ given: '{"encoding":"euc-kr"}' }]);
    expect(await rows(file('part-2.jsonl', { maxDownload: 5 }))).toEqual([{ n: 2 }]);
  });

  it.each([
    [
      [],
      { encoding: 'euc-kr' },
      "'encoding' is an option of @touchstone/dataset-files, which is not among the plug-ins: npm i @touchstone/dataset-files, and add it to plugins.",
    ],
    [
      [reads(['.csv'], ['encoding', 'delimiter'])],
      { delimiter: ';' },
      "'delimiter' is no option for .jsonl files, which take none.",
    ],
    [
      [reads(['.jsonl'], ['encoding']), reads(['.csv'], ['delimiter'])],
      { delimiter: ';' },
      "'delimiter' is no option for .jsonl files, which take: encoding.",
    ],
  ])('%#: that nobody takes are refused', async (others, options, message) => {
    await expect(open(file('part-1.jsonl', options), [...jsonFileLoaders, ...others])).rejects.toMatchObject({
      code: 'unknown-option',
      message,
    });
  });
});

describe('a file that changes', () => {
  it('between two looks at it is an error', async () => {
    const path = join(folder, 'growing.jsonl');
    writeFileSync(path, '{"n":1}\n');
    const data = await open('growing.jsonl');
    await data.fingerprint();
    writeFileSync(path, '{"n":1}\n{"n":2}\n');
    await expect(async () => toArray(data.rows())).rejects.toMatchObject({
      code: 'file-changed',
      kind: 'run',
      message: 'growing.jsonl was changed while it was read: wait until nothing writes to it, and start again.',
    });
  });

  it('while it is read is an error, also when its size stays', async () => {
    const path = join(folder, 'rewritten.jsonl');
    writeFileSync(path, '{"n":1}\n'.repeat(20_000));
    const data = await open('rewritten.jsonl');
    await expect(async () => {
      for await (const _ of data.rows()) utimesSync(path, 1, statSync(path).mtimeMs / 1000 + 10);
    }).rejects.toMatchObject({ code: 'file-changed' });
  });
});

describe('an address', () => {
  let server: Server;
  let origin = '';
  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = request.url?.split('?')[0];
      if (path === '/q.jsonl') response.end('{"n":1}\n');
      else if (path === '/endless.jsonl') {
        // No length is announced, so only counting tells.
        const send = () => response.write('{"n":1}\n'.repeat(10_000), send);
        response.on('error', () => undefined);
        send();
      } else if (path === '/announced.jsonl') response.writeHead(200, { 'content-length': '5000000' }).end();
      else if (path === '/broken.jsonl') {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"n":1}\n', () => response.destroy());
      } else response.writeHead(404, 'Not Found').end('<html>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port');
    origin = `http://127.0.0.1:${address.port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('is downloaded when that is allowed', async () => {
    const data = await open(file(`${origin}/q.jsonl?download=true`, { maxDownload: 1 }));
    expect(data).toMatchObject({ name: 'q.jsonl', source: `${origin}/q.jsonl?download=true` });
    expect(await toArray(data.rows())).toEqual([{ n: 1 }]);
    expect(await toArray(data.rows())).toEqual([{ n: 1 }]);
    expect(await data.fingerprint()).toBe(sha256('{"n":1}\n'));
  });

  it.each([
    ['ORIGIN/nope.jsonl', 1, 'the server answered 404 Not Found'],
    ['ORIGIN/endless.jsonl', 1, 'it has more than the 1 MB that maxDownload allows'],
    ['ORIGIN/announced.jsonl', 1, 'it has more than the 1 MB that maxDownload allows'],
    ['ORIGIN/broken.jsonl', 1, 'other side closed'],
    ['ORIGIN/', 1, 'it ends in no file name, which would say what kind of file it is'],
    ['ftp://example.org/q.jsonl', 1, 'only http and https are known here, not ftp'],
    ['http://me:secret@example.org/q.jsonl', 1, 'it holds a user name or password; download it yourself'],
    ['http://', 1, 'it is no valid address'],
  ])('%s that cannot be had is an error', async (address, maxDownload, why) => {
    const url = address.replace('ORIGIN', origin);
    await expect(open(file(url, { maxDownload }))).rejects.toMatchObject({
      code: 'data-not-readable',
      message: `'${url}' could not be downloaded: ${why}.`,
    });
  });

  it('needs a size to stop at', async () => {
    await expect(open(file(`${origin}/q.jsonl`, { maxDownload: 0 }))).rejects.toMatchObject({
      code: 'bad-option',
      message: 'maxDownload is a number of megabytes above 0, not 0.',
    });
  });
});
