import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Entry, Json } from '@touchstone/core';
import { refusal, samplePlan, sampleRun, temporaryFolder } from '@touchstone/testing';
import { describe, expect, it } from 'vitest';
import { checkStore, removeLeftoverLeases, sqlite } from './index.ts';

describe('a file that is no store', () => {
  it.each([
    [
      'text',
      (file: string) => writeFileSync(file, 'question,answer\n'.repeat(100)),
      'is not a Touchstone store, or its beginning is damaged; nothing was changed in it. Name another file.',
    ],
    [
      'a database of another program',
      makeOtherDatabase,
      'is a database of another program, not a Touchstone store; nothing was changed in it. Name another file.',
    ],
  ])('is refused and left as it is: %s', async (_, make, rest) => {
    const file = join(temporaryFolder(), 'runs.db');
    make(file);
    const before = readFileSync(file);
    await using store = sqlite(file);
    for (const asking of [() => store.catalog.find({}), () => store.catalog.create(sampleRun())]) {
      expect(await refusal(asking)).toMatchObject({ code: 'store-not-a-database', kind: 'store', message: `${file} ${rest}` });
    }
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(checkStore(file)).toMatchObject({ exists: true, ok: false, problems: [{ code: 'store-not-a-database' }] });
  });

  it('is refused when it is a folder', async () => {
    const file = join(temporaryFolder(), 'runs.db');
    mkdirSync(file);
    await using store = sqlite(file);
    expect(await refusal(() => store.catalog.create(sampleRun()))).toMatchObject({
      code: 'store-not-a-database',
      message: `${file} is a folder; a store is a file. Name a file in it.`,
    });
  });

  it('is refused when its folder is a file', async () => {
    const file = join(temporaryFolder(), 'runs.db', 'runs.db');
    writeFileSync(join(file, '..'), '');
    await using store = sqlite(file);
    expect(await refusal(() => store.catalog.create(sampleRun()))).toMatchObject({ code: 'store-failed', kind: 'store' });
  });

  it('is refused when a newer Touchstone wrote it, with what to install', async () => {
    const file = await makeStore(1);
    const newer = new DatabaseSync(file);
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    await using store = sqlite(file);
    for (const asking of [() => store.catalog.find({}), () => store.catalog.create(sampleRun())]) {
      expect(await refusal(asking)).toMatchObject({
        code: 'store-newer',
        message: `${file} was written by a newer Touchstone: it has schema 99, this one knows schemas up to 4. Update with npm install @touchstone/store-sqlite@latest.`,
      });
    }
  });

  it('is taken when it is empty', async () => {
    const file = join(temporaryFolder(), 'runs.db');
    writeFileSync(file, '');
    await using store = sqlite(file);
    expect(await store.catalog.find({})).toEqual([]);
    await using _run = await store.catalog.create(sampleRun());
    expect(await store.catalog.find({})).toHaveLength(1);
  });
});

describe('a damaged store', () => {
  it('is said to be damaged when its end is missing', async () => {
    const file = await makeStore(2_000);
    truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096);
    await using store = sqlite(file);
    const error = await refusal(async () => readAll(store));
    expect(error).toMatchObject({ code: 'store-corrupt', kind: 'store' });
    expect(error.message).toMatch(
      / is damaged \(.+\)\. Keep a copy of it and of .+-wal before anything else; touchstone doctor --repair saves what can be read to a new file\.$/,
    );
    expect(checkStore(file).problems.map(({ code }) => code)).toContain('store-corrupt');
  });

  it('is said to be damaged when pages were overwritten', async () => {
    const file = await makeStore(2_000);
    const handle = openSync(file, 'r+');
    for (let page = 60; page < 90; page++) writeSync(handle, Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096);
    closeSync(handle);
    await using store = sqlite(file);
    expect((await refusal(async () => readAll(store))).code).toBe('store-corrupt');
    expect(checkStore(file)).toMatchObject({ exists: true, ok: false, schema: 4, runs: 1 });
  });

  it('is said to be damaged when a record is not what was written', async () => {
    const file = await makeStore(1);
    const other = new DatabaseSync(file);
    other.exec(`UPDATE row SET cells = '{"a":'`);
    other.close();
    await using store = sqlite(file);
    const { code, message } = await refusal(async () => readAll(store));
    expect(code).toBe('store-corrupt');
    expect(message).toContain(`${file} is damaged (a record is not what was written).`);
    // SQLite sees nothing wrong with it.
    expect(checkStore(file)).toMatchObject({ ok: false, problems: [{ code: 'store-corrupt', message }] });
  });
});

describe('checkStore', () => {
  it('finds nothing wrong with a store in order, nor with one that does not exist yet', async () => {
    const file = await makeStore(10);
    expect(checkStore(file)).toEqual({
      file,
      exists: true,
      schema: 4,
      knownSchema: 4,
      ok: true,
      runs: 1,
      bytes: expect.any(Number),
      walBytes: 0,
      died: [{ id: expect.stringMatching(/^[0-9a-f]{32}$/), name: 'quiet-otter' }],
      leftoverLeases: [],
      problems: [],
    });
    expect(checkStore(file).bytes).toBeGreaterThanOrEqual(statSync(file).size);
    const missing = join(temporaryFolder(), 'runs.db');
    expect(checkStore(missing)).toEqual({
      file: missing,
      exists: false,
      knownSchema: 4,
      ok: true,
      runs: 0,
      bytes: 0,
      walBytes: 0,
      died: [],
      leftoverLeases: [],
      problems: [],
    });
  });

  it('does not take JSON for damaged that only SQLite finds too deep', async () => {
    const file = join(temporaryFolder(), 'runs.db');
    await using store = sqlite(file);
    await using run = await store.catalog.create(sampleRun());
    const journal = await run.journal(1, samplePlan(1));
    const deep: Json = JSON.parse(`${'['.repeat(1_500)}"깊다"${']'.repeat(1_500)}`);
    await journal.append([{ type: 'row', ordinal: 0, key: 'k', row: { deep } }]);
    expect(checkStore(file)).toMatchObject({ ok: true, problems: [] });
  });

  it('tells which runs died, and which lease files they left', async () => {
    const file = await makeStore(1);
    await using store = sqlite(file);
    const alive = await store.catalog.create(sampleRun({ name: '살아 있는 실행' }));
    const [dead] = (await store.catalog.find({ name: 'quiet-otter' })).map(({ id }) => id);
    writeFileSync(join(`${file}-leases`, dead ?? ''), '');
    expect(checkStore(file)).toMatchObject({ ok: true, died: [{ id: dead, name: 'quiet-otter' }], leftoverLeases: [dead] });
    // Looking does not take the lease away from the one that lives.
    expect(await store.catalog.leased(alive.id)).toBe(true);
    expect(removeLeftoverLeases(file)).toEqual([dead]);
    expect(readdirSync(`${file}-leases`)).toEqual([alive.id]);
    expect(await store.catalog.leased(alive.id)).toBe(true);
    await alive[Symbol.asyncDispose]();
  });
});

async function makeStore(rows: number): Promise<string> {
  const file = join(temporaryFolder(), 'runs.db');
  await using store = sqlite(file);
  await using run = await store.catalog.create(sampleRun());
  const journal = await run.journal(1, samplePlan(1));
  await journal.append(
    Array.from(
      { length: rows },
      (_, ordinal): Entry => ({ type: 'row', ordinal, key: `k${ordinal}`, row: { text: 'x'.repeat(300) } }),
    ),
  );
  return file;
}

async function readAll(store: ReturnType<typeof sqlite>): Promise<void> {
  for (const { id } of await store.catalog.find({})) await Array.fromAsync((await store.catalog.reader(id, 1)).rows());
}

function makeOtherDatabase(file: string): void {
  const other = new DatabaseSync(file);
  other.exec('CREATE TABLE bookmark (url TEXT)');
  other.close();
}
