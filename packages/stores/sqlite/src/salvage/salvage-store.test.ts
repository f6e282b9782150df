import {
  closeSync,
  copyFileSync,
  existsSync,
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
import type { CallRecord, Entry } from '@touchstone/core';
import { refusal, sampleCall, samplePlan, sampleRun, temporaryFolder } from '@touchstone/testing';
import { describe, expect, it } from 'vitest';
import { checkStore, salvageStore, sqlite } from '../index.ts';

const PAGE = 4096;
const FINISHED = '1'.repeat(32);
const UNFINISHED = '2'.repeat(32);

describe('a store in which one page was overwritten', () => {
  it('loses what stood on that page and nothing else, whichever page it is', { timeout: 300_000 }, async () => {
    const whole = await makeStore();
    const [pages, stored] = [pagesOf(whole), await readStore(whole)];
    for (const page of pages) {
      const damaged = copyOf(whole);
      overwrite(damaged, page.number, rubbish(page.number));
      const before = readFileSync(damaged);
      const salvage = salvageStore(damaged);
      expect(readFileSync(damaged).equals(before)).toBe(true);

      const saved = await readStore(salvage.to);
      expect(checkStore(salvage.to)).toMatchObject({ ok: true, problems: [] });
      expect(TABLES.flatMap((table) => [...saved[table]].filter(([key, value]) => stored[table].get(key) !== value))).toEqual([]);

      const where = `page ${page.number} (${page.table} ${page.type})`;
      const lost = Object.fromEntries(TABLES.map((table) => [table, stored[table].size - saved[table].size]));
      expect({ where, ...lost }).toMatchObject({ where, ...expectedLoss(page) });
      // Indexes, and what only leads to leaves, can be lost without a loss; that is known where an index names every record.
      const isNoLoss =
        /^(?:sqlite_autoindex|sqlite_sequence|run_started|revision_evaluation|annotation_evaluation|cached_used|call_row|shared_call_of)/.test(
          page.table,
        ) ||
        (page.type === 'internal' && page.table !== 'score' && page.table !== 'sqlite_schema') ||
        (page.records === 0 && /^(?:superseded_|cached$)/.test(page.table));
      expect({ where, isWhole: salvage.isWhole }).toEqual({ where, isWhole: isNoLoss });
      // What the report says of the finished run is what is missing.
      const [finished] = salvage.runs.filter(({ id }) => id === FINISHED);
      if (page.table === 'row' || page.table === 'prediction') {
        const { row, prediction, score } = lost;
        const ofUnfinished = UNFINISHED_ROWS - (salvage.runs.find(({ id }) => id === UNFINISHED)?.saved.rows ?? 0);
        expect({ where, ...finished?.lost }).toMatchObject({
          where,
          rows: (row ?? 0) - ofUnfinished,
          predictions: prediction,
          scores: (score ?? 0) - ofUnfinished,
        });
      }
    }
    // The store is large enough for trees of all kinds.
    const kinds = ['run leaf', 'row internal', 'row leaf', 'row overflow', 'prediction internal', 'score internal', 'score leaf'];
    expect(pages.map(({ table, type }) => `${table} ${type}`)).toEqual(expect.arrayContaining(['sqlite_schema leaf', ...kinds]));
  });
});

/** SQLite itself tells how many records a page held. What is above the leaves of a table only leads to them. */
function expectedLoss({ table, type, records }: Page): Partial<Record<(typeof TABLES)[number], number>> {
  const count = table !== 'score' && type === 'internal' ? 0 : records;
  switch (table) {
    case 'row':
      return { row: count };
    case 'prediction':
      return { row: 0, prediction: count };
    case 'score':
      return { row: 0, prediction: 0, score: count };
    case 'call':
      return { row: 0, prediction: 0, score: 0, call: count };
    case 'logged_metric':
    case 'logged_model':
    case 'artifact':
    case 'model_version':
      return { row: 0, prediction: 0, score: 0, call: 0, logged: count };
    // Without its plan nobody knows what the scores of an evaluation are.
    case 'evaluation':
      return {};
    default:
      return { row: 0, prediction: 0, score: 0 };
  }
}

describe('a damaged store', () => {
  it('is saved as far as it goes when its second half is missing, and goes on from there', async () => {
    const damaged = copyOf(await makeStore());
    truncateSync(damaged, Math.floor(statSync(damaged).size / 2 / PAGE) * PAGE);
    const salvage = salvageStore(damaged);
    expect(salvage.isWhole).toBe(false);
    const [run] = salvage.runs;
    expect(run).toMatchObject({ id: FINISHED, name: '밤마다', status: 'incomplete' });
    expect(run?.saved.rows).toBeGreaterThan(50);
    expect(run?.lost).toEqual({
      rows: ROWS - (run?.saved.rows ?? 0),
      predictions: ROWS - (run?.saved.predictions ?? 0),
      scores: 2 * ROWS - (run?.saved.scores ?? 0),
      calls: expect.any(Number),
    });
    await using store = sqlite(salvage.to);
    expect(await store.catalog.find({ key: 'nightly' })).toMatchObject([
      { status: 'incomplete', reason: expect.stringMatching(/^the store was damaged, and of this run were lost: \d+ rows/) },
    ]);
    // The result of more than is there would belong to no rows.
    expect(await store.catalog.evaluations(FINISHED)).toEqual([expect.not.objectContaining({ snapshot: expect.anything() })]);
    await using again = await store.catalog.open(FINISHED);
    const journal = await again.journal(1, samplePlan(2));
    await journal.append(Array.from({ length: ROWS }, (_, ordinal) => row(ordinal)));
    expect(await journal.size()).toBe(ROWS);
  });

  it('keeps a run of which only the record was lost, under its own id', async () => {
    const whole = await makeStore();
    const damaged = copyOf(whole);
    const page = pagesOf(whole).find(({ table }) => table === 'run')?.number ?? 0;
    overwrite(damaged, page, rubbish(page));
    const { runs, lostRuns } = salvageStore(damaged);
    expect(lostRuns).toEqual([]);
    expect(runs.map(({ id, name, status, saved }) => [id, name, status, saved.rows])).toEqual([
      [FINISHED, 'salvaged 111111', 'incomplete', ROWS],
      [UNFINISHED, 'salvaged 222222', 'incomplete', UNFINISHED_ROWS],
    ]);
  });

  it('names the runs of which nothing is left', async () => {
    const whole = await makeStore();
    const damaged = copyOf(whole);
    for (const { number, table } of pagesOf(whole)) {
      if (table === 'run' || table === 'evaluation') overwrite(damaged, number, rubbish(number));
    }
    const { runs, lostRuns, isWhole } = salvageStore(damaged);
    expect({ runs, lostRuns, isWhole }).toEqual({ runs: [], lostRuns: [FINISHED, UNFINISHED], isWhole: false });
  });

  it('loses no record when only an index is damaged', async () => {
    const whole = await makeStore();
    const damaged = copyOf(whole);
    const page = pagesOf(whole).find(({ table }) => table === 'sqlite_autoindex_row_1')?.number ?? 0;
    overwrite(damaged, page, rubbish(page));
    expect(checkStore(damaged).ok).toBe(false);
    const salvage = salvageStore(damaged);
    expect(salvage).toMatchObject({ isWhole: true, damage: [{ table: 'sqlite_autoindex_row_1', pages: 1, records: 0 }] });
    expect(await readStore(salvage.to)).toEqual(await readStore(whole));
  });

  it('is saved without the records that are not what was written', async () => {
    const damaged = copyOf(await makeStore());
    const other = new DatabaseSync(damaged);
    other.exec(`UPDATE row SET cells = '{"a":' WHERE ordinal = 5`);
    other.close();
    expect(checkStore(damaged).problems).toMatchObject([{ code: 'store-corrupt' }]);
    const salvage = salvageStore(damaged);
    expect(salvage.damage).toEqual([{ table: 'row', pages: 0, records: 1 }]);
    // Either run has a row 5 or less: the unfinished one has three.
    expect(salvage.runs.map(({ lost }) => lost)).toEqual([
      { rows: 1, predictions: 1, scores: 2, calls: 0 },
      { rows: 0, predictions: 0, scores: 0, calls: 0 },
    ]);
    expect(checkStore(salvage.to).ok).toBe(true);
  });

  it('does not bring back what was deleted', async () => {
    const whole = await makeStore();
    {
      await using store = sqlite(whole);
      await store.catalog.delete(FINISHED);
    }
    const damaged = copyOf(whole);
    overwrite(damaged, 1, rubbish(1));
    const salvage = salvageStore(damaged);
    expect(salvage.runs.map(({ id }) => id)).toEqual([UNFINISHED]);
    expect(readFileSync(salvage.to).includes('긴 글 긴 글 긴 글')).toBe(true);
    expect([...(await readStore(salvage.to)).row.keys()].filter((key) => key.startsWith(FINISHED))).toEqual([]);
  });
});

describe('entries that left the record', () => {
  it.each(['row', 'prediction', 'score', 'revision'])(
    'do not come back as valid ones when no list of tables is left: %s',
    async (lost) => {
      const whole = await makeStore();
      {
        await using store = sqlite(whole);
        await using run = await store.catalog.open(UNFINISHED);
        const journal = await run.journal(1, samplePlan(1));
        await journal.append([prediction(0), prediction(1)]);
        await journal.revise({ supersede: { ordinals: [0, 1] } });
        await journal.append([{ ...row(0), key: '새것' } as Entry, prediction(0), score(0, 0)]);
        await store.catalog.annotate(UNFINISHED, [
          { evaluation: 1, ordinal: 2, trial: 0, name: '말투', value: '공손', author: '김서연', at: 1_790_000_000_000 },
        ]);
      }
      const stored = await readStore(whole);
      const damaged = copyOf(whole);
      overwrite(damaged, 1, rubbish(1));
      const leaf = pagesOf(whole).find(({ table, type }) => table === lost && type === 'leaf');
      overwrite(damaged, leaf?.number ?? 0, rubbish(2));
      const { to } = salvageStore(damaged);
      const saved = await readStore(to);
      expect(TABLES.flatMap((table) => [...saved[table]].filter(([key, value]) => stored[table].get(key) !== value))).toEqual([]);
      await using store = sqlite(to);
      const reader = await store.catalog.reader(UNFINISHED, 1);
      const superseded = (await Array.fromAsync(reader.superseded())).flat();
      // Without their revision nobody would know when they left, and of what signature they were.
      expect(superseded.map(({ entry }) => entry.type).sort()).toEqual(
        lost === 'revision' ? [] : ['prediction', 'prediction', 'row', 'row', 'score', 'score'],
      );
      expect(await store.catalog.annotations(UNFINISHED, 1)).toMatchObject([{ author: '김서연' }]);
    },
  );
});

describe('a write-ahead log', () => {
  it('is saved with the file it belongs to', async () => {
    const { file, rows } = await makeLoggedStore();
    const salvage = salvageStore(file);
    expect(salvage.isWhole).toBe(true);
    expect((await readStore(salvage.to)).row.size).toBe(rows);
  });

  it.each([
    ['a frame in its middle', (log: string) => damageAt(log, 32 + 40 * (24 + PAGE) + 500)],
    ['its header', (log: string) => damageAt(log, 18)],
  ])('that SQLite reads only up to a damage is said to be damaged, and saved behind it: %s', async (_, damage) => {
    const { file, rows } = await makeLoggedStore();
    damage(`${file}-wal`);
    const before = [file, `${file}-wal`].map((path) => readFileSync(path).toString('latin1'));
    const { ok, problems } = checkStore(file);
    expect({ ok, problems: problems.map(({ code }) => code) }).toEqual({ ok: false, problems: ['store-corrupt'] });
    expect(problems[0]?.message).toMatch(
      /-wal is damaged in its middle, and \d+ pages that were committed behind the damage cannot be reached any more\. Save them with touchstone doctor --repair before anything writes to the store; /,
    );
    const salvage = salvageStore(file);
    expect([file, `${file}-wal`].map((path) => readFileSync(path).toString('latin1'))).toEqual(before);
    // One page had one row or two; SQLite alone has lost all that was written after it.
    expect((await readStore(salvage.to)).row.size).toBeGreaterThan(rows - 5);
    expect((await readStore(copyOf(file))).row.size).toBeLessThan(rows / 2);
  });
});

describe('salvageStore', () => {
  it('refuses where nothing can be saved, and leaves nothing behind', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'runs.db');
    expect(await refusal(async () => salvageStore(file))).toMatchObject({
      code: 'store-missing',
      message: `There is no store ${file} that could be read: nothing was done.`,
    });
    writeFileSync(file, 'question,answer\n'.repeat(2_000));
    const sentence = `Nothing in ${file} is of a Touchstone store; it was left as it is. Name another file.`;
    expect(await refusal(async () => salvageStore(file))).toMatchObject({ code: 'store-not-a-database', message: sentence });
    const other = new DatabaseSync(join(folder, 'other.db'));
    other.exec('CREATE TABLE bookmark (url TEXT)');
    other.close();
    expect(await refusal(async () => salvageStore(join(folder, 'other.db')))).toMatchObject({ code: 'store-not-a-database' });
    expect(readdirSync(folder).sort()).toEqual(['other.db', 'runs.db']);
  });

  it('writes over nothing', async () => {
    const file = await makeStore();
    const to = join(temporaryFolder(), 'taken.db');
    writeFileSync(to, 'mine');
    expect(await refusal(async () => salvageStore(file, to))).toMatchObject({
      code: 'salvage-target',
      message: `${to} exists already, and what is saved goes to a new file: name another one.`,
    });
    expect(readFileSync(to, 'utf8')).toBe('mine');
    expect(await refusal(async () => salvageStore(file, file))).toMatchObject({
      message: `${file} is the damaged store itself, and what is saved goes to a new file: name another one.`,
    });
  });

  it('does not read a store that a process is writing', async () => {
    const file = await makeStore();
    await using store = sqlite(file);
    await using _run = await store.catalog.open(UNFINISHED);
    expect(await refusal(async () => salvageStore(file))).toMatchObject({
      code: 'run-locked',
      kind: 'store',
      message: `A process works on run ${UNFINISHED} in ${file}: stop it first, then repair the store.`,
    });
  });

  it('makes a file for its owner only', async () => {
    const { to } = salvageStore(await makeStore());
    expect((statSync(to).mode & 0o777).toString(8)).toBe('600');
  });
});

/** A store whose log was never moved into its file, as a crash leaves it. */
async function makeLoggedStore(): Promise<{ readonly file: string; readonly rows: number }> {
  const rows = 60;
  const whole = join(temporaryFolder(), 'runs.db');
  await using store = sqlite(whole);
  await using run = await store.catalog.create(sampleRun());
  const journal = await run.journal(1, samplePlan(1));
  for (let ordinal = 0; ordinal < rows; ordinal++) await journal.append([{ ...row(1), ordinal, key: `k${ordinal}` } as Entry]);
  return { file: copyOf(whole), rows };
}

function damageAt(file: string, offset: number): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.from('잘못'), 0, 6, offset);
  closeSync(handle);
}

interface Page {
  readonly number: number;
  readonly table: string;
  readonly type: string;
  readonly records: number;
}

/** By SQLite's own table of pages. */
function pagesOf(file: string): readonly Page[] {
  const database = new DatabaseSync(file, { readOnly: true });
  const pages = database.prepare('SELECT name, pageno, pagetype, ncell FROM dbstat ORDER BY pageno').all();
  database.close();
  return pages.map(({ name, pageno, pagetype, ncell }) => ({
    number: Number(pageno),
    table: String(name),
    type: String(pagetype),
    // A page that continues a long record is a part of that one.
    records: pagetype === 'overflow' ? 1 : Number(ncell),
  }));
}

/** What a page may hold when it does not hold what was written: nothing, noise, or text of another file. */
function rubbish(page: number): Uint8Array {
  switch (page % 3) {
    case 0:
      return new Uint8Array(PAGE);
    case 1:
      return Uint8Array.from({ length: PAGE }, (_, at) => (Math.imul(at + 1, 2_654_435_761) ^ Math.imul(page, 40_503)) >>> 11);
    default:
      return Buffer.from('이 자리에는 다른 것이 있었습니다. '.repeat(200)).subarray(0, PAGE);
  }
}

function overwrite(file: string, page: number, bytes: Uint8Array): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, PAGE, (page - 1) * PAGE);
  closeSync(handle);
}

function copyOf(file: string): string {
  const copy = join(temporaryFolder(), '저장소 (copy).db');
  copyFileSync(file, copy);
  if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
  return copy;
}

/** Two runs: one that is finished, with a model, and one that is not, with outputs that were there already. */
async function makeStore(): Promise<string> {
  const file = join(temporaryFolder(), 'runs.db');
  await using store = sqlite(file);
  {
    await using run = await store.catalog.create(sampleRun({ id: FINISHED, name: '밤마다', key: 'nightly' }));
    const plan = samplePlan(2, { model: { id: 'm', identity: 'm' } });
    const journal = await run.journal(1, plan);
    const ordinals = Array.from({ length: ROWS }, (_, ordinal) => ordinal);
    await Promise.all(
      ordinals.map((ordinal) => journal.append([row(ordinal), prediction(ordinal), score(ordinal, 0), score(ordinal, 1)])),
    );
    for (let call = 0; call < 20; call++) {
      const claim = await store.calls(FINISHED).claim(`call ${call}`, new AbortController().signal);
      if (claim.hit === undefined) await claim.settle({ text: '답'.repeat(300) }, sentFor(call));
      await store.calls(FINISHED).share(`call ${call}`, '다른 키');
    }
    await run.logMetrics([{ name: '손실', value: 0.5, step: 1, at: 1 }]);
    await run.logModel({ name: '모델', spec: { schema: 1 }, at: 2 });
    await run.logArtifact('그림.bin', Uint8Array.from([0, 255]), 3);
    await store.catalog.register({ name: '모델', run: FINISHED, model: '모델', at: 4 });
    await journal.snapshot({ rows: ROWS, metrics: {} });
    await run.update({ status: 'finished', endedAt: 1_790_000_060_000 });
  }
  await using run = await store.catalog.create(sampleRun({ id: UNFINISHED, name: 'unfinished' }));
  await (await run.journal(1, samplePlan(1))).append(
    Array.from({ length: UNFINISHED_ROWS }, (_, ordinal) => ordinal).flatMap((ordinal) => [row(ordinal), score(ordinal, 0)]),
  );
  return file;
}

/** So many that scores, the smallest records, need a tree of two levels. */
const ROWS = 400;
const UNFINISHED_ROWS = 3;

function row(ordinal: number): Entry {
  // Every fiftieth is so long that it needs pages of its own.
  const text = '긴 글 '.repeat(ordinal % 50 === 7 ? 2_000 : 60);
  return { type: 'row', ordinal, key: `k${ordinal}`, row: { text: `${ordinal} ${text}` } };
}

function prediction(ordinal: number): Entry {
  return {
    type: 'prediction',
    ordinal,
    trial: 0,
    result: { columns: { answer: `답 ${ordinal} ${'a'.repeat(500)}` }, main: 'answer', latencyMs: ordinal + 0.5 },
  };
}

function score(ordinal: number, metric: number): Entry {
  return {
    type: 'score',
    ordinal,
    trial: 0,
    metric,
    score: { status: 'scored', value: ordinal / 7, justification: `이유 ${ordinal}` },
  };
}

const TABLES = ['row', 'prediction', 'score', 'call', 'logged'] as const;
type Stored = Readonly<Record<(typeof TABLES)[number], ReadonlyMap<string, string>>>;

/** All of all runs, through the store, as JSON. */
/** A call that was made for a row, with what was asked; every other one as runs of earlier versions have it. */
function sentFor(call: number): CallRecord {
  if (call % 2 === 1) return sampleCall();
  const request = { messages: [{ role: 'user', content: '질문'.repeat(50) }] };
  return { ...sampleCall(), sent: { row: `키 ${call}`, trial: 0, repeat: 0, identity: { provider: 'fake' }, request } };
}

async function readStore(file: string): Promise<Stored> {
  await using store = sqlite(file);
  const stored = {
    row: new Map<string, string>(),
    prediction: new Map<string, string>(),
    score: new Map<string, string>(),
    call: new Map<string, string>(),
    logged: new Map<string, string>(),
  };
  for (const { id } of await store.catalog.find({})) {
    const { metrics = [], models = [], artifacts = [] } = (await store.catalog.logged([id])).get(id) ?? {};
    for (const one of [...metrics, ...models, ...artifacts]) stored.logged.set(JSON.stringify(one), id);
    for await (const calls of store.calls(id).entries()) {
      // Which rows share an answer lies in a table of its own.
      for (const { key, sharedWith: _, ...call } of calls) stored.call.set(`${id} ${key}`, JSON.stringify(call));
    }
    for (const { index } of await store.catalog.evaluations(id)) {
      for await (const rows of (await store.catalog.reader(id, index)).rows()) {
        for (const { ordinal, key, row: cells, trials } of rows) {
          stored.row.set(`${id} ${ordinal}`, JSON.stringify([key, cells]));
          for (const { trial, prediction: made, scores } of trials) {
            if (made !== undefined) stored.prediction.set(`${id} ${ordinal} ${trial}`, JSON.stringify(made));
            for (const [metric, one] of scores) stored.score.set(`${id} ${ordinal} ${trial} ${metric}`, JSON.stringify(one));
          }
        }
      }
    }
  }
  for (const model of await store.catalog.registered()) stored.logged.set(model.name, JSON.stringify(model));
  return stored;
}
