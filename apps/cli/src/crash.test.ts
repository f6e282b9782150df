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
  /** Rows that may be with the model at once: a batch may overdraw `--concurrency` by all of its rows but one. */
  readonly concurrency: number;
  readonly args: readonly string[];
  readonly provider: boolean;
}

const ways: readonly Way[] = [
  way('a function', { concurrency: 6, args: ['--model', './answer.ts#answer'] }),
  way('two trials', { concurrency: 16, trials: 2, args: ['--model', './answer.ts#answer', '--trials', '2'] }),
  way('batches of eight', { concurrency: 16, overdraft: 7, args: ['--model', './answer-batch.ts#answers'] }),
  way('a model behind HTTP', {
    concurrency: 16,
    trials: 2,
    provider: true,
    args: ['--model', 'openai:/gpt-4o-mini', '--trials', '2', '--metric', './metrics.ts#advised'],
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
    overdraft = 0,
    trials = 1,
    provider = false,
    args,
  }: Pick<Way, 'concurrency' | 'args'> & { readonly overdraft?: number; readonly trials?: number; readonly provider?: boolean },
): Way {
  const asked = [...metrics.flatMap((metric) => ['--metric', metric]), ...args];
  const all = ['run', ...data, ...asked, '--concurrency', String(concurrency), '--key', 'nightly'];
  return {
    name,
    trials,
    provider,
    concurrency: concurrency + overdraft,
    metrics: all.filter((arg) => arg === '--metric').length,
    args: all,
  };
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
      expect(kills.some((life) => life.judgeInFlight > 0)).toBe(true);
      expect(kills.some((life) => life.halfJudged > 0)).toBe(true);
    },
    // Only ends what hangs: a busy machine takes 5 s a kill, an idle one less.
    60_000 + KILLS * 15_000,
  );
});

interface Life {
  readonly killed: boolean;
  readonly moment: Moment | undefined;
  /** Questions that this process had asked, and whose answers the store did not have when it was dead. */
  readonly inFlight: number;
  /** Those of them that had been answered. */
  readonly unsaved: number;
  /** Questions of this process that an earlier one had asked already. */
  readonly repeated: number;
  readonly asked: number;
  readonly stored: number;
  /** What the judge had been sent, and whose answers the store did not have when the process was dead. */
  readonly judgeInFlight: number;
  /** What this process sent to the judge, and an earlier one had sent already. */
  readonly judgeRepeated: number;
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
  let [openSoFar, repeatedSoFar] = [0, 0];
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
      await place.settled();
      const copy = place.copyOfStore();
      const now = copy === undefined ? undefined : await readStoredRun(copy);

      const calls = place.calls().slice(before.length);
      const asked = namesOf(calls, 'asked');
      const due = (name: string): number => (way.provider ? way.trials : 1) - acknowledged(stored, name, way);
      expect(
        beyond(asked, due),
        `${label}: asked twice by one process, or again although it was stored or in the call log`,
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
      const saved = (name: string): number => acknowledged(now, name, way) - acknowledged(stored, name, way);
      const answered = namesOf(calls, 'answered');
      const inFlight = beyond(asked, saved).length;
      // Their slots were taken. What was answered has given its slot to the next one, and waits for the store.
      if (!way.provider)
        expect(asked.length - answered.length, `${label}: in flight beyond the limit`).toBeLessThanOrEqual(way.concurrency);
      // Of all that was ever asked, so much was asked again; and no kill may cost more than what was in flight at it.
      const repeated =
        beyond([...namesOf(before, 'asked'), ...asked], () => (way.provider ? way.trials : 1)).length - repeatedSoFar;
      expect(repeated, `${label}: more calls repeated than were in flight`).toBeLessThanOrEqual(openSoFar);
      repeatedSoFar += repeated;
      openSoFar += inFlight - repeated;
      const sentBefore = new Set(before.flatMap(({ event, key }) => (event === 'sent' ? [key] : [])));
      lives.push({
        killed: ended.signal === 'SIGKILL',
        moment,
        inFlight,
        unsaved: beyond(answered, saved).length,
        repeated,
        judgeInFlight: sent.filter((text) => !now?.calls.has(text)).length,
        judgeRepeated: sent.filter((text) => sentBefore.has(text)).length,
        asked: asked.length,
        stored: now?.predictions.size ?? 0,
        halfJudged: [...(now?.calls ?? [])].filter((text) => {
          const [key, trial, question] = text.split('-');
          return question === 'true' && !['judged', 'advised'].some((metric) => now?.scores.has(`${metric} ${trial} ${key}`));
        }).length,
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

/**
 * How many answers to a question the store has, as a prediction or in the call log. The provider is asked the same for every trial, and
 * so one name stands for all of them.
 */
function acknowledged(stored: StoredRun | undefined, name: string, { provider, trials }: Way): number {
  if (stored === undefined) return 0;
  if (!provider) return stored.predictions.has(name) ? 1 : 0;
  const key = idOf(name);
  const predicted = Array.from({ length: trials }, (_, trial) => `${trial} ${key}`).filter((each) =>
    stored.predictions.has(each),
  );
  return Math.max(predicted.length, stored.answered.get(key) ?? 0);
}

/** Names that occur more often than they may: each as often as it is too much. */
function beyond(names: readonly string[], most: (name: string) => number): readonly string[] {
  const seen = new Map<string, number>();
  return names.filter((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count > most(name);
  });
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
    const sum = (
      kind: 'inFlight' | 'unsaved' | 'repeated' | 'asked' | 'judgeInFlight' | 'judgeRepeated' | 'halfJudged',
    ): number => lives.reduce((total, life) => total + life[kind], 0);
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
      judgeInFlight: sum('judgeInFlight'),
      judgeRepeated: sum('judgeRepeated'),
      halfJudged: sum('halfJudged'),
    };
  });
}
