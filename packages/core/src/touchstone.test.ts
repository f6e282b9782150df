import { describe, expect, test } from 'vitest';
import {
  createTouchstone,
  defineEvaluator,
  type EvaluationResult,
  evaluate,
  memoryStore,
  metric,
  RUN_STORE,
  type RunStore,
  type Work,
} from './index.ts';

const length = metric('length', ({ predictions }) => predictions.length);
const words = metric('words', ({ predictions }) => predictions.split(' ').length);
const data = [{ answer: 'a b' }, { answer: 'cdef' }];
const request = { data, predictions: 'answer' } as const;

describe('several evaluations in one run', () => {
  test('share the run, and have tables and rows of their own', async () => {
    const touchstone = createTouchstone();
    const ids = await touchstone.withRun({ experiment: 'e', name: 'two', tags: { git: 'abc' } }, async (run) => {
      expect(run).toMatchObject({ name: 'two', experiment: 'e' });
      const first = await run.evaluate({ ...request, extraMetrics: [length] });
      const second = await run.evaluate({ ...request, limit: 1, extraMetrics: [words] });
      expect(first.metrics['length/mean']).toBe(3.5);
      expect(second.metrics).toEqual({ 'words/mean': 2, 'words/variance': 0, 'words/p90': 2 });
      return [run.id, first.run.id, second.run.id];
    });
    expect(new Set(ids).size).toBe(1);

    const both = await touchstone.result('two');
    expect(both.run).toMatchObject({ id: ids[0], status: 'finished', experiment: 'e', rows: 3 });
    expect(Object.keys(both.tables)).toEqual(['eval_results_table', 'eval_results_table_2']);
    expect(both.metrics).toMatchObject({ 'length/mean': 3.5, 'words/mean': 2 });
    expect(await touchstone.runs()).toMatchObject([{ id: ids[0], tags: { git: 'abc' }, status: 'finished' }]);
  });

  test('of equal metrics the later one is shown, with a warning', async () => {
    const touchstone = createTouchstone();
    await touchstone.withRun({ name: 'again' }, async (run) => {
      await run.evaluate({ ...request, extraMetrics: [length] });
      await run.evaluate({ ...request, limit: 1, extraMetrics: [length] });
    });
    const result = await touchstone.result('again');
    expect(result.metrics['length/mean']).toBe(3);
    expect(result.warnings).toEqual([
      'length: an earlier evaluation of this run computed it as well; the result shows evaluation 2.',
    ]);
  });

  test('end with await using', async () => {
    const touchstone = createTouchstone();
    {
      await using run = await touchstone.startRun({ name: 'scoped' });
      await run.evaluate({ ...request, extraMetrics: [length] });
      expect((await touchstone.runs())[0]?.status).toBe('running');
    }
    expect((await touchstone.runs())[0]).toMatchObject({ name: 'scoped', status: 'finished' });
  });

  test('what one of them did wrong does not stop the next', async () => {
    const touchstone = createTouchstone();
    const results = await touchstone.withRun({}, async (run) => {
      const wrong = run.evaluate({ data: [{ q: 'a' }], model: (): unknown => ({ a: 1, b: 2 }), extraMetrics: [length] });
      await expect(wrong).rejects.toMatchObject({ code: 'output-not-chosen' });
      const stopped = await run.evaluate({ ...request, signal: AbortSignal.abort(), extraMetrics: [length] });
      expect(stopped.run).toMatchObject({ status: 'interrupted', reason: 'it was stopped' });
      return run.evaluate({ ...request, extraMetrics: [length] });
    });
    expect(results.run.status).toBe('finished');
    expect(results.metrics['length/mean']).toBe(3.5);
    // The run as a whole ended as its worst part did.
    expect((await touchstone.runs())[0]).toMatchObject({ status: 'interrupted', reason: 'it was stopped' });
  });

  test('options of the run are refused in its evaluations', async () => {
    const touchstone = createTouchstone();
    const misplaced = touchstone.withRun({}, (run) =>
      run.evaluate({ ...request, run: { name: 'x' }, store: memoryStore(), extraMetrics: [length] }),
    );
    await expect(misplaced).rejects.toThrow(
      "2 things to correct:\n  - 'run' belongs to the run: give it to startRun or withRun.\n  - 'store' belongs to the run: give it to startRun or withRun.",
    );
    expect((await touchstone.runs())[0]).toMatchObject({ status: 'failed' });
  });

  test('what the work throws ends the run as failed, with its message', async () => {
    const touchstone = createTouchstone();
    const work = touchstone.withRun({}, () => {
      throw new Error('my own mistake');
    });
    await expect(work).rejects.toThrow('my own mistake');
    expect((await touchstone.runs())[0]).toMatchObject({ status: 'failed', reason: 'my own mistake' });
  });

  test('count their own calls', async () => {
    const service = {
      id: 'echo',
      identity: 'echo',
      scopes: async () => [],
      send: async (text: string) => ({ value: text, usage: { inputTokens: 3 } }),
    };
    const model = (prefix: string) => ({
      id: 'asking',
      identity: prefix,
      predict: async (rows: readonly Readonly<Record<string, unknown>>[], [work]: readonly Work[]) => {
        const answer = await work?.ask(service, `${prefix} ${String(rows[0]?.q)}`);
        return [{ value: answer?.value ?? '' }];
      },
    });
    const touchstone = createTouchstone();
    const usages = await touchstone.withRun({ name: 'asked' }, async (run) => {
      const questions = [{ q: 'a' }, { q: 'b' }];
      const first = await run.evaluate({ data: questions, model: model('x'), extraMetrics: [length] });
      const second = await run.evaluate({ data: [{ q: 'a' }, { q: 'c' }], model: model('x'), extraMetrics: [words] });
      return [first.usage, second.usage];
    });
    expect(usages).toMatchObject([
      { calls: 2, cachedCalls: 0, retries: 0, inputTokens: 6, outputTokens: 0, cost: { usd: 0, unpricedCalls: 2 } },
      { calls: 1, cachedCalls: 1, retries: 0, inputTokens: 3, outputTokens: 0, cost: { usd: 0, unpricedCalls: 1 } },
    ]);
    expect((await touchstone.result('asked')).usage).toMatchObject({ calls: 3, cachedCalls: 1, inputTokens: 9 });
  });
});

describe('a store', () => {
  test('may be given for one evaluation: the run is there, also for what evaluators inject', async () => {
    const store = memoryStore();
    const seen: RunStore[] = [];
    const spy = defineEvaluator({
      name: 'spy',
      inject: { store: RUN_STORE },
      metrics: (_, { store: mine }) => {
        seen.push(mine);
        return [];
      },
    });
    const touchstone = createTouchstone();
    const results = await touchstone.evaluate({ ...request, store, evaluators: ['default', spy], extraMetrics: [length] });
    expect(await touchstone.runs()).toEqual([]);
    expect((await store.catalog.find({})).map(({ id }) => id)).toEqual([results.run.id]);
    expect(seen).toEqual([store]);
  });

  test('is closed with the Touchstone; results in memory are gone then', async () => {
    const own = memoryStore();
    const other = memoryStore();
    let results: EvaluationResult;
    {
      await using touchstone = createTouchstone({ store: own });
      results = await touchstone.evaluate({ ...request, store: other, extraMetrics: [length] });
    }
    expect(results.metrics['length/mean']).toBe(3.5);
    for (const store of [own, other]) await expect(store.catalog.find({})).rejects.toMatchObject({ code: 'store-closed' });
  });

  test('is left open by evaluate, which has no Touchstone to close', async () => {
    const store = memoryStore();
    await evaluate({ ...request, store, extraMetrics: [length] });
    await evaluate({ ...request, store, extraMetrics: [length] });
    expect(await store.catalog.find({})).toHaveLength(2);
  });
});

describe('stored runs', () => {
  test('are found by id, its beginning, name and @last, and can be deleted', async () => {
    const touchstone = createTouchstone();
    const first = await touchstone.evaluate({ ...request, run: { name: 'first' }, extraMetrics: [length] });
    await touchstone.evaluate({ ...request, run: { name: 'second' }, extraMetrics: [words] });
    for (const ref of [first.run.id, first.run.id.slice(0, 12), 'first', '@last~1']) {
      const found = await touchstone.result(ref);
      expect(found.toJSON()).toEqual({ ...first.toJSON(), run: found.run });
      expect(await found.tables.eval_results_table.toJSON()).toEqual(await first.tables.eval_results_table.toJSON());
    }
    expect((await touchstone.deleteRun('@last')).name).toBe('second');
    expect((await touchstone.runs()).map(({ name }) => name)).toEqual(['first']);
    await expect(touchstone.result('secnd')).rejects.toThrow("There is no run 'secnd'.");
  });
});

describe('plan', () => {
  test('says everything that would be done, and does nothing', async () => {
    let asked = 0;
    const touchstone = createTouchstone();
    const plan = await touchstone.plan({
      data: [{ q: 'a', truth: 'b', doc: 1, key: 'k' }],
      model: function answering() {
        asked++;
        return '';
      },
      targets: 'truth',
      id: 'key',
      cluster: 'doc',
      trials: 2,
      sample: 5,
      limit: 3,
      seed: 9,
      limits: { concurrency: 4, timeout: 1.5, errorBudget: 0.25, threads: 2 },
      extraMetrics: [length, 'latency'],
    });
    expect(plan).toEqual({
      data: {
        name: 'data',
        rows: 1,
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        columns: ['q', 'truth', 'doc', 'key'],
        inputs: ['q'],
        features: ['q'],
        targets: 'truth',
        id: 'key',
        cluster: 'doc',
        limit: 3,
        sample: 5,
        seed: 9,
      },
      model: { id: 'function answering', identity: { function: expect.stringMatching(/^[0-9a-f]{64}$/) } },
      trials: 2,
      metrics: [
        {
          name: 'latency',
          key: 'latency',
          form: 'row',
          signature: 'latency',
          greaterIsBetter: false,
          columns: {},
          dependsOn: [],
          scoreColumn: 'latency',
          spec: { module: '@touchstone/core', export: 'latency', options: null },
        },
        {
          name: 'length',
          key: 'length',
          form: 'row',
          signature: expect.stringMatching(/^length\|function:[0-9a-f]{12}$/),
          greaterIsBetter: true,
          columns: { predictions: { from: 'prediction', column: 'outputs' } },
          dependsOn: [],
          scoreColumn: 'length/score',
        },
      ],
      skippedMetrics: [],
      evaluators: ['default'],
      services: [],
      limits: { concurrency: 4, timeoutMs: 1500, errorBudget: 0.25, threads: 2, attempts: 10 },
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(asked).toBe(0);
    expect(await touchstone.runs()).toEqual([]);
  });

  test('has a fingerprint that limits and names do not change, and everything else does', async () => {
    const touchstone = createTouchstone();
    const rows = [{ q: 'a', r: 'b', truth: 'b' }];
    const model = ({ q }: { readonly q?: string }) => q;
    const base = { data: rows, model, targets: 'truth', extraMetrics: [length] };
    const fingerprint = async (change: object) => (await touchstone.plan({ ...base, ...change })).fingerprint;
    const first = await fingerprint({});
    expect(await fingerprint({ limits: { concurrency: 2 }, run: { name: 'x' }, onProgress: () => undefined })).toBe(first);
    const others = [
      { data: [{ q: 'a', r: 'c', truth: 'b' }] },
      { model: ({ r }: { readonly r?: string }) => r },
      { targets: 'r' },
      { inputs: 'q' },
      { extraMetrics: [words] },
      { extraMetrics: [metric('length', ({ predictions }) => predictions.length + 1)] },
      { trials: 2 },
      { seed: 1 },
      { sample: 1 },
      { limit: 1 },
      { id: 'r' },
      { cluster: 'r' },
      { predictions: 'text' },
    ];
    const all = [first, ...(await Promise.all(others.map(fingerprint)))];
    expect(new Set(all).size).toBe(all.length);
  });
});
