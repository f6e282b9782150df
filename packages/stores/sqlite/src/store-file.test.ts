import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { samplePlan, sampleRun, temporaryFolder } from '@touchstone/testing';
import { describe, expect, it } from 'vitest';
import defaultExport, { sqlite } from './index.ts';

describe('the file', () => {
  it('is not touched by the factory, nor made by reading', async () => {
    const folder = temporaryFolder();
    await using store = sqlite(join(folder, 'deep', 'runs.db'));
    expect(store).toMatchObject({ name: join(folder, 'deep', 'runs.db'), durable: true });
    expect(await store.catalog.find({})).toEqual([]);
    expect(await store.catalog.leased(sampleRun().id)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
    expect(defaultExport).toBe(sqlite);
  });

  it.each(['runs.db', '빈 칸과 한글.db', 'a?b#c%20d;e\'f"g.db', 'no-ending'])(
    'may be named %s, and is for its owner only',
    async (name) => {
      const file = join(temporaryFolder(), '폴더 (1)', name);
      await using store = sqlite(file);
      const record = sampleRun();
      await using run = await store.catalog.create(record);
      await (await run.journal(1, samplePlan(1))).append([{ type: 'row', ordinal: 0, key: 'k', row: {} }]);
      expect(await store.catalog.find({})).toEqual([record]);
      for (const path of [file, `${file}-wal`, `${file}-shm`]) expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
    },
  );

  it('is one store under all its names: a lease holds through a link', async () => {
    const folder = temporaryFolder();
    await using store = sqlite(join(folder, 'runs.db'));
    const record = sampleRun();
    await using _run = await store.catalog.create(record);
    symlinkSync(join(folder, 'runs.db'), join(folder, 'link.db'));
    await using other = sqlite(join(folder, 'link.db'));
    expect(await other.catalog.leased(record.id)).toBe(true);
    expect(existsSync(join(folder, 'link.db-leases'))).toBe(false);
  });

  it('keeps everything beside it in order when the store is closed', async () => {
    const folder = temporaryFolder();
    const store = sqlite(join(folder, 'runs.db'));
    const run = await store.catalog.create(sampleRun());
    await (await run.journal(1, samplePlan(1))).append([{ type: 'row', ordinal: 0, key: 'k', row: {} }]);
    await store.catalog.find({});
    await store[Symbol.asyncDispose]();
    expect(readdirSync(folder)).toEqual(['runs.db', 'runs.db-leases']);
    expect(readdirSync(join(folder, 'runs.db-leases'))).toEqual([]);
  });
});

describe('a store that this user may only read', () => {
  it.each([
    ['the file', 0o777],
    ['file and folder', 0o555],
  ])('is read, and refuses to be written: %s', async (_, folderMode) => {
    const folder = temporaryFolder();
    const file = join(folder, 'runs.db');
    const { id } = sampleRun();
    {
      await using store = sqlite(file);
      await using run = await store.catalog.create(sampleRun({ id }));
      await (await run.journal(1, samplePlan(1))).append([{ type: 'row', ordinal: 0, key: 'k', row: {} }]);
    }
    chmodSync(file, 0o444);
    chmodSync(folder, folderMode);
    const script = join(import.meta.dirname, '__fixtures__', 'store-process.mjs');
    const { stdout } = spawnSync(process.execPath, [script, file, 'read', id], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    chmodSync(folder, 0o777);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      1,
      1,
      false,
      {
        code: 'store-read-only',
        message: `${file} cannot be written: the file, its folder or its disk is read-only for this user. Allow writing, or name another store.`,
      },
    ]);
  });
});

describe('Node', () => {
  it('does not warn that its SQLite is experimental', () => {
    const script = join(import.meta.dirname, '__fixtures__', 'store-process.mjs');
    const { stderr } = spawnSync(process.execPath, [script, join(temporaryFolder(), 'runs.db'), 'create', sampleRun().id], {
      encoding: 'utf8',
    });
    expect(stderr).not.toContain('SQLite is an experimental feature');
  });
});
