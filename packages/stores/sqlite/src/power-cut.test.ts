import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Entry, evaluate, metric } from '@touchstone/core';
import { samplePlan, sampleRun, temporaryFolder } from '@touchstone/testing';
import { describe, expect, it } from 'vitest';
import { checkStore, salvageStore, sqlite } from './index.ts';

const HEADER = 32;
const FRAME = 24 + 4096;
const ID = 'a'.repeat(32);

/**
 * A power cut leaves the database as it was synced, and of the write-ahead log some beginning. What was acknowledged when the log was so
 * long must be there then; what came later was never promised.
 */
describe('a store whose power was cut', () => {
  it('has all that was acknowledged, whichever frame was the last to reach the disk', async () => {
    const written = await writeStore();
    const frames = (written.log.length - HEADER) / FRAME;
    expect(frames).toBeGreaterThan(60);
    for (let frame = 0; frame <= frames; frame++) {
      const log = written.log.subarray(0, HEADER + frame * FRAME);
      await checkCut(written, log);
      // Who reads the log without SQLite comes to the same.
      const salvage = salvageStore(placeStore(written.database, log));
      expect(salvage).toMatchObject({ isWhole: true, runs: [{ id: ID, saved: { rows: promisedBy(written, log.length) } }] });
    }
  });

  it('has it when a frame was written in part', async () => {
    const written = await writeStore();
    const frames = (written.log.length - HEADER) / FRAME;
    for (let frame = 0; frame < frames; frame += 5) {
      const end = HEADER + frame * FRAME;
      for (const more of [1, 23, 24, 25, 24 + 512, FRAME - 1]) await checkCut(written, written.log.subarray(0, end + more));
    }
    for (const header of [0, 1, HEADER - 1]) await checkCut(written, written.log.subarray(0, header));
  });

  it.each([
    ['noise', (): Uint8Array => Uint8Array.from({ length: FRAME }, (_, at) => Math.imul(at + 1, 2_654_435_761) >>> 13)],
    ['zeros', (): Uint8Array => new Uint8Array(FRAME)],
    [
      'half of what was to be written',
      (frame: Uint8Array): Uint8Array => Buffer.concat([frame.subarray(0, 2_048), new Uint8Array(FRAME - 2_048)]),
    ],
  ])('has it when the last frame is %s, and the next ones did reach the disk', async (_, tear) => {
    const written = await writeStore();
    const frames = (written.log.length - HEADER) / FRAME;
    for (let frame = 0; frame < frames; frame += 3) {
      const [from, to] = [HEADER + frame * FRAME, HEADER + (frame + 1) * FRAME];
      const torn = tear(written.log.subarray(from, to));
      await checkCut(written, Buffer.concat([written.log.subarray(0, from), torn]), from);
      await checkCut(
        written,
        Buffer.concat([written.log.subarray(0, from), torn, written.log.subarray(to, to + 2 * FRAME)]),
        from,
      );
    }
  });

  it('takes nothing back from an earlier round of the log, which stands behind the new frames', async () => {
    const written = await writeStore('over an earlier round');
    const earlier = written.earlierLog;
    expect(earlier.length).toBeGreaterThan(written.log.length);
    for (let end = HEADER; end <= written.log.length; end += 3 * FRAME) {
      await checkCut(written, Buffer.concat([written.log.subarray(0, end), earlier.subarray(end)]), end);
    }
  });
});

describe('an evaluation whose power was cut', () => {
  it('goes on wherever it was, asks only for what had not reached the disk, and ends as if nothing had happened', async () => {
    const data = Array.from({ length: 30 }, (_, n) => ({ question: `질문 ${n}` }));
    const brief = metric('brief', ({ predictions }) => predictions.length / 7);
    const run = async (file: string): Promise<{ readonly asked: readonly string[]; readonly metrics: object }> => {
      const asked: string[] = [];
      await using store = sqlite(file);
      const answer = async ({ question }: { question: string }): Promise<string> => {
        asked.push(question);
        await new Promise((resolve) => setTimeout(resolve, 2));
        return `${question}에 대한 답`;
      };
      const request = { data, extraMetrics: [brief], store, limits: { concurrency: 3 }, run: { key: '밤마다' } } as const;
      const result = await evaluate({ ...request, model: answer, resume: 'auto', onProgress: () => keep?.() });
      return { asked, metrics: result.metrics };
    };
    const whole = join(temporaryFolder(), 'runs.db');
    let log = Buffer.alloc(0);
    let database = Buffer.alloc(0);
    // As long as the store is open: closing it would move the log into the file.
    let keep: (() => void) | undefined = () => {
      log = readFileSync(`${whole}-wal`);
      database = readFileSync(whole);
    };
    const uninterrupted = await run(whole);
    keep = undefined;
    expect(uninterrupted.asked).toHaveLength(data.length);

    const repeated: number[] = [];
    for (let end = HEADER; end <= log.length; end += FRAME) {
      const file = placeStore(database, log.subarray(0, end));
      const stored = new Set(predicted(file));
      const resumed = await run(file);
      expect(resumed.metrics).toEqual(uninterrupted.metrics);
      expect(resumed.asked.filter((question) => stored.has(question))).toEqual([]);
      expect(resumed.asked.length + stored.size).toBe(data.length);
      repeated.push(resumed.asked.length);
    }
    // From the beginning to nearly the end.
    expect(Math.max(...repeated)).toBe(data.length);
    expect(Math.min(...repeated)).toBeLessThan(data.length / 2);
  });
});

interface Written {
  readonly database: Uint8Array;
  readonly log: Uint8Array;
  /** What stood in the log's file before this round. */
  readonly earlierLog: Uint8Array;
  /** Rows that stood in the database before. */
  readonly before: number;
  /** How long the log was when the append of a row was acknowledged; by ordinal. */
  readonly acknowledged: ReadonlyMap<number, number>;
}

/** Appends rows one by one, and notes for each where the log ended when it was acknowledged. */
async function writeStore(round: 'in a new log' | 'over an earlier round' = 'in a new log'): Promise<Written> {
  const file = join(temporaryFolder(), 'runs.db');
  const before = round === 'in a new log' ? 5 : 90;
  await using store = sqlite(file);
  await using run = await store.catalog.create(sampleRun({ id: ID }));
  const journal = await run.journal(1, samplePlan(1));
  for (let ordinal = 0; ordinal < before; ordinal++) await journal.append(entries(ordinal));
  const other = new DatabaseSync(file);
  other.exec(`PRAGMA wal_checkpoint(${round === 'in a new log' ? 'TRUNCATE' : 'RESTART'})`);
  other.close();
  const [database, earlierLog] = [readFileSync(file), readFileSync(`${file}-wal`)];
  const acknowledged = new Map<number, number>();
  let end = 0;
  for (let ordinal = before; ordinal < before + 30; ordinal++) {
    await journal.append(entries(ordinal));
    end = endOfLog(readFileSync(`${file}-wal`));
    acknowledged.set(ordinal, end);
  }
  return { database, log: readFileSync(`${file}-wal`).subarray(0, end), earlierLog, before, acknowledged };
}

/** Frames of this round repeat the salt of the header. */
function endOfLog(log: Uint8Array): number {
  const salt = (at: number): string => log.subarray(at, at + 8).join(' ');
  let end = HEADER;
  while (end + FRAME <= log.length && salt(end + 8) === salt(16)) end += FRAME;
  return end;
}

function entries(ordinal: number): readonly Entry[] {
  return [
    { type: 'row', ordinal, key: `열쇠 ${ordinal}`, row: { text: `${ordinal} `.repeat(300) } },
    { type: 'score', ordinal, trial: 0, metric: 0, score: { status: 'scored', value: ordinal / 7 } },
  ];
}

/** @param end where the log ends that can be read; default: all of it */
async function checkCut(written: Written, log: Uint8Array, end = log.length): Promise<void> {
  const file = placeStore(written.database, log);
  const promised = promisedBy(written, end);
  await using store = sqlite(file);
  const reader = await store.catalog.reader(ID, 1);
  const rows = (await Array.fromAsync(reader.rows())).flat();
  expect({ end, rows: rows.map(({ ordinal }) => ordinal) }).toEqual({ end, rows: Array.from({ length: promised }, (_, n) => n) });
  expect(rows.filter(({ row, trials }) => row.text === undefined || trials[0]?.scores.size !== 1)).toEqual([]);
  {
    await using run = await store.catalog.open(ID);
    const journal = await run.journal(1, samplePlan(1));
    for (let ordinal = promised; ordinal < promised + 2; ordinal++) await journal.append(entries(ordinal));
    expect(await journal.size()).toBe(promised + 2);
  }
  expect(checkStore(file)).toMatchObject({ ok: true, problems: [] });
}

/** How many rows were acknowledged when the log ended there, and all before them. */
function promisedBy({ before, acknowledged }: Written, end: number): number {
  return before + [...acknowledged.values()].filter((length) => length <= end).length;
}

function placeStore(database: Uint8Array, log: Uint8Array): string {
  const file = join(temporaryFolder(), 'runs.db');
  writeFileSync(file, database);
  writeFileSync(`${file}-wal`, log);
  return file;
}

/** Questions whose prediction is stored, read without our own readers. */
function predicted(file: string): readonly string[] {
  const database = new DatabaseSync(file);
  try {
    const rows = database.prepare('SELECT cells FROM row JOIN prediction USING (evaluation, ordinal)').all();
    return rows.map(({ cells }) => JSON.parse(String(cells)).question);
  } catch {
    // Cut before there were tables.
    return [];
  } finally {
    database.close();
  }
}
