import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  batchModel,
  createTouchstone,
  defineMetric,
  type EvaluationResult,
  evaluate,
  type Json,
  type Metric,
  type Model,
  memoryStore,
  metric,
  type Progress,
} from '../index.ts';

const length = metric('length', ({ predictions }) => predictions.length);
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const turns = async (count: number) => {
  for (let left = count; left > 0; left--) await turn();
};
const numbered = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

/** Everything of a result that concurrency and interruptions may not change. */
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
  const most = 1000 + 512 + 3 * 64;

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
    expect(ahead).toBeLessThanOrEqual(most);
  });

  test('is bounded also for a row that takes forever', async () => {
    let pulled = 0;
    let release: () => void = () => undefined;
    const stuck = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* streamed() {
      for (let n = 0; n < 5000; n++) {
        pulled++;
        yield { n };
      }
    }
    let before = 0;
    const model = async ({ n }: { readonly n: number }) => {
      if (n === 0) await stuck;
      else if (pulled > before) before = pulled;
      return 'x';
    };
    const pending = evaluate({ data: streamed(), model, limits: { concurrency: 4 }, extraMetrics: [length] });
    for (let last = -1; last !== pulled; ) {
      last = pulled;
      await turns(50);
    }
    expect(pulled).toBeLessThanOrEqual(most);
    release();
    expect((await pending).run.rows).toBe(5000);
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

describe('resuming', () => {
  const data = numbered(40);
  const rand = defineMetric({
    name: 'rand',
    greaterIsBetter: true,
    needs: ['predictions'],
    scoreRow: async (_, { work }) => {
      await turn();
      return work.random();
    },
  });
  const labels = metric('labels', ({ predictions }) => (predictions.length > 2 ? 'long' : 'short'));
  const metrics: readonly Metric[] = [length, rand(), labels];
  const answering = (before: (n: number, trial: number) => Promise<void> | void): Model => ({
    id: 'answering',
    identity: 1,
    predict: async ([row], [work]) => {
      const n = Number(row?.n);
      await before(n, work?.trial ?? 0);
      return [{ value: `${n} ${work?.random()}`, latencyMs: n }];
    },
  });

  test('an interrupted run gives the result of an undisturbed one, and asks no finished prediction again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        async (stopAfter, atOnce, concurrency) => {
          const store = memoryStore();
          const asked = new Map<string, number>();
          const request = {
            data,
            trials: 2,
            seed: 5,
            extraMetrics: [...metrics, 'latency'],
            run: { key: 'nightly' },
            resume: 'auto',
            store,
          } as const;
          const controller = new AbortController();
          const touchstone = createTouchstone();
          let count = 0;
          const first = await touchstone.evaluate({
            ...request,
            limits: { concurrency },
            signal: controller.signal,
            model: answering(async () => {
              if (++count === stopAfter) atOnce ? controller.abort() : touchstone.stop();
              await turns(count % 4);
            }),
          } as never);
          expect(first.run.status).toBe('interrupted');
          const finished = new Set(
            (await Array.fromAsync(first.rows()))
              .filter(({ scores }) => scores.rand !== undefined)
              .map(({ ordinal, trial }) => `${ordinal} ${trial}`),
          );
          const second = await touchstone.evaluate({
            ...request,
            limits: { concurrency: 10 - concurrency },
            model: answering((n, trial) => void asked.set(`${n} ${trial}`, (asked.get(`${n} ${trial}`) ?? 0) + 1)),
          } as never);
          expect(second.run).toMatchObject({ id: first.run.id, status: 'finished', rows: 40 });
          expect(second.run.reason).toBeUndefined();
          for (const key of finished) expect(asked.has(key)).toBe(false);
          expect(Math.max(0, ...asked.values())).toBeLessThanOrEqual(1);
          const undisturbed = await touchstone.evaluate({
            ...request,
            run: {},
            resume: false,
            store: memoryStore(),
            model: answering(() => undefined),
          } as never);
          expect(await essence(second)).toEqual(await essence(undisturbed));
          expect(await store.catalog.find({})).toMatchObject([{ id: first.run.id, status: 'finished' }]);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('keeps an answer of which only the scores were missing', async () => {
    const store = memoryStore();
    const controller = new AbortController();
    let asked = 0;
    let stuck = true;
    const model = async ({ inputs }: { readonly inputs: string }) => {
      asked++;
      return inputs;
    };
    const sometimes = metric('sometimes', async () => {
      if (!stuck) return 1;
      setTimeout(() => controller.abort(), 20);
      return new Promise<number>(() => undefined);
    });
    const request = { data: ['a'], model, extraMetrics: [length, sometimes], store, run: { key: 'k' }, resume: 'auto' } as const;
    const first = await evaluate({ ...request, signal: controller.signal });
    expect(first.run).toMatchObject({ status: 'interrupted', rows: 1 });
    stuck = false;
    const second = await evaluate(request);
    expect(second.metrics).toMatchObject({ 'length/mean': 1, 'sometimes/mean': 1 });
    expect(asked).toBe(1);
  });

  test('progress begins where the earlier part ended', async () => {
    const store = memoryStore();
    const touchstone = createTouchstone({ store });
    const request = { data, limits: { concurrency: 1 }, extraMetrics: [length], run: { key: 'k' }, resume: 'auto' } as const;
    await touchstone.evaluate({
      ...request,
      model: async function answer({ n }) {
        if (n === 9) touchstone.stop();
        return `${n}`;
      },
    });
    const seen: Progress[] = [];
    const pending = touchstone.evaluate({
      ...request,
      model: async () => 'other code',
      onProgress: (progress: Progress) => seen.push(progress),
    } as never);
    await expect(pending).rejects.toThrow(
      /^Run data [0-9a-f]{6} \(key 'k'\) cannot be continued, because this is not what it was started with:\n {2}- the model: function answer then, function now\nNothing was run\. Put it back as it was, or start a new run with another key\.$/u,
    );
    expect(seen).toEqual([]);
    expect((await touchstone.runs())[0]).toMatchObject({ status: 'interrupted', reason: 'it was stopped' });
  });

  const sameModel = async ({ n }: { readonly n?: number }) => `${n}`;
  test.each<[string, object, string]>([
    ['the data', { data: numbered(41) }, 'the data: data has other content now'],
    ['the columns', { id: 'n' }, 'the columns: inputs n then, id n now'],
    ['the selection', { limit: 5, seed: 2 }, 'the selection of rows: all rows, seed 0 then, the first 5, seed 2 now'],
    ['the trials', { trials: 2 }, 'the trials: 1 then, 2 now'],
    ['the metrics', { extraMetrics: [length, metric('added', () => 1)] }, 'the metrics: with added besides'],
  ])('with %s changed is refused, and says what changed', async (_, change, difference) => {
    const store = memoryStore();
    const request = { data, model: sameModel, extraMetrics: [length], store, run: { key: 'k', name: 'mine' }, resume: 'auto' };
    const stopped = AbortSignal.abort();
    await createTouchstone().evaluate({ ...request, signal: stopped } as never);
    const pending = createTouchstone().evaluate({ ...request, ...change } as never);
    await expect(pending).rejects.toMatchObject({
      code: 'plan-changed',
      message: `Run mine (key 'k') cannot be continued, because this is not what it was started with:\n  - ${difference}\nNothing was run. Put it back as it was, or start a new run with another key.`,
    });
  });

  test('with a changed row of data that has no fingerprint is refused at that row', async () => {
    const store = memoryStore();
    const source = (text: string) =>
      async function* rows() {
        yield { q: 'a' };
        yield { q: text };
      };
    const touchstone = createTouchstone({ store });
    const request = { extraMetrics: [length], run: { key: 'k' }, resume: 'auto', limits: { concurrency: 1 } } as const;
    const model = async ({ q }: { readonly q: string }) => q;
    const budget = { ...request.limits, errorBudget: 0 };
    const broken = metric('length', ({ predictions }) => {
      if (predictions === 'b') throw new Error('no');
      return predictions.length;
    });
    const first = await touchstone.evaluate({ ...request, limits: budget, data: source('b'), model, extraMetrics: [broken] });
    expect(first.run.status).toBe('incomplete');
    const second = touchstone.evaluate({ ...request, data: source('c'), model, extraMetrics: [broken] });
    await expect(second).rejects.toMatchObject({
      code: 'data-changed',
      message:
        "The data has changed since this run was started: row 2 of rows has another 'q'. Put the data back as it was, or start a new run.",
    });
  });

  test('needs an unfinished run: a finished one is not continued', async () => {
    const store = memoryStore();
    const touchstone = createTouchstone({ store });
    const request = { data: ['a'], model: () => 'x', extraMetrics: [length] } as const;
    const first = await touchstone.evaluate({ ...request, run: { key: 'k', name: 'done' }, resume: 'auto' });
    const second = await touchstone.evaluate({ ...request, run: { key: 'k' }, resume: 'auto' });
    expect(second.run.id).not.toBe(first.run.id);
    await expect(touchstone.evaluate({ ...request, run: { id: first.run.id }, resume: 'auto' })).rejects.toThrow(
      `Run done (${first.run.id.slice(0, 8)}) is finished: there is nothing to continue.`,
    );
    await expect(touchstone.evaluate({ ...request, run: { id: 'f'.repeat(32) }, resume: 'auto' })).rejects.toThrow(
      `There is no run with the id '${'f'.repeat(32)}' in this store.`,
    );
    expect(await touchstone.runs()).toHaveLength(2);
  });
});

describe('work.random', () => {
  const draws = async (request: object) => {
    const drawn: Record<string, readonly number[]> = {};
    const metricOf = (name: string) =>
      defineMetric({
        name,
        greaterIsBetter: true,
        needs: ['predictions'],
        scoreRow: async ({ predictions }, { work }) => {
          const first = work.random();
          await turns(predictions.length % 3);
          drawn[`${name} ${predictions}`] = [first, work.random()];
          return 1;
        },
      })();
    const model: Model = {
      id: 'm',
      identity: 1,
      predict: async ([row], [work]) => {
        const name = `${String(row?.n)}/${work?.trial}`;
        await turns(Number(row?.n) % 4);
        drawn[`model ${name}`] = [work?.random() ?? -1, work?.random() ?? -1];
        return [{ value: name }];
      },
    };
    await createTouchstone().evaluate({
      data: numbered(20),
      model,
      trials: 2,
      extraMetrics: [metricOf('a'), metricOf('b')],
      ...request,
    } as never);
    return drawn;
  };

  test('gives each row, trial, metric and the model numbers of their own, in [0, 1)', async () => {
    const all = Object.values(await draws({})).flat();
    expect(all).toHaveLength(20 * 2 * 3 * 2);
    expect(new Set(all).size).toBe(all.length);
    expect(all.every((number) => number >= 0 && number < 1)).toBe(true);
  });

  test('gives the same numbers for the same seed, whatever else is computed and in what order', async () => {
    const first = await draws({ seed: 3 });
    expect(await draws({ seed: 3, limits: { concurrency: 1 } })).toEqual(first);
    const fewer = await draws({ seed: 3, trials: 1 });
    expect(fewer).toEqual(Object.fromEntries(Object.entries(first).filter(([name]) => name.endsWith('/0'))));
    expect(await draws({ seed: 4 })).not.toEqual(first);
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
