import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  batchModel,
  CLOCK,
  createTouchstone,
  defineMetric,
  definePlugin,
  type EvaluationResult,
  evaluate,
  type Json,
  type Model,
  metric,
  type Progress,
} from '../index.ts';

const length = metric('length', ({ predictions }) => predictions.length);
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const turns = async (count: number) => {
  for (let left = count; left > 0; left--) await turn();
};
const numbered = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

/** Everything of a result that concurrency may not change. */
async function essence(results: EvaluationResult): Promise<Json> {
  const { metrics, intervals, coverage, signatures, warnings } = results.toJSON();
  const table = await results.tables.eval_results_table.toJSON();
  const rows = await Array.fromAsync(results.rows());
  return JSON.parse(JSON.stringify({ metrics, intervals, coverage, signatures, warnings, table, rows }));
}

/** Counts how many are between `begin` and `end`. */
function gauge() {
  let now = 0;
  const seen = { most: 0 };
  return { seen, begin: () => (seen.most = Math.max(seen.most, ++now)), end: () => now-- };
}

describe('memory', () => {
  test('is bounded by the window in flight, not by the data', async () => {
    let pulled = 0;
    let done = 0;
    let ahead = 0;
    async function* streamed() {
      for (let n = 0; n < 100_000; n++) {
        ahead = Math.max(ahead, ++pulled - done);
        yield { n };
      }
    }
    const counting = metric('counting', () => ++done, { needs: [] });
    const results = await evaluate({ data: streamed(), model: async ({ n }) => `${n}`, extraMetrics: [counting] });
    expect(results.run.rows).toBe(100_000);
    expect(results.metrics['counting/mean']).toBe(50_000.5);
    expect(ahead).toBeGreaterThanOrEqual(1000);
    // The thousand rows of the plan and the engine's window.
    expect(ahead).toBeLessThanOrEqual(4096);
  });

  test('of a row that takes forever is all that is kept: the others go on', async () => {
    let done = 0;
    let release: () => void = () => undefined;
    const stuck = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* streamed() {
      for (let n = 0; n < 5000; n++) yield { n };
    }
    const model = async ({ n }: { readonly n: number }) => {
      if (n === 0) await stuck;
      if (++done === 4999) release();
      return 'x';
    };
    const results = await evaluate({ data: streamed(), model, limits: { concurrency: 4 }, extraMetrics: [length] });
    expect(results.run.rows).toBe(5000);
  });
});

describe('concurrency', () => {
  test('is the most rows between the question to the model and the last score', async () => {
    const { seen, begin, end } = gauge();
    const slow = metric('slow', async ({ predictions }) => {
      await turns(Number(predictions) % 3);
      end();
      return 1;
    });
    await evaluate({
      data: numbered(300),
      model: async ({ n }, { trial }) => {
        begin();
        await turns((n + trial) % 5);
        return `${n}`;
      },
      trials: 2,
      limits: { concurrency: 7 },
      extraMetrics: [length, slow],
    });
    expect(seen.most).toBe(7);
  });

  test('leaves a turn of the event loop after every few rows, however long metrics compute: timers and signals are heard', async () => {
    let now = 0;
    let [thisTurn, running] = [0, true];
    const rowsOfTurn = new Map<number, number>();
    const slow = metric('slow', () => {
      now += 60;
      rowsOfTurn.set(thisTurn, (rowsOfTurn.get(thisTurn) ?? 0) + 1);
      return 1;
    });
    const clock = definePlugin({
      name: 'clock',
      register: (registry) => registry.provide(CLOCK, { now: () => now, monotonic: () => now, sleep: async () => undefined }),
    });
    const count = (): void => {
      thisTurn++;
      if (running) setImmediate(count);
    };
    count();
    const results = await createTouchstone({ plugins: [clock] }).evaluate({
      data: numbered(1000).map(({ n }) => ({ n, answer: `${n}` })),
      predictions: 'answer',
      extraMetrics: [slow],
    });
    running = false;
    expect(results.metrics['slow/mean']).toBe(1);
    // 16 rows are in flight at most, and one more has come when it is looked at the clock.
    expect(Math.max(...rowsOfTurn.values())).toBeLessThanOrEqual(34);
  });

  test.each([
    // A group of 64 tasks ends with a batch of one.
    [3, 7, 7],
    [16, 4, 16],
  ])('counts the rows of a batch: size %i, concurrency %i', async (size, concurrency, most) => {
    const { seen, begin, end } = gauge();
    const sizes: number[] = [];
    const model = batchModel(
      async (rows: readonly { readonly n: number }[]) => {
        sizes.push(rows.length);
        for (const _ of rows) begin();
        await turns(3);
        for (const _ of rows) end();
        return rows.map(({ n }) => `${n}`);
      },
      { size },
    );
    const results = await evaluate({ data: numbered(200), model, limits: { concurrency }, extraMetrics: [length] });
    expect(results.coverage.length?.scored).toBe(200);
    expect(Math.max(...sizes)).toBe(size);
    expect(seen.most).toBe(most);
  });

  test('asks the model once for each row and trial, however many metrics there are', async () => {
    const asked: string[] = [];
    await evaluate({
      data: numbered(100),
      model: async ({ n }, { trial }) => {
        asked.push(`${n} ${trial}`);
        await turns(n % 3);
        return `${n}`;
      },
      trials: 3,
      extraMetrics: [length, metric('other', () => 1), 'latency'],
    });
    expect(asked).toHaveLength(300);
    expect(new Set(asked).size).toBe(300);
  });

  test('changes nothing in the result, whatever is slow and whatever fails', async () => {
    const outcome = fc.record({
      text: fc.oneof(fc.constant('throw'), fc.string({ maxLength: 5 })),
      turns: fc.nat({ max: 4 }),
      score: fc.oneof(
        fc.constant('throw' as const),
        fc.constant('skip' as const),
        fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
      ),
      scoreTurns: fc.nat({ max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(outcome, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        async (outcomes, trials, batched) => {
          const slow = defineMetric({
            name: 'slow',
            greaterIsBetter: true,
            needs: { predictions: 'text', n: 'any' },
            scoreRow: async ({ n }) => {
              const wanted = outcomes[Number(n)];
              await turns(wanted?.scoreTurns ?? 0);
              if (wanted === undefined || wanted.score === 'throw') throw new Error('no score');
              return wanted.score === 'skip' ? { status: 'skipped', code: 'asked', reason: 'asked to' } : wanted.score;
            },
          });
          const many = defineMetric({
            name: 'many',
            greaterIsBetter: true,
            needs: ['predictions'],
            batch: 3,
            scoreBatch: async (rows) => {
              await turns(rows.length);
              if (rows.some(({ predictions }) => predictions.includes('a'))) throw new Error('no a');
              return rows.map(({ predictions }) => predictions.length);
            },
          });
          const sums = defineMetric({
            name: 'sums',
            greaterIsBetter: true,
            needs: ['predictions'],
            statistics: ({ predictions }) => [predictions.length / 3],
            combine: ([sum = 0]) => ({ sum }),
          });
          const answer = async ({ n }: { readonly n: number }) => {
            const wanted = outcomes[n];
            await turns(wanted?.turns ?? 0);
            if (wanted === undefined || wanted.text === 'throw') throw new Error('no answer');
            return wanted.text;
          };
          const model = batched
            ? batchModel(async (rows: readonly { readonly n: number }[]) => Promise.all(rows.map(answer)), { size: 4 })
            : answer;
          const run = async (concurrency: number) => {
            const request = {
              data: numbered(outcomes.length),
              model,
              trials,
              limits: { concurrency },
              extraMetrics: [slow(), many(), sums(), length],
            };
            return essence(await createTouchstone().evaluate(request as never));
          };
          expect(await run(64)).toEqual(await run(1));
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('a row', () => {
  test('whose model takes too long fails alone, and its signal tells the model to give up', async () => {
    const reasons: string[] = [];
    const results = await evaluate({
      data: numbered(3),
      model: async ({ n }, { signal }) => {
        if (n !== 1) return 'x';
        return new Promise<string>((_, reject) => {
          signal.addEventListener('abort', () => {
            reasons.push(String(signal.reason.message));
            reject(signal.reason);
          });
        });
      },
      limits: { timeout: 0.05 },
      extraMetrics: [length],
    });
    expect(reasons).toEqual(['no answer within 0.05 s']);
    expect(results.coverage.length).toEqual({ scored: 2, skipped: 0, failed: 1, reasons: { 'prediction-failed': 1 } });
    const [, row] = await Array.fromAsync(results.rows());
    expect(row?.scores.length).toMatchObject({
      error: { message: 'there is no prediction: the model gave no answer within 0.05 s' },
    });
  });

  test('of which one metric takes too long has its other scores, and their signals are not disturbed', async () => {
    const signals = new Map<string, AbortSignal>();
    let disturbed: boolean | undefined;
    const quick = metric('quick', () => 1);
    const slow = defineMetric({
      name: 'slow',
      greaterIsBetter: true,
      needs: ['predictions'],
      scoreRow: (_, { work }) => {
        work.signal.addEventListener('abort', () => {
          disturbed = signals.get('beside')?.aborted;
        });
        return new Promise<number>(() => undefined);
      },
    });
    const beside = defineMetric({
      name: 'beside',
      greaterIsBetter: true,
      needs: ['predictions'],
      scoreRow: async (_, { work }) => {
        signals.set('beside', work.signal);
        await turn();
        return 1;
      },
    });
    const later = defineMetric({
      name: 'later',
      greaterIsBetter: true,
      needs: [],
      dependsOn: ['quick'],
      scoreRow: async (_, { work }) => {
        work.signal.throwIfAborted();
        return 2;
      },
    });
    const results = await evaluate({
      data: [{ a: 'x' }],
      predictions: 'a',
      limits: { timeout: 0.05 },
      extraMetrics: [slow(), beside(), quick, later()],
    });
    expect(disturbed).toBe(false);
    expect(results.metrics).toMatchObject({ 'beside/mean': 1, 'later/mean': 2 });
    const [row] = await Array.fromAsync(results.rows());
    const error = { code: 'timeout', message: 'slow: no answer within 0.05 s', retryable: true };
    expect(row?.scores.slow).toEqual({ status: 'failed', error });
  });

  test('of a batch that takes too long fails with the others of the batch', async () => {
    const model = batchModel(async () => new Promise<string[]>(() => undefined), { size: 2 });
    const results = await evaluate({ data: numbered(2), model, limits: { timeout: 0.05 }, extraMetrics: [length] });
    expect(results.run.reason).toBe('nothing was scored: prediction-failed (2 of 2 rows)');
  });
});

describe('the error budget', () => {
  const failing = async () => {
    await turn();
    throw new Error('down');
  };

  test('stops the run as soon as more rows failed than may, when the size is known', async () => {
    let asked = 0;
    const results = await createTouchstone().evaluate({
      data: numbered(10),
      model: async () => {
        asked++;
        return failing();
      },
      limits: { concurrency: 1, errorBudget: 0.2 },
      extraMetrics: [length],
    } as never);
    expect(results.run).toMatchObject({
      status: 'incomplete',
      reason: 'the error budget is spent: 3 of 10 rows failed, and 20 % may',
    });
    // The next row is asked while the last one is being stored.
    expect(asked).toBeLessThanOrEqual(4);
    expect(results.coverage.length).toMatchObject({ scored: 0, failed: asked });
  });

  test('waits for twenty rows, when the size is unknown', async () => {
    async function* endless() {
      for (let n = 0; ; n++) yield { n };
    }
    const results = await createTouchstone().evaluate({
      data: endless(),
      model: failing,
      limits: { concurrency: 1, errorBudget: 0.2 },
      extraMetrics: [length],
    } as never);
    expect(results.run.reason).toBe('the error budget is spent: 5 of the first 5 rows failed, and 20 % may');
  });

  test('of 0 allows no failure, of 1 any number, and a skipped row is none', async () => {
    const one = async ({ n }: { readonly n: number }) => {
      if (n === 1) throw new Error('one');
      return { text: n === 0 ? 7 : 'x' };
    };
    const run = (errorBudget: number) =>
      createTouchstone().evaluate({
        data: numbered(4),
        model: one,
        limits: { concurrency: 1, errorBudget },
        extraMetrics: [length],
      } as never);
    expect((await run(0)).run).toMatchObject({
      status: 'incomplete',
      reason: 'the error budget is spent: 1 of 4 rows failed, and 0 % may',
    });
    expect((await run(1)).run.status).toBe('finished');
    expect((await run(0.25)).run.status).toBe('finished');
  });
});

describe('stopping', () => {
  test('finishes what is in flight and takes no new rows', async () => {
    const touchstone = createTouchstone();
    let asked = 0;
    const results = await touchstone.evaluate({
      data: numbered(50),
      model: async ({ n }) => {
        if (++asked === 3) touchstone.stop();
        await turns(5 - n);
        return `${n}`;
      },
      limits: { concurrency: 3 },
      extraMetrics: [length],
    });
    expect(asked).toBe(3);
    expect(results.run).toMatchObject({ status: 'interrupted', reason: 'it was stopped', rows: 3 });
    expect(results.coverage.length?.scored).toBe(3);
    expect((await touchstone.runs())[0]).toMatchObject({ status: 'interrupted', reason: 'it was stopped' });
  });

  test('by signal gives up what is in flight, tells it so, and starts no metric', async () => {
    const controller = new AbortController();
    const told: number[] = [];
    let scored = 0;
    const results = await evaluate({
      data: numbered(50),
      model: async ({ n }, { signal }) => {
        if (n === 0) return 'done';
        signal.addEventListener('abort', () => told.push(n));
        if (n === 2) void turns(5).then(() => controller.abort());
        return new Promise<string>(() => undefined);
      },
      signal: controller.signal,
      limits: { concurrency: 3 },
      extraMetrics: [metric('counting', () => ++scored)],
    });
    expect(told.toSorted()).toEqual([1, 2, 3].slice(0, told.length));
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(results.run).toMatchObject({ status: 'interrupted', reason: 'it was stopped', rows: 1 });
    expect(scored).toBe(1);
  });

  test('by signal gives up metrics too, and answers that come later start none', async () => {
    const controller = new AbortController();
    let started = 0;
    const endless = metric('endless', async () => {
      started++;
      controller.abort();
      return new Promise<number>(() => undefined);
    });
    const results = await evaluate({
      data: ['a', 'b', 'c'],
      model: async ({ inputs }) => inputs,
      signal: controller.signal,
      limits: { concurrency: 1 },
      extraMetrics: [endless],
    });
    expect(results.run.status).toBe('interrupted');
    expect(started).toBe(1);
    expect(results.coverage.endless).toEqual({ scored: 0, skipped: 0, failed: 0, reasons: {} });
  });

  test('does not wait for data that do not come', async () => {
    const touchstone = createTouchstone();
    async function* stuck() {
      for (let n = 0; n < 1100; n++) yield { n };
      touchstone.stop();
      await new Promise(() => undefined);
    }
    const results = await touchstone.evaluate({ data: stuck(), model: ({ n }) => `${n}`, extraMetrics: [length] });
    expect(results.run.status).toBe('interrupted');
    expect(results.coverage.length?.scored).toBeGreaterThan(0);
  });

  test('a run before it began evaluates nothing', async () => {
    const results = await evaluate({ data: ['a'], model: () => 'x', signal: AbortSignal.abort(), extraMetrics: [length] });
    expect(results.run).toMatchObject({ status: 'interrupted', rows: 0 });
    expect(results.metrics).toEqual({});
  });
});

describe('a model object', () => {
  test.each<[string, unknown, string]>([
    [
      'texts instead of results',
      ['x'],
      'the model returned something that is no result: it must be { value } or { error } for each row',
    ],
    ['nothing', undefined, 'the model returned no list of results for 1 row'],
    ['too many', [{ value: 'a' }, { value: 'b' }], 'the model returned 2 results for 1 row'],
    ['too few', [], 'the model returned 0 results for 1 row'],
    ['no value', [{}], 'the model returned something that is no result: it must be { value } or { error } for each row'],
    [
      'a failure of its own',
      [{ error: { code: 'refused', message: 'I would rather not', retryable: false } }],
      'I would rather not',
    ],
  ])('that returns %s fails the row', async (_, answer, message) => {
    for (const predict of [() => answer, async () => answer]) {
      const model = { id: 'm', identity: 1, predict } as unknown as Model;
      const results = await evaluate({ data: ['a'], model, extraMetrics: [length] });
      const [row] = await Array.fromAsync(results.rows());
      expect(row?.scores.length).toMatchObject({
        status: 'failed',
        error: { code: 'prediction-failed', message: `there is no prediction: ${message}` },
      });
    }
  });
});

test('data that break off keep what was scored, and the run says why it ended', async () => {
  const touchstone = createTouchstone();
  async function* broken() {
    for (let n = 0; n < 1500; n++) yield { n };
    throw new Error('connection reset');
  }
  await expect(touchstone.evaluate({ data: broken(), model: ({ n }) => `${n}`, extraMetrics: [length] })).rejects.toThrow(
    'connection reset',
  );
  const [run] = await touchstone.runs();
  expect(run).toMatchObject({ status: 'incomplete', reason: 'connection reset' });
  const kept = await touchstone.result('@last');
  expect(kept.coverage.length?.scored).toBeGreaterThanOrEqual(1500 - 63);
});

test('progress counts rows × trials when they are durable, and ends complete', async () => {
  const seen: Progress[] = [];
  await evaluate({
    data: numbered(30),
    model: async ({ n }) => {
      if (n === 3) throw new Error('one');
      return `${n}`;
    },
    trials: 2,
    extraMetrics: [length],
    onProgress: (progress) => seen.push(progress),
  });
  expect(seen[0]).toMatchObject({ done: 0, total: 60, failed: 0 });
  expect(seen.at(-1)).toMatchObject({ done: 60, total: 60, failed: 2 });
  const done = seen.map((progress) => progress.done);
  expect(done).toEqual(done.toSorted((a, b) => a - b));
});
