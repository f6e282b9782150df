import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import yauzl from 'yauzl';
import yazl from 'yazl';
import { createTouchstone, memoryStore, metric, type RunStore, TouchstoneError, TouchstoneRuntime } from '../index.ts';

const data = ['서울', '부산', '대구', '𠮷野家 👩‍👩‍👧‍👦'].map((답, n) => ({ id: `질문 ${n}`, 답, 기준: n === 2 ? '부산' : 답 }));
const same = metric('same', ({ predictions }) => predictions !== '대구');
const long = metric('long', ({ predictions }) => {
  if (predictions === '대구') throw new Error('심판이 넘어졌다');
  return predictions === '부산' ? -0 : predictions.length;
});

describe('a run that was exported', () => {
  test('is the same run where it was imported: result, rows, annotations, and the file itself', async () => {
    const { touchstone, file, id } = await exported();
    const other = new TouchstoneRuntime({ store: memoryStore() });
    expect(await other.importRun(file)).toMatchObject({ isNew: true, run: { id, name: '시험', status: 'finished' } });
    expect(await other.runs()).toEqual(await touchstone.runs());
    const [mine, theirs] = [await touchstone.result(id), await other.result('시험')];
    expect(theirs.toJSON()).toEqual(mine.toJSON());
    expect(theirs.toString()).toBe(mine.toString());
    expect(await Array.fromAsync(theirs.rows())).toEqual(await Array.fromAsync(mine.rows()));
    expect(await other.annotations(id)).toEqual(await touchstone.annotations(id));
    await other.exportRun(id, `${file}.again`);
    expect(readFileSync(`${file}.again`).equals(readFileSync(file))).toBe(true);
  });

  test('goes on there: it takes new metrics and annotations, and keeps what was superseded', async () => {
    const { touchstone, file, id } = await exported();
    await touchstone.score(id, { rescore: [long] });
    await touchstone.exportRun(id, file);
    const store = memoryStore();
    const other = new TouchstoneRuntime({ store });
    await other.importRun(file);
    const reader = await store.catalog.reader(id, 1);
    const left = (await Array.fromAsync(reader.superseded())).flat();
    expect(left.map(({ entry, signature }) => [entry.type, entry.ordinal, signature])).toEqual(
      [0, 1, 2, 3].map((ordinal) => ['score', ordinal, expect.stringMatching(/^long/)]),
    );
    const scored = await other.score(id, { extraMetrics: [metric('short', ({ predictions }) => predictions.length < 3)] });
    expect(scored.metrics).toMatchObject({ 'short/mean': 0.75, 'same/mean': 1 });
    await other.annotate(id, { key: '질문 3', name: 'same', value: false, author: '이준' });
    expect((await other.result(id)).metrics).toMatchObject({ 'same/mean': 0.75 });
    expect(await other.annotations(id)).toHaveLength(2);
  });

  test('takes along what the run has logged: metrics, models and files', async () => {
    const file = join(folder(), '기록.zip');
    const touchstone = new TouchstoneRuntime({ store: memoryStore() });
    const run = await touchstone.startRun({ name: '기록' });
    await run.logMetrics({ 손실: 0.1, 걸음: 3 }, { step: 2 });
    await run.logArtifact('그림/점.bin', Uint8Array.from([0, 255, 10, 13]));
    await run.end();
    await using writer = await touchstone.store.catalog.open(run.id);
    await writer.logModel({ name: '모델', spec: { schema: 99, 나중: [null] }, at: 7 });
    await writer[Symbol.asyncDispose]();
    await touchstone.exportRun('기록', file);
    const other = new TouchstoneRuntime({ store: memoryStore() });
    await other.importRun(file);
    expect(await other.logged('기록')).toEqual(await touchstone.logged('기록'));
    expect((await other.logged('기록')).metrics.map(({ name, value, step }) => [name, value, step])).toEqual([
      ['손실', 0.1, 2],
      ['걸음', 3, 2],
    ]);
    expect(await other.artifact('기록', '그림/점.bin')).toEqual(Uint8Array.from([0, 255, 10, 13]));
    await other.exportRun('기록', `${file}.again`);
    expect(readFileSync(`${file}.again`).equals(readFileSync(file))).toBe(true);
  });

  test('can be read where it lies; the store does not learn of it', async () => {
    const { file, id, touchstone } = await exported();
    const other = new TouchstoneRuntime({ store: memoryStore() });
    const result = await other.result(file);
    expect(result.toJSON()).toEqual((await touchstone.result(id)).toJSON());
    await other.exportRun(file, `${file}.copy`);
    expect(readFileSync(`${file}.copy`).equals(readFileSync(file))).toBe(true);
    expect(await other.runs()).toEqual([]);
  });

  test('may have no rows, or no evaluation at all', async () => {
    const file = join(folder(), 'empty.zip');
    const store = memoryStore();
    const touchstone = createTouchstone({ store });
    const { run } = await touchstone.evaluate({ data, predictions: '답', targets: '기준', extraMetrics: [same] });
    const [plan] = (await store.catalog.evaluations(run.id)).map((record) => record.plan);
    for (const evaluations of [0, 1]) {
      const id = String(evaluations).repeat(32);
      const writer = await store.catalog.create({ ...(await touchstone.runs())[0], id } as never);
      if (evaluations > 0 && plan !== undefined) await writer.journal(1, plan);
      await writer[Symbol.asyncDispose]();
      await touchstone.exportRun(id, file);
      const other = new TouchstoneRuntime({ store: memoryStore() });
      await other.importRun(file);
      expect((await other.store.catalog.evaluations(id)).length).toBe(evaluations);
      await other.exportRun(id, `${file}.again`);
      expect(readFileSync(`${file}.again`).equals(readFileSync(file))).toBe(true);
    }
  });

  test('is left alone where it is already; another one with its id is refused with what differs', async () => {
    const { touchstone, file, id } = await exported();
    expect(await touchstone.importRun(file)).toMatchObject({ isNew: false, run: { id } });
    await touchstone.annotate(id, { key: '질문 0', name: '말투', value: '공손', author: '이준' });
    expect(await said(touchstone.importRun(file))).toEqual([
      'run-differs',
      `The store has run 시험 (${id.slice(0, 8)}) already, and it is not as it is in '${file}': 1-annotations.jsonl differs. Nothing was changed. Delete the one in the store first, or import into another store.`,
    ]);
    expect(await touchstone.annotations(id)).toHaveLength(2);
    await touchstone.deleteRun(id);
    expect(await touchstone.importRun(file)).toMatchObject({ isNew: true });
    expect(await touchstone.annotations(id)).toHaveLength(1);
  });

  test('is not exported while somebody works on it, and leaves no half file when it changes meanwhile', async () => {
    const { touchstone, id, file } = await exported();
    rmSync(file);
    const { store } = touchstone;
    {
      await using _writer = await store.catalog.open(id);
      expect(await said(touchstone.exportRun(id, file))).toEqual([
        'run-locked',
        `Run 시험 (${id.slice(0, 8)}) is being worked on: wait until it is done, or stop it.`,
      ]);
    }
    const meanwhile: RunStore = {
      ...store,
      calls: (run) => ({
        ...store.calls(run),
        // biome-ignore lint/correctness/useYield: the run has no calls.
        async *entries() {
          await using writer = await store.catalog.open(id);
          await writer.update({ name: '다른 이름' });
        },
      }),
    };
    expect(await said(new TouchstoneRuntime({ store: meanwhile }).exportRun(id, file))).toEqual([
      'run-changed',
      `Run 시험 (${id.slice(0, 8)}) was changed while it was read: try again when nobody works on it.`,
    ]);
    expect(readdirSync(join(file, '..'))).toEqual([]);
  });

  test('is a zip of JSON Lines for everybody else', async () => {
    const { file, id } = await exported();
    const contents = await unzipped(file);
    expect([...contents.keys()]).toEqual([
      '1-rows.jsonl',
      '1-scores.jsonl',
      '1-superseded.jsonl',
      '1-annotations.jsonl',
      'calls.jsonl',
      'log.jsonl',
      'manifest.json',
    ]);
    expect(JSON.parse(contents.get('1-rows.jsonl')?.split('\n')[1] ?? '')).toEqual({
      key: '질문 1',
      ordinal: 1,
      row: data[1],
      trials: [],
    });
    // JSON has a −0, and so has the file.
    expect(contents.get('1-scores.jsonl')).toContain('"ordinal":1,"score":{"status":"scored","value":-0}');
    const manifest = JSON.parse(contents.get('manifest.json') ?? '');
    expect(manifest).toMatchObject({ format: 'touchstone-run', version: 1, run: { id, name: '시험' } });
    for (const { name, lines, bytes, sha256 } of manifest.entries) {
      const content = Buffer.from(contents.get(name) ?? '');
      expect({ lines, bytes, sha256 }).toEqual({
        lines: content.filter((byte) => byte === 10).length,
        bytes: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
      });
    }
  });
});

describe('a file in which something is wrong', () => {
  test('is refused whichever byte of it was changed, or leads to the same run', async () => {
    const { touchstone, file, id } = await exported();
    const whole = readFileSync(file);
    await touchstone.exportRun(id, file);
    const changed = `${file}.changed.zip`;
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, difference) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ difference;
        writeFileSync(changed, bytes);
        const other = new TouchstoneRuntime({ store: memoryStore() });
        try {
          await other.importRun(changed);
        } catch (error) {
          if (!TouchstoneError.isInstance(error)) throw error;
          outcomes.add(error.code);
          expect(await other.runs()).toEqual([]);
          return;
        }
        outcomes.add('same');
        await other.exportRun(id, changed);
        expect(readFileSync(changed).equals(whole)).toBe(true);
      }),
      { numRuns: 400 },
    );
    expect([...outcomes].sort()).toEqual(['not-a-run-file', 'run-file-damaged', 'same']);
  });

  test('is refused wherever it was cut off', async () => {
    const { file } = await exported();
    const whole = readFileSync(file);
    const cut = `${file}.cut.zip`;
    for (const length of [0, 1, 100, Math.floor(whole.length / 2), whole.length - 30, whole.length - 1]) {
      writeFileSync(cut, whole.subarray(0, length));
      expect([length, (await said(into().importRun(cut)))[0]]).toEqual([length, 'not-a-run-file']);
    }
    expect(await said(into().importRun(cut))).toEqual([
      'not-a-run-file',
      `'${cut}' is no exported run, or it is not whole: it does not end as a zip does. Get the file again, or export the run again.`,
    ]);
  });

  const cases: readonly (readonly [
    name: string,
    change: (contents: Map<string, string>) => void,
    code: string,
    words: RegExp,
  ])[] = [
    [
      'text that is not what was hashed',
      edit('1-rows.jsonl', (text) => text.replace('서울', '수원')),
      'run-file-damaged',
      /1-rows\.jsonl is not what was exported/,
    ],
    ['an entry too few', (contents) => contents.delete('1-scores.jsonl'), 'run-file-damaged', /it has no 1-scores\.jsonl/],
    [
      'an entry too many',
      (contents) => contents.set('notes.txt', 'x'),
      'run-file-damaged',
      /an entry of which its manifest does not know/,
    ],
    ['no manifest', (contents) => contents.delete('manifest.json'), 'not-a-run-file', /is a zip, but no exported run/],
    [
      'a manifest of something else',
      (contents) => contents.set('manifest.json', '{"name":"x"}'),
      'not-a-run-file',
      /is no exported run/,
    ],
    ['a manifest that is no JSON', (contents) => contents.set('manifest.json', '{'), 'not-a-run-file', /is no exported run/],
    [
      'a newer format',
      editManifest((manifest) => ({ ...manifest, version: 2 })),
      'run-file-newer',
      /has format 2, this one knows formats up to 1\. Update with npm install/,
    ],
    [
      'an id that is a path',
      editManifest((manifest) => ({ ...manifest, run: { ...object(manifest.run), id: '../../../etc/passwd' } })),
      'run-file-damaged',
      /its manifest has something else under 'run'/,
    ],
    [
      'tags that are no texts',
      editManifest((manifest) => ({ ...manifest, run: { ...object(manifest.run), tags: { a: {} } } })),
      'run-file-damaged',
      /under 'run'/,
    ],
    [
      'a plan that is none',
      editManifest((manifest) => ({ ...manifest, evaluations: [{ index: 1, plan: {} }] })),
      'run-file-damaged',
      /under 'evaluations'/,
    ],
    ['money that is none', editManifest((manifest) => ({ ...manifest, reserved: '1' })), 'run-file-damaged', /under 'reserved'/],
    [
      'entries that a manifest does not list',
      editManifest((manifest) => ({ ...manifest, entries: [] })),
      'run-file-damaged',
      /under 'entries'/,
    ],
    [
      'a line that is no JSON',
      hashed('1-scores.jsonl', (text) => text.replace('{', '[')),
      'run-file-damaged',
      /line 1 of 1-scores\.jsonl is not what/,
    ],
    [
      'a row without its number',
      hashed('1-rows.jsonl', (text) => text.replace('"ordinal":2', '"ordinal":-2')),
      'run-file-damaged',
      /line 3 of 1-rows\.jsonl/,
    ],
    [
      'a score that is none',
      hashed('1-scores.jsonl', (text) => text.replace('"value":2', '"value":[2]')),
      'run-file-damaged',
      /line \d of 1-scores\.jsonl/,
    ],
    [
      'an annotation of another evaluation',
      hashed('1-annotations.jsonl', (text) => text.replace('"evaluation":1', '"evaluation":2')),
      'run-file-damaged',
      /line 1 of 1-annotations\.jsonl/,
    ],
    [
      'a last line that does not end',
      hashed('1-scores.jsonl', (text) => text.slice(0, -1)),
      'run-file-damaged',
      /the last line of 1-scores\.jsonl does not end/,
    ],
    [
      'a number of lines that is another one',
      editManifest((manifest) => ({
        ...manifest,
        entries: list(manifest.entries).map((entry) => ({ ...object(entry), lines: 3 })),
      })),
      'run-file-damaged',
      /is not what was exported/,
    ],
  ];
  test.each(cases)('is refused: %s', async (_, change, code, words) => {
    const { file } = await exported();
    const contents = await unzipped(file);
    change(contents);
    await zipped(file, contents);
    const other = into();
    const [found, sentence] = await said(other.importRun(file));
    expect(found).toBe(code);
    expect(sentence).toMatch(words);
    expect(await other.runs()).toEqual([]);
  });

  test('is refused when it has a name twice, or one that leads out of a folder; nothing is written', async () => {
    const { file } = await exported();
    const contents = await unzipped(file);
    const bytes = async (name: string): Promise<Buffer> => {
      await zipped(file, new Map([...contents, ['9-rows.jsonl', 'x']]));
      return Buffer.from(readFileSync(file).toString('latin1').replaceAll('9-rows.jsonl', name), 'latin1');
    };
    writeFileSync(file, await bytes('1-rows.jsonl'));
    expect(await said(into().importRun(file))).toEqual(['run-file-damaged', expect.stringContaining("has '1-rows.jsonl' twice")]);
    for (const name of ['../../../x/y', '/etc/passwd2', 'a\\..\\..\\xyz']) {
      writeFileSync(file, await bytes(name));
      expect((await said(into().importRun(file)))[0]).toBe('run-file-damaged');
    }
    expect(readdirSync(join(file, '..'))).toEqual(['run.zip']);
  });

  test('is refused when an entry is larger than it says, before that fills the memory', async () => {
    const { file } = await exported();
    const contents = await unzipped(file);
    const size = Buffer.byteLength(contents.get('1-rows.jsonl') ?? '');
    // The zip and the manifest agree about the size; what comes out of it is a thousand times as much.
    await zipped(file, new Map([...contents, ['1-rows.jsonl', `${' '.repeat(size * 1_000)}`]]));
    const bytes = readFileSync(file);
    for (let at = bytes.indexOf(CENTRAL); at >= 0; at = bytes.indexOf(CENTRAL, at + 4)) {
      if (bytes.readUInt32LE(at + 24) === size * 1_000) bytes.writeUInt32LE(size, at + 24);
    }
    writeFileSync(file, bytes);
    expect((await said(into().importRun(file)))[0]).toBe('run-file-damaged');
  });

  test('is refused when a line does not end, at 256 MiB of it', { timeout: 120_000 }, async () => {
    const { file } = await exported();
    const contents = await unzipped(file);
    const block = Buffer.alloc(1024 * 1024, 0x20);
    const hash = createHash('sha256');
    for (let n = 0; n < 257; n++) hash.update(block);
    const manifest = JSON.parse(contents.get('manifest.json') ?? '');
    manifest.entries[0] = { name: '1-rows.jsonl', lines: 1, bytes: 257 * block.length, sha256: hash.digest('hex') };
    contents.set('manifest.json', JSON.stringify(manifest));
    await zipped(file, contents, new Map([['1-rows.jsonl', () => Readable.from(Array(257).fill(block), { objectMode: false })]]));
    expect(await said(into().importRun(file))).toEqual([
      'run-file-damaged',
      expect.stringContaining('a line of 1-rows.jsonl does not end'),
    ]);
  });

  test('cannot be read without the library for it, which is said', async () => {
    const { file } = await exported();
    vi.doMock('yauzl', () => {
      throw new Error('Cannot find package');
    });
    onTestFinished(() => void vi.doUnmock('yauzl'));
    expect(await said(into().importRun(file))).toEqual([
      'zip-library-missing',
      'Files of runs need two libraries for zips: npm install yazl yauzl.',
    ]);
  });

  test('is said to be missing when there is none, and is no run to work on', async () => {
    const { file, touchstone } = await exported();
    expect(await said(into().importRun('없는 파일.zip'))).toEqual(['run-file-missing', "There is no file '없는 파일.zip'."]);
    expect(await said(into().importRun(join(file, '..')))).toEqual(['run-file-unreadable', expect.any(String)]);
    expect(await said(into().result('없는 파일.zip'))).toEqual([
      'run-not-found',
      "There is no run '없는 파일.zip', and no file of that name.",
    ]);
    expect(await said(touchstone.deleteRun(file))).toEqual([
      'run-not-found',
      `'${file}' is a file: take the run in it into the store first, with touchstone import ${file}.`,
    ]);
    expect(existsSync(file)).toBe(true);
  });
});

const CENTRAL = Buffer.from('PK\u0001\u0002');

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'touchstone 파일 '));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function into(): TouchstoneRuntime {
  return new TouchstoneRuntime({ store: memoryStore() });
}

/** A finished run with a failed score, a −0 and an annotation. */
async function exported() {
  const touchstone = createTouchstone({ store: memoryStore() });
  const { run } = await touchstone.evaluate({
    data,
    predictions: '답',
    targets: '기준',
    id: 'id',
    extraMetrics: [same, long],
    run: { name: '시험', tags: { 팀: '검색' } },
  });
  await touchstone.annotate(run.id, { key: '질문 2', name: 'same', value: true, author: '김민지', reason: '농담이다' });
  const file = join(folder(), 'run.zip');
  await touchstone.exportRun(run.id, file);
  return { touchstone, file, id: run.id };
}

async function said(work: Promise<unknown>): Promise<readonly [code: string, message: string]> {
  try {
    await work;
  } catch (error) {
    if (TouchstoneError.isInstance(error)) return [error.code, error.message];
    throw error;
  }
  throw new Error('It was not refused.');
}

async function unzipped(file: string): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  const zip = await yauzl.openPromise(file);
  for await (const entry of zip.eachEntry()) {
    contents.set(entry.fileName, Buffer.concat(await Array.fromAsync(await zip.openReadStreamPromise(entry))).toString());
  }
  return contents;
}

async function zipped(
  file: string,
  contents: ReadonlyMap<string, string>,
  streams: ReadonlyMap<string, () => Readable> = new Map(),
): Promise<void> {
  const zip = new yazl.ZipFile();
  for (const [name, text] of contents) {
    const stream = streams.get(name);
    if (stream === undefined) zip.addBuffer(Buffer.from(text), name);
    else zip.addReadStream(stream(), name, { compressionLevel: 1 });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
}

type Contents = Map<string, string>;

function edit(name: string, change: (text: string) => string): (contents: Contents) => void {
  return (contents) => {
    const text = contents.get(name) ?? '';
    expect(change(text)).not.toBe(text);
    contents.set(name, change(text));
  };
}

function editManifest(change: (manifest: Readonly<Record<string, unknown>>) => object): (contents: Contents) => void {
  return edit('manifest.json', (text) => JSON.stringify(change(JSON.parse(text))));
}

/** As somebody would do it who means ill: the manifest says what is there now. */
function hashed(name: string, change: (text: string) => string): (contents: Contents) => void {
  return (contents) => {
    edit(name, change)(contents);
    const content = Buffer.from(contents.get(name) ?? '');
    const now = { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
    editManifest((manifest) => ({
      ...manifest,
      entries: list(manifest.entries).map((entry) => (object(entry).name === name ? { ...object(entry), ...now } : entry)),
    }))(contents);
  };
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
