import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonFileLoaders } from './json-file-loaders.ts';
import { openData } from './open-data.ts';
import { toArray } from './opened-data.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'touchstone-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function open(name: string, content?: string | Buffer) {
  if (content !== undefined) writeFileSync(join(folder, name), content);
  return openData(name, { cwd: folder, loaders: jsonFileLoaders });
}

async function read(name: string, content: string | Buffer): Promise<unknown[]> {
  return toArray((await open(name, content)).rows());
}

describe('a JSON Lines file', () => {
  it('is read again and again, row by row, and known by its bytes', async () => {
    const content = `{"q":"수도?","n":1}\n{"q":"b","n":2}`;
    const data = await open('questions.jsonl', content);
    expect(data).toMatchObject({
      name: 'questions.jsonl',
      source: join(folder, 'questions.jsonl'),
      rereadable: true,
      inMemory: false,
    });
    expect(data.size).toBeUndefined();
    const rows = [
      { q: '수도?', n: 1 },
      { q: 'b', n: 2 },
    ];
    expect(await toArray(data.rows())).toEqual(rows);
    expect(await toArray(data.rows())).toEqual(rows);
    expect(await data.fingerprint()).toBe(createHash('sha256').update(content).digest('hex'));
  });

  it('names file, line and column of broken JSON on line 17 of 20', async () => {
    const lines = Array.from({ length: 20 }, (_, i) =>
      JSON.stringify({ question: `Question ${i + 1}`, answer: 'Seoul is the capital' }),
    );
    lines[16] = '{"question": "Question 17", "answer" "Seoul is the capital"}';
    await expect(read('broken.jsonl', lines.join('\n'))).rejects.toMatchObject({
      code: 'broken-data',
      kind: 'request',
      message: `broken.jsonl, line 17, column 38 is not valid JSON: expected ':', found '"'. It stands near: …"Question 17", "answer" "Seoul is the capital"}`,
    });
  });

  it('refuses a number that JavaScript reads as infinity', async () => {
    await expect(read('huge.jsonl', '{"n":1}\n{"n":1e400}')).rejects.toMatchObject({
      code: 'bad-cell',
      message: expect.stringMatching(/^Row 2, column 'n': the cell is Infinity, and it may be text, /),
    });
  });

  it('keeps columns called __proto__ and constructor', async () => {
    const [row] = await read('names.jsonl', '{"__proto__":"p","constructor":"c"}');
    expect(Object.entries(row ?? {})).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ]);
  });
});

describe('a JSON file', () => {
  it('is a list of objects or a table in split orientation', async () => {
    const rows = [
      { q: 'a', n: 1 },
      { q: 'b', n: null },
    ];
    expect(await read('list.json', `\uFEFF${JSON.stringify(rows)}`)).toEqual(rows);
    expect(await read('split.json', '{"columns":["q","n"],"index":[0,1],"data":[["a",1],["b",null]]}')).toEqual(rows);
  });

  it.each([
    [
      '[\n  {"q": "a"},\n  {"q": b}\n]',
      `data.json, line 3, column 9 is not valid JSON: expected a value, found 'b'. It stands near: [ {"q": "a"}, {"q": b} ]`,
    ],
    [
      '{"q": "a"}',
      `data.json holds an object without 'columns' and 'data'; a .json data set is a list of objects, or {"columns": […], "data": [[…], …]}. Objects one a line are called .jsonl.`,
    ],
    ['[{"q":"a"},"b"]', 'Row 2 of data.json is a text; every row must be an object of columns.'],
    ['{"columns":["a","b"],"data":[[1,2],[1]]}', 'Row 2 of data.json has 1 cells for 2 columns.'],
    ['{"columns":["a","b"],"data":[{"a":1}]}', "Row 1 of data.json is an object; beside 'columns', every row must be a list."],
    ['{"columns":["a","a"],"data":[[1,2]]}', "data.json names the column 'a' twice."],
  ])('says what is wrong with %s', async (content, message) => {
    await expect(read('data.json', content)).rejects.toMatchObject({ code: 'broken-data', message });
  });

  it('names the place that is not UTF-8', async () => {
    await expect(read('latin1.json', Buffer.from('[\n{"q": "caf\xe9"}]', 'latin1'))).rejects.toMatchObject({
      message:
        "latin1.json, line 2, column 11 is not valid UTF-8 (byte 0xE9); save the file as UTF-8, or say what it is, like encoding: 'windows-1252'.",
    });
  });
});

describe('a path that cannot be opened', () => {
  it('is named, with the file that was probably meant', async () => {
    await open('questions.jsonl', '{}');
    await expect(open('qestions.jsonl')).rejects.toMatchObject({
      code: 'data-not-readable',
      message: `There is no file 'qestions.jsonl' (${join(folder, 'qestions.jsonl')}). Did you mean 'questions.jsonl'?`,
    });
    await expect(open('nowhere/q.jsonl')).rejects.toMatchObject({
      message: `There is no file 'nowhere/q.jsonl' (${join(folder, 'nowhere/q.jsonl')}). There is no folder ${join(folder, 'nowhere')} either.`,
    });
  });

  it('may be a folder', async () => {
    mkdirSync(join(folder, 'sets'));
    writeFileSync(join(folder, 'sets/a.jsonl'), '{}');
    await expect(open('sets')).rejects.toMatchObject({
      code: 'data-not-readable',
      message: `'sets' (${join(folder, 'sets')}) is a folder; give the file in it that holds the data. There are: a.jsonl.`,
    });
  });

  it.skipIf(process.getuid?.() === 0)('may be one that only others may read', async () => {
    writeFileSync(join(folder, 'secret.jsonl'), '{}');
    chmodSync(join(folder, 'secret.jsonl'), 0);
    await expect(open('secret.jsonl')).rejects.toMatchObject({
      code: 'data-not-readable',
      message: `'secret.jsonl' (${join(folder, 'secret.jsonl')}) cannot be read as a file: you have no permission.`,
    });
  });

  it('may be a text that was meant as data', async () => {
    const question = 'What is MLflow? '.repeat(400);
    await expect(open(question)).rejects.toMatchObject({
      code: 'data-not-readable',
      message: `'${question.slice(0, 100)}…' (${join(folder, question).slice(0, 100)}…) cannot be read as a file: no file can have a name that long; texts are given as an array.`,
    });
    await expect(open('What is MLflow?')).rejects.toMatchObject({
      message: `There is no file 'What is MLflow?' (${join(folder, 'What is MLflow?')}).`,
    });
  });

  it('may be of a type that another pack reads, or nobody', async () => {
    await expect(open('q.csv', 'a,b')).rejects.toMatchObject({
      code: 'unknown-file-type',
      message:
        "Nothing here reads '.csv' files ('q.csv'); these are read: .json, .jsonl, .ndjson. Install it: npm i @touchstone/dataset-files",
    });
    await expect(open('q.docx', 'x')).rejects.toMatchObject({
      message: "Nothing here reads '.docx' files ('q.docx'); these are read: .json, .jsonl, .ndjson.",
    });
    await expect(open('q', 'x')).rejects.toMatchObject({
      message: "'q' has no file extension; these are read: .json, .jsonl, .ndjson.",
    });
    await expect(open('https://example.org/q.jsonl')).rejects.toMatchObject({
      message:
        "data is 'https://example.org/q.jsonl', an address; it is read from files, so download it and give its path, or allow a download of at most 100 MB: file('…', { maxDownload: 100 }).",
    });
  });
});

describe('a loader of a plug-in', () => {
  it('opens its own extension, the longest one first', async () => {
    const loader = (name: string, extension: string) => ({
      extensions: [extension],
      open: async () => ({ name, rereadable: true, rows: () => [{ q: 'a' }] }),
    });
    const loaders = [...jsonFileLoaders, loader('any archive', '.gz'), loader('zipped lines', '.jsonl.gz')];
    writeFileSync(join(folder, 'q.JSONL.GZ'), '');
    const data = await openData('q.JSONL.GZ', { cwd: folder, loaders });
    expect([data.name, await toArray(data.rows())]).toEqual(['zipped lines', [{ q: 'a' }]]);
  });
});
