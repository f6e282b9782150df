import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { refusal, samplePlan, sampleRun, temporaryFolder } from '@touchstone/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sqlite } from './index.ts';

describe('a process that is killed', () => {
  it('has stored all that was acknowledged, each append whole or not at all, and leaves the run free at once', async () => {
    const file = join(temporaryFolder(), 'runs.db');
    const { id } = sampleRun();
    await using store = sqlite(file);
    await (await store.catalog.create(sampleRun({ id })))[Symbol.asyncDispose]();
    const acknowledged = new Set<number>();
    let next = 0;
    for (const acknowledgements of [1, 2, 9, 40, 133, 400]) {
      const { child, lines, exited } = start(file, 'append', id, String(next));
      let count = 0;
      for await (const line of lines) {
        acknowledged.add(Number(line));
        if (++count === acknowledgements) child.kill('SIGKILL');
      }
      await exited;
      next = Math.max(...acknowledged) + 10;

      expect(await store.catalog.leased(id)).toBe(false);
      await using run = await store.catalog.open(id);
      const rows = (await Array.fromAsync((await run.journal(1, samplePlan(2))).rows())).flat();
      const stored = new Set(rows.map(({ ordinal }) => ordinal));
      expect([...acknowledged].filter((ordinal) => !stored.has(ordinal))).toEqual([]);
      const torn = rows.filter(({ trials }) => trials[0]?.prediction === undefined || trials[0].scores.size !== 2);
      expect(torn).toEqual([]);
      // At most the three appends in flight of each life were stored without being acknowledged.
      expect(rows.length).toBeLessThanOrEqual(acknowledged.size + 3 * 6);
    }
  });
});

describe('two processes', () => {
  it('do not work on one run: the second is refused with who has it, and can go on when the first was killed', async () => {
    const file = join(temporaryFolder(), 'runs.db');
    const { id } = sampleRun();
    await using store = sqlite(file);
    await (await store.catalog.create(sampleRun({ id })))[Symbol.asyncDispose]();

    const holder = start(file, 'hold', id);
    await holder.lines.next();
    expect(await store.catalog.leased(id)).toBe(true);
    for (const asking of [() => store.catalog.open(id), () => store.catalog.delete(id)]) {
      const { code, message, kind } = await refusal(asking);
      expect({ code, kind }).toEqual({ code: 'run-locked', kind: 'store' });
      expect(message.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, '<time>')).toBe(
        `Another process (pid ${holder.child.pid}) works on run ${id} since <time>; wait until it is done, or stop it.`,
      );
    }
    // Asking did not take the lease away.
    expect(await store.catalog.leased(id)).toBe(true);
    expect(await saidBy(start(file, 'open', id))).toEqual([expect.objectContaining({ code: 'run-locked' })]);

    holder.child.kill('SIGKILL');
    await holder.exited;
    expect(await store.catalog.leased(id)).toBe(false);
    expect(await saidBy(start(file, 'open', id))).toEqual(['opened']);
    await using run = await store.catalog.open(id);
    expect(run.id).toBe(id);
  });

  it('leave no lease behind when they close their runs', async () => {
    const file = join(temporaryFolder(), 'runs.db');
    const { id } = sampleRun();
    await using store = sqlite(file);
    await (await store.catalog.create(sampleRun({ id })))[Symbol.asyncDispose]();
    const holder = start(file, 'hold', id);
    await holder.lines.next();
    expect(readdirSync(`${file}-leases`)).toEqual([id]);
    holder.child.stdin?.end();
    await holder.exited;
    expect(readdirSync(`${file}-leases`)).toEqual([]);
  });

  it('create a store at the same moment, and write to it', async () => {
    const file = join(temporaryFolder(), 'new', 'runs.db');
    const ids = Array.from({ length: 4 }, () => sampleRun().id);
    const said = await Promise.all(ids.map((id) => saidBy(start(file, 'create', id))));
    expect(said).toEqual(ids.map(() => ['created']));
    await using store = sqlite(file);
    expect((await store.catalog.find({})).map(({ id }) => id).sort()).toEqual([...ids].sort());
  });

  it('read while another one writes', async () => {
    const file = join(temporaryFolder(), 'runs.db');
    const { id } = sampleRun();
    await using store = sqlite(file);
    await (await store.catalog.create(sampleRun({ id })))[Symbol.asyncDispose]();
    const { child, lines } = start(file, 'append', id);
    let count = 0;
    for await (const line of lines) {
      if (count++ % 20 === 0) {
        const reader = await store.catalog.reader(id, 1);
        expect(await reader.stored(Number(line), Number(line) + 1)).toHaveLength(1);
        expect(await store.catalog.find({ statuses: ['running'] })).toHaveLength(1);
      }
      if (count === 200) child.kill('SIGKILL');
    }
    expect(count).toBeGreaterThanOrEqual(200);
  });
});

interface StoreProcess {
  readonly child: ChildProcess;
  readonly lines: AsyncIterableIterator<string>;
  readonly exited: Promise<unknown>;
}

function start(file: string, ...rest: readonly string[]): StoreProcess {
  const script = join(import.meta.dirname, '__fixtures__', 'store-process.mjs');
  const child = spawn(process.execPath, [script, file, ...rest], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, lines, exited: once(child, 'exit') };
}

async function saidBy({ lines, exited }: StoreProcess): Promise<readonly unknown[]> {
  const said = (await Array.fromAsync(lines)).map((line) => JSON.parse(line));
  await exited;
  return said;
}
