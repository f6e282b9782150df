import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { killAt, laterMoment, type Moment, momentOf, type Pace } from './__fixtures__/crash/moments.ts';
import {
  type Comparable,
  comparable,
  countStored,
  readStoredRun,
  type StoredRun,
  withoutRun,
} from './__fixtures__/crash/stored-run.ts';
import { type Call, type Ended, Workplace } from './__fixtures__/crash/workplace.ts';

// More kills, with numbers at the end: pnpm bench crash, or TOUCHSTONE_KILLS=100 TOUCHSTONE_SEED=2 TOUCHSTONE_KILLS_TO=kills.json vitest run --project cli crash.test
const SEED = Number(process.env.TOUCHSTONE_SEED ?? 1);
const KILLS = Number(process.env.TOUCHSTONE_KILLS ?? 60);
/** Kills at a time. */
const AT_ONCE = 3;
const ROWS = 120;
const STORE = '.touchstone/touchstone.db';

const data = ['--data', 'questions.jsonl', '--id', 'id', '--inputs', 'question', '--targets', 'reference'];
const metrics = ['exact_match', 'rougeL', './metrics.ts#sharedCharacters', './metrics.ts#lucky', './metrics.ts#luckyToo'];
const output = ['--output', 'result.json', '--table', 'table.json'];

interface Way {
  readonly name: string;
  readonly trials: number;
  readonly metrics: number;
  /** Rows that may be with the model at once. */
  readonly concurrency: number;
  readonly args: readonly string[];
  readonly provider: boolean;
}

const ways: readonly Way[] = [
  way('a function', { concurrency: 6, args: ['--model', './answer.ts#answer'] }),
  way('two trials', { concurrency: 16, trials: 2, args: ['--model', './answer.ts#answer', '--trials', '2'] }),
  // A batch may overdraw the slots by all of its rows but one.
  way('batches of eight', { concurrency: 16, args: ['--model', './answer-batch.ts#answers'] }),
  way('a model behind HTTP', {
    concurrency: 16,
    provider: true,
    args: ['--model', 'openai:/gpt-4o-mini', '--metric', './metrics.ts#judged'],
  }),
  way('asynchronous metrics', {
    concurrency: 12,
    args: ['--model', './answer.ts#answer', '--metric', './metrics.ts#considered', '--metric', './metrics.ts#judged'],
  }),
];

function way(
  name: string,
  {
    concurrency,
    trials = 1,
    provider = false,
    args,
  }: Pick<Way, 'concurrency' | 'args'> & { readonly trials?: number; readonly provider?: boolean },
): Way {
  const asked = [...metrics.flatMap((metric) => ['--metric', metric]), ...args];
  const all = ['run', ...data, ...asked, '--concurrency', String(concurrency), '--key', 'nightly'];
  return { name, trials, provider, concurrency, metrics: all.filter((arg) => arg === '--metric').length, args: all };
}

interface Undisturbed {
  readonly way: Way;
  readonly pace: Pace;
  readonly lastLine: string;
  readonly result: string;
  readonly table: string;
  readonly stored: Comparable;
}

let undisturbed: readonly Undisturbed[] = [];

beforeAll(async () => {
  undisturbed = await Promise.all(ways.map(runUndisturbed));
}, 60_000);

describe('a run that is killed', () => {
  it(
    `at ${KILLS} moments is finished by resume as if nothing had happened`,
    async () => {
      const killed = await inParallel(Array.from({ length: KILLS }, (_, n) => () => killAndFinish(n)));
      const kills = killed.flatMap(({ lives }) => lives).filter((life) => life.killed);
      if (process.env.TOUCHSTONE_KILLS_TO !== undefined) {
        writeFileSync(process.env.TOUCHSTONE_KILLS_TO, JSON.stringify(summary(killed)));
      }
      // The others had come to their end just before.
      expect(kills.length).toBeGreaterThan(KILLS / 2);
      expect(kills.some((life) => life.inFlight > 0)).toBe(true);
      expect(kills.some((life) => life.halfJudged > 0)).toBe(true);
    },
    60_000 + KILLS * 4_000,
  );
});

interface Life {
  readonly killed: boolean;
  readonly moment: Moment | undefined;
  /** Predictions that had been asked for, and were not in the store when the process was dead. */
  readonly inFlight: number;
  /** Answers that had been given, and were not in the store when the process was dead. */
  readonly unsaved: number;
  /** Questions of this process that an earlier one had asked already. */
  readonly repeated: number;
  readonly asked: number;
  readonly stored: number;
  /** Rows of which the call log had some of the three answers that make their score, and not the score. */
  readonly halfJudged: number;
}

interface KilledRun {
  readonly way: Way;
  readonly lives: readonly Life[];
}

/** Kill n: a process that is killed, a second one that is killed too every third time, and one that finishes. */
async function killAndFinish(n: number): Promise<KilledRun> {
  const normal = undisturbed[n % undisturbed.length];
  if (normal === undefined) throw new Error('there is no undisturbed run');
  const { way, pace } = normal;
  const place = await workplaceFor(way);
  const lives: Life[] = [];
  const remembered: StoredRun[] = [];
  let label = `kill ${n} of ${KILLS}, seed ${SEED}, ${way.name}`;
  let stored: StoredRun | undefined;
  let end: Ended | undefined;
  try {
    for (let life = 0; end === undefined; life++) {
      const before = place.calls();
      const left = pace.answers - (stored?.predictions.size ?? 0);
      const moment =
        life === 0 ? momentOf(n, KILLS, pace, SEED) : life === 1 && n % 3 === 0 ? laterMoment(n, left, pace, SEED) : undefined;
      label += moment === undefined ? '; then to the end' : `; killed ${describeMoment(moment)}`;
      const started = place.touchstone(
        stored === undefined ? [...way.args, ...output] : ['resume', stored.id.slice(0, 12), ...output],
      );
      const ended = moment === undefined ? await started.ended : await killAt(moment, started, place);
      const copy = place.copyOfStore();
      const now = copy === undefined ? undefined : await readStoredRun(copy);

      const calls = place.calls().slice(before.length);
      const asked = namesOf(calls, 'asked');
      expect(twice(asked), `${label}: asked twice by one process`).toEqual([]);
      expect(
        asked.filter((name) => stored?.predictions.has(name)),
        `${label}: stored and asked for again`,
      ).toEqual([]);
      for (const metric of ['shared_characters', 'considered']) {
        const scored = namesOf(calls, `scored:${metric}`);
        expect(twice(scored), `${label}: ${metric} scored twice by one process`).toEqual([]);
        expect(
          scored.filter((name) => stored?.scores.has(`${metric} ${name}`)),
          `${label}: ${metric} stored and scored again`,
        ).toEqual([]);
      }
      const sent = calls.flatMap(({ event, key }) => (event === 'sent' ? [key] : []));
      expect(twice(sent), `${label}: sent to the judge twice by one process`).toEqual([]);
      expect(
        sent.filter((text) => stored?.calls.has(text)),
        `${label}: answered by the judge, stored and sent again`,
      ).toEqual([]);
      expect(
        asked.filter((name) => stored?.answered.has(idOf(name))),
        `${label}: answered by the provider, in the call log and asked for again`,
      ).toEqual([]);
      const open = namesOf(before, 'asked').filter(
        (name) => !(stored?.predictions.has(name) || stored?.answered.has(idOf(name))),
      );
      const unsavedNow = (names: readonly string[]): number => names.filter((name) => !now?.predictions.has(name)).length;
      const repeated = asked.filter((name) => open.includes(name)).length;
      expect(repeated, `${label}: more calls repeated than were in flight`).toBeLessThanOrEqual(new Set(open).size);
      lives.push({
        killed: ended.signal === 'SIGKILL',
        moment,
        inFlight: unsavedNow(asked),
        unsaved: unsavedNow(namesOf(calls, 'answered')),
        repeated,
        asked: asked.length,
        stored: now?.predictions.size ?? 0,
        halfJudged: [...(now?.calls ?? [])].filter(
          (text) => text.endsWith('-true') && !now?.scores.has(`judged 0 ${text.split('-')[0]}`),
        ).length,
      });

      if (now !== undefined) remembered.push(now);
      if (ended.signal === null) {
        expect({ ...ended, stdout: '' }, label).toMatchObject({ code: 0 });
        end = ended;
      } else if (now?.status === 'finished') {
        // Killed after all was stored, before it could say so: there is nothing to resume.
        const refused = await place.touchstone(['resume', now.id]).ended;
        expect(refused.code, label).toBe(2);
        expect(refused.stderr, label).toMatch(
          /^Run questions\.jsonl \w{6} \(\w{8}\) is finished: there is nothing to continue\. See it with touchstone show \w{8}\.$/,
        );
        break;
      }
      stored = now;
    }

    const file = place.path(STORE);
    expect(countStored(file), label).toEqual(allStored(way));
    const final = await readStoredRun(file);
    for (const earlier of remembered) expect(changed(earlier, final), `${label}: stored and changed later`).toEqual([]);
    expect(await comparable(file), label).toEqual(normal.stored);
    if (end !== undefined) {
      expect(lastLineOf(end, final?.id ?? ''), label).toBe(normal.lastLine);
      expect(withoutRun(JSON.parse(readFileSync(place.path('result.json'), 'utf8'))), label).toBe(normal.result);
      expect(readFileSync(place.path('table.json'), 'utf8'), label).toBe(normal.table);
    }
    return { way, lives };
  } finally {
    await place.remove();
  }
}

async function workplaceFor({ provider }: Way): Promise<Workplace> {
  const place = new Workplace();
  if (provider) await place.startProvider();
  return place;
}

async function runUndisturbed(way: Way): Promise<Undisturbed> {
  const place = await workplaceFor(way);
  try {
    const started = performance.now();
    const process = place.touchstone([...way.args, ...output]);
    await place.until(() => place.calls().length > 0, process);
    const firstAsked = performance.now();
    await place.until(() => place.answers() === ROWS * way.trials, process);
    const lastAnswered = performance.now();
    const ended = await process.ended;
    expect({ code: ended.code, stderr: ended.stderr }).toMatchObject({ code: 0 });
    const copy = place.copyOfStore() ?? '';
    expect(countStored(copy)).toEqual(allStored(way));
    return {
      way,
      pace: { answers: ROWS * way.trials, startMs: firstAsked - started, endMs: performance.now() - lastAnswered },
      lastLine: lastLineOf(ended, (await readStoredRun(copy))?.id ?? ''),
      result: withoutRun(JSON.parse(readFileSync(place.path('result.json'), 'utf8'))),
      table: readFileSync(place.path('table.json'), 'utf8'),
      stored: await comparable(copy),
    };
  } finally {
    await place.remove();
  }
}

function allStored({ trials, metrics }: Way): Readonly<Record<string, number>> {
  const predictions = ROWS * trials;
  return {
    runs: 1,
    evaluations: 1,
    rows: ROWS,
    predictions,
    scores: predictions * metrics,
    rowsTwice: 0,
    predictionsTwice: 0,
    scoresTwice: 0,
  };
}

/** With the run's id left out. */
function lastLineOf({ stderr }: Ended, id: string): string {
  return (stderr.split('\n').at(-1) ?? '').replaceAll(id.slice(0, 8), '<id>');
}

function describeMoment({ after, delayMs }: Moment): string {
  const event = typeof after === 'number' ? `${after} answers` : after === 'store' ? 'the store appeared' : 'its start';
  return `${delayMs.toFixed(0)} ms after ${event}`;
}

function namesOf(calls: readonly Call[], event: string): readonly string[] {
  return calls.filter((call) => call.event === event).map(({ trial, key }) => `${trial} ${key}`);
}

/** `<trial> <key>` */
function idOf(name: string): string {
  return name.slice(name.indexOf(' ') + 1);
}

function twice(names: readonly string[]): readonly string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

/** What an earlier state of the store holds, and a later one does not, or differently. */
function changed(earlier: StoredRun, later: StoredRun | undefined): readonly string[] {
  const differs = (before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown> | undefined): readonly string[] =>
    [...before].filter(([name, value]) => JSON.stringify(after?.get(name)) !== JSON.stringify(value)).map(([name]) => name);
  return [
    ...[...earlier.rows].filter((key) => !later?.rows.has(key)),
    ...differs(earlier.predictions, later?.predictions),
    ...differs(earlier.scores, later?.scores),
    ...[...earlier.calls].filter((text) => !later?.calls.has(text)),
  ];
}

async function inParallel<T>(tasks: readonly (() => Promise<T>)[]): Promise<readonly T[]> {
  const results: T[] = [];
  const queue = [...tasks];
  const work = async (): Promise<void> => {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) results.push(await task());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

/** What there was of each kind, over all processes of a way. */
function summary(runs: readonly KilledRun[]): readonly Readonly<Record<string, string | number>>[] {
  return ways.map(({ name, concurrency }) => {
    const ofWay = runs.filter((run) => run.way.name === name);
    const lives = ofWay.flatMap((run) => run.lives);
    const kills = lives.filter(({ killed }) => killed);
    const sum = (kind: 'inFlight' | 'unsaved' | 'repeated' | 'asked' | 'halfJudged'): number =>
      lives.reduce((total, life) => total + life[kind], 0);
    return {
      way: name,
      concurrency,
      runs: ofWay.length,
      kills: kills.length,
      beforeFirstQuestion: kills.filter(({ asked, stored }) => asked === 0 && stored === 0).length,
      asked: sum('asked'),
      inFlight: sum('inFlight'),
      mostInFlight: Math.max(0, ...lives.map(({ inFlight }) => inFlight)),
      answeredAndUnsaved: sum('unsaved'),
      repeated: sum('repeated'),
      halfJudged: sum('halfJudged'),
    };
  });
}
