import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
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

/** Everything of a result that interruptions may not change. */
async function essence(results: EvaluationResult): Promise<Json> {
  const { metrics, intervals, coverage, signatures, warnings } = results.toJSON();
  const table = await results.tables.eval_results_table.toJSON();
  const rows = await Array.fromAsync(results.rows());
  return JSON.parse(JSON.stringify({ metrics, intervals, coverage, signatures, warnings, table, rows }));
}

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
