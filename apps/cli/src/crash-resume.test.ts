import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type Comparable,
  comparable,
  countStored,
  readStoredRun,
  type StoredRun,
  withoutRun,
} from './__fixtures__/crash/stored-run.ts';
import { type Started, Workplace } from './__fixtures__/crash/workplace.ts';

const STORE = '.touchstone/touchstone.db';
const data = ['--data', 'questions.jsonl', '--id', 'id', '--inputs', 'question', '--targets', 'reference'];
const run = ['run', ...data, '--model', './answer.ts#answer', '--metric', 'rougeL', '--concurrency', '4'];
const consideredRun = [...run, '--metric', './metrics.ts#considered'];
const gatedRun = [...run, '--metric', './metrics.ts#gated'];

const places: Workplace[] = [];
// The tests run at the same time, so none of them may end what another one has started.
afterAll(() => Promise.all(places.map((place) => place.remove())));

describe.concurrent('a run that is killed between predictions and scores', () => {
  it('asks for no prediction again', async () => {
    const place = workplace();
    await killWithPredictions(place, 4);
    place.openGate();
    const resumed = await place.touchstone(['resume']).ended;
    expect(resumed).toMatchObject({ code: 0 });
    // Each of the 120 exactly once, over both processes.
    const asked = place.calls().filter(({ event }) => event === 'asked');
    expect(new Set(asked.map(({ key }) => key)).size).toBe(120);
    expect(asked).toHaveLength(120);
    expect(await comparable(place.path(STORE))).toEqual(await undisturbed(gatedRun));
  });
});

describe.concurrent('a score that does not come', () => {
  it('holds up no other row: they are scored and stored, and not scored again after a kill', async () => {
    const place = workplace();
    const scored = (): readonly string[] =>
      place.calls().flatMap(({ event, key }) => (event === 'scored:straggling' ? [key] : []));
    const args = ['run', ...data, '--predictions', 'topic', '--metric', './metrics.ts#straggling', '--concurrency', '8'];
    const started = place.touchstone(args);
    await place.until(() => scored().length === 120, started);
    await place.until(async () => (await readStoredRun(place.path(STORE)))?.scores.size === 119, started);
    await started.kill();
    place.openGate();
    expect(await place.touchstone(['resume']).ended).toMatchObject({ code: 0 });
    expect(scored().filter((key, index) => scored().indexOf(key) !== index)).toEqual(['q000']);
    expect(scored()).toHaveLength(121);
  });
});

describe.concurrent('two processes on one run', () => {
  it('the second is refused at once, and takes over at once when the first is killed', async () => {
    const place = workplace();
    const { first, id } = await startWithPredictions(place, 4);
    for (const command of [
      ['resume', id],
      [...gatedRun, '--key', 'nightly', '--resume'],
    ]) {
      const second = await place.touchstone(command).ended;
      expect(second.code).toBe(3);
      expect(second.stdout).toBe('');
      expect(lastLine(second.stderr).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/u, '<time>')).toBe(
        `Another process (pid ${first.pid}) works on run ${id} since <time>; wait until it is done, or stop it.`,
      );
    }
    expect(first.isOver()).toBe(false);
    await first.kill();
    const third = place.touchstone(['resume']);
    place.openGate();
    expect(await third.ended).toMatchObject({ code: 0 });
    expect(place.calls().filter(({ event }) => event === 'asked')).toHaveLength(120);
    expect((await readStoredRun(place.path(STORE)))?.status).toBe('finished');
  });
});

describe.concurrent('two processes that start under one key at the same moment', () => {
  it('become one run: one of them is refused', async () => {
    for (let round = 0; round < 3; round++) {
      const place = workplace();
      const command = [...gatedRun, '--key', 'nightly', '--resume'];
      const both = [place.touchstone(command), place.touchstone(command)];
      const refused = await Promise.race(both.map(({ ended }) => ended));
      expect(refused).toMatchObject({ code: 3, stdout: '' });
      expect(lastLine(refused.stderr)).toMatch(/^Another process (\(pid \d+\) works on|is just creating) run \w{32} /u);
      expect(both.filter((one) => one.isOver())).toHaveLength(1);
      place.openGate();
      expect((await Promise.all(both.map(({ ended }) => ended))).map(({ code }) => code).sort()).toEqual([0, 3]);
      expect(countStored(place.path(STORE))).toMatchObject({ runs: 1, predictions: 120, scores: 240 });
      expect(place.calls().filter(({ event }) => event === 'asked')).toHaveLength(120);
    }
  });
});

describe.concurrent('resume from another folder', () => {
  it('finds data, model and metrics where the run was started, and writes where it is called', async () => {
    const place = workplace();
    const { id } = await killWithPredictions(place, 4);
    place.openGate();
    const elsewhere = place.path('else where');
    mkdirSync(elsewhere);
    const store = '../.touchstone/touchstone.db';
    const resumed = await place.touchstone(
      ['resume', '--store', store, '--output', 'out.json', '--table', 'table.json'],
      elsewhere,
    ).ended;
    expect(resumed).toMatchObject({ code: 0 });
    expect(resumed.stderr).toBe(
      `Resuming questions.jsonl ${id.slice(0, 6)} (${id.slice(0, 8)}).\nfinished: 120 rows, 4 failed, 6 skipped · touchstone rows ${id.slice(0, 8)} --failed --store ${store}`,
    );
    const expected = await undisturbed(gatedRun);
    expect(withoutRun(JSON.parse(readFileSync(`${elsewhere}/out.json`, 'utf8')))).toBe(expected.result);
    expect(readFileSync(`${elsewhere}/table.json`, 'utf8')).toBe(expected.table);
  });
});

describe.concurrent('Ctrl-C', () => {
  it('stores what is in flight, and its last line resumes the run', async () => {
    const place = workplace();
    const started = place.touchstone(run);
    await place.until(() => place.answers() >= 30, started);
    started.interrupt();
    const { code, stderr } = await started.ended;
    const stopped = await readStoredRun(place.path(STORE));
    expect(code).toBe(130);
    expect(stopped?.status).toBe('interrupted');
    // Nothing was in flight any more.
    expect(stopped?.predictions.size).toBe(place.answers());
    expect(lastLine(stderr)).toBe(`touchstone resume ${stopped?.id.slice(0, 8)}`);

    const again = place.touchstone(lastLine(stderr).split(' ').slice(1));
    await place.until(() => place.answers() >= 60, again);
    await again.kill();
    // Half-way and dead: neither the reason nor the numbers of the interruption are left.
    const shown = await place.touchstone(['show', '@last', '--json']).ended;
    const document = JSON.parse(shown.stdout);
    expect(document.run).toMatchObject({ status: 'interrupted', reason: 'its process ended before the run did' });
    expect(document.run.rows).toBeGreaterThan(stopped?.rows.size ?? 0);

    const finished = await place.touchstone(['resume']).ended;
    expect(finished.code).toBe(0);
    expect(lastLine(finished.stderr)).toBe(
      `finished: 120 rows, 4 failed, 6 skipped · touchstone rows ${stopped?.id.slice(0, 8)} --failed`,
    );
    expect(await comparable(place.path(STORE))).toEqual(await undisturbed(run));
  });
});

describe.concurrent('a program that evaluates under a key', () => {
  it('continues what it left when it was killed', async () => {
    const place = workplace();
    for (const answers of [30, 75]) {
      const started = place.program();
      await place.until(() => place.answers() >= answers, started);
      expect(await started.kill()).toMatchObject({ signal: 'SIGKILL' });
    }
    const last = await readStoredRun(place.copyOfStore('code.db') ?? '');
    expect(last?.predictions.size).toBeGreaterThan(30);
    const before = place.calls().length;
    expect(await place.program().ended).toMatchObject({ code: 0, stderr: '' });
    const asked = place
      .calls()
      .slice(before)
      .filter(({ event }) => event === 'asked');
    expect(asked.filter(({ key, trial }) => last?.predictions.has(`${trial} ${key}`))).toEqual([]);

    const other = workplace();
    expect(await other.program().ended).toMatchObject({ code: 0, stderr: '' });
    expect(codeResult(place)).toEqual(codeResult(other));
    expect(await comparable(place.path('code.db'))).toEqual(await comparable(other.path('code.db')));
  });

  it('is not resumed by the command line, which does not have the code', async () => {
    const place = workplace();
    const started = place.program();
    await place.until(() => place.answers() >= 10, started);
    await started.kill();
    const { code, stderr } = await place.touchstone(['resume', '--store', 'code.db']).ended;
    expect(code).toBe(2);
    expect(stderr.replace(/ [0-9a-f]{6} /u, ' <id> ')).toBe(
      "Run questions.jsonl <id> was started from code, which the store does not hold: run that code again with the same key, run: { key: '…' }, resume: 'auto'.",
    );
  });
});

describe.concurrent('a run that is not what it was started with', () => {
  it('is refused with what changed, and goes on when it is put back', async () => {
    const place = workplace();
    const keyed = [...consideredRun, '--key', 'nightly', '--resume'];
    const started = place.touchstone(keyed);
    await place.until(() => place.answers() >= 40, started);
    await started.kill();
    const before = await readStoredRun(place.copyOfStore() ?? '');
    const calls = place.calls();
    const name = `questions.jsonl ${before?.id.slice(0, 6)}`;

    const refusal = async (args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await place.touchstone(args).ended;
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      return stderr;
    };
    const because = (...changes: readonly string[]): string =>
      [
        `Run ${name} (key 'nightly') cannot be continued, because this is not what it was started with:`,
        ...changes.map((change) => `  - ${change}`),
        'Nothing was run. Put it back as it was, or start a new run with another key.',
      ].join('\n');

    const stemmed = keyed.map((arg) => (arg === 'rougeL' ? 'rougeL {"useStemmer": true}' : arg));
    expect(await refusal(stemmed)).toBe(
      because('the metrics: rougeL/v1 is rougeL|v1|tokenizer:google|stem:yes and was rougeL|v1|tokenizer:google|stem:no'),
    );
    expect(await refusal([...keyed, '--metric', 'exact_match'])).toBe(because('the metrics: with exact_match/v1 besides'));
    expect(await refusal([...keyed, '--trials', '2'])).toBe(because('the trials: 1 then, 2 now'));
    expect(await refusal([...keyed, '--limit', '100', '--seed', '7'])).toBe(
      because('the selection of rows: all rows, seed 0 then, the first 100, seed 7 now'),
    );

    const resuming = `Resuming ${name} (${before?.id.slice(0, 8)}).\n`;
    const edit = async (file: string, change: (text: string) => string): Promise<string> => {
      const text = readFileSync(place.path(file), 'utf8');
      writeFileSync(place.path(file), change(text));
      const said = await refusal(['resume']);
      writeFileSync(place.path(file), text);
      return said;
    };
    const edited = await edit('questions.jsonl', (text) => text.replace('카이로입니다."}\n', '카이로이다."}\n'));
    expect(edited).toBe(
      [
        `${resuming}Run ${name} (key 'nightly') cannot be continued, because this is not what it was started with:`,
        `  - the data: ${place.path('questions.jsonl')} has other content now, in 1 of the ${before?.rows.size} stored rows: row 14 has another 'reference'`,
        'Nothing was run. Put it back as it was, go on with the rows that match (touchstone resume --accept-changed-data), or start a new run with another key.',
      ].join('\n'),
    );
    expect(await edit('answer.ts', (text) => text.replace('I do not know.', 'No idea.'))).toBe(
      resuming + because('the model: ./answer.ts#answer then, ./answer.ts#answer now, with other code or settings'),
    );

    expect(await edit('metrics.ts', (text) => text.replace('predictions.length / 7', 'predictions.length / 8'))).toBe(
      resuming + because('the metrics: considered has other code (./metrics.ts)'),
    );

    expect(place.calls()).toEqual(calls);
    expect(await readStoredRun(place.copyOfStore() ?? '')).toEqual(before);
    // How fast it goes is no part of what it is.
    expect(await place.touchstone([...keyed, '--concurrency', '12']).ended).toMatchObject({ code: 0 });
    expect(await comparable(place.path(STORE))).toEqual(await undisturbed(consideredRun));
  });
});

function workplace(): Workplace {
  const place = new Workplace();
  places.push(place);
  return place;
}

/** Starts a run whose metric waits at its gate, and waits until as many predictions are stored as may be in flight. */
async function startWithPredictions(
  place: Workplace,
  predictions: number,
): Promise<{ readonly first: Started; readonly id: string }> {
  const first = place.touchstone([...gatedRun, '--key', 'nightly']);
  let stored: StoredRun | undefined;
  await place.until(() => place.answers() >= predictions, first);
  await place.until(async () => {
    stored = await readStoredRun(place.path(STORE));
    return waiting(stored).length === predictions;
  }, first);
  return { first, id: stored?.id ?? '' };
}

/** Predictions that the gate holds up; where the model has failed there is nothing to score. */
function waiting(stored: StoredRun | undefined): readonly string[] {
  return [...(stored?.predictions ?? [])].flatMap(([name, prediction]) =>
    'failed' in prediction || stored?.scores.has(`gated ${name}`) ? [] : [name],
  );
}

async function killWithPredictions(place: Workplace, predictions: number): Promise<{ readonly id: string }> {
  const { first, id } = await startWithPredictions(place, predictions);
  await first.kill();
  return { id };
}

const known = new Map<readonly string[], Promise<Comparable>>();

/** What the same command leaves when nobody disturbs it. */
function undisturbed(args: readonly string[]): Promise<Comparable> {
  const running = known.get(args) ?? runUndisturbed(args);
  known.set(args, running);
  return running;
}

async function runUndisturbed(args: readonly string[]): Promise<Comparable> {
  const place = workplace();
  place.openGate();
  expect(await place.touchstone(args).ended).toMatchObject({ code: 0 });
  return comparable(place.path(STORE));
}

function codeResult(place: Workplace): Readonly<Record<string, unknown>> {
  const { run: _run, usage: _usage, ...rest } = JSON.parse(readFileSync(place.path('code.json'), 'utf8'));
  return rest;
}

function lastLine(text: string): string {
  return text.split('\n').at(-1) ?? '';
}
