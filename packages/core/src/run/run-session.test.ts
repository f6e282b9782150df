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
  test('with the data changed is refused, and says which rows changed', async () => {
    const store = memoryStore();
    const request = { model: sameModel, extraMetrics: [length], store, run: { key: 'k', name: 'mine' }, resume: 'auto' } as const;
    const touchstone = createTouchstone();
    const model = async ({ n }: { readonly n: number }) => {
      if (n === 19) touchstone.stop();
      return `${n}`;
    };
    const because = (what: string) =>
      `Run mine (key 'k') cannot be continued, because this is not what it was started with:\n  - the data: data has other content now${what}\nNothing was run. Put it back as it was, go on with the rows that match (resume: { acceptChangedData: true }), or start a new run with another key.`;
    const named = numbered(40).map(({ n }) => ({ n, 물음: `질문 ${n}` }));
    await touchstone.evaluate({ ...request, data: named, model, limits: { concurrency: 1 }, inputs: 'n' } as never);
    const withSame = (rows: readonly object[]) =>
      createTouchstone()
        .evaluate({ ...request, model, inputs: 'n', data: rows } as never)
        .then(String, ({ message }: Error) => message);
    const changed = named.map((row) => ([2, 5, 7, 11].includes(row.n) ? { ...row, 물음: '다른 질문' } : row));
    expect(await withSame(changed)).toBe(
      because(
        ", in 4 of the 20 stored rows: row 3 has another '물음'; row 6 has another '물음'; row 8 has another '물음'; and 1 more",
      ),
    );
    expect(await withSame(named.slice(0, 19))).toBe(
      because(', and 19 rows instead of 40, in 1 of the 20 stored rows: row 20 is not there any more'),
    );
    expect(await withSame(named.map((row) => (row.n === 30 ? { ...row, 물음: '' } : row)))).toBe(
      because(', but for the 20 rows that are stored'),
    );
  });

  test.each<[string, object, string]>([
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
        "The data has changed since this run was started: row 2 of rows has another 'q'. Put the data back as it was, go on with the rows that match (resume: { acceptChangedData: true }), or start a new run.",
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

describe('trying again what has failed', () => {
  const data = numbered(6).map(({ n }) => ({ n, 질문: `${n}번 질문` }));

  test('asks only for failed predictions, scores only failed scores, and keeps what there was', async () => {
    const store = memoryStore();
    const touchstone = createTouchstone({ store });
    const asked: number[] = [];
    let well = false;
    const model = async ({ n }: { readonly n: number }) => {
      asked.push(n);
      if (n === 2 && !well) throw new Error('아직 안 됩니다');
      return '가'.repeat(n + 1);
    };
    const scored: string[] = [];
    const moody = metric('moody', ({ predictions }) => {
      scored.push(predictions);
      if (predictions.length === 5 && !well) throw new Error('기분이 안 좋다');
      return predictions.length;
    });
    const request = { data, model, inputs: 'n', extraMetrics: [length, moody], run: { key: 'k' } } as const;
    const first = await touchstone.evaluate({ ...request, resume: 'auto' });
    expect(first.run.status).toBe('finished');
    expect(first.coverage).toMatchObject({ length: { failed: 1 }, moody: { failed: 2 } });
    well = true;
    asked.length = 0;
    scored.length = 0;
    const second = await touchstone.evaluate({ ...request, resume: { retryFailed: true } });
    expect(second.run).toMatchObject({ id: first.run.id, status: 'finished' });
    expect(asked).toEqual([2]);
    expect(scored.toSorted()).toEqual(['가가가', '가가가가가']);
    const undisturbed = await createTouchstone().evaluate({ data, model, inputs: 'n', extraMetrics: [length, moody] });
    expect(await essence(second)).toEqual(await essence(undisturbed));
    const reader = await store.catalog.reader(first.run.id, 1);
    const left = (await Array.fromAsync(reader.superseded())).flat();
    expect(left.map(({ entry, signature }) => [entry.type, entry.ordinal, signature])).toEqual([
      ['prediction', 2, undefined],
      ['score', 2, length.signature],
      ['score', 2, moody.signature],
      ['score', 4, moody.signature],
    ]);
  });

  test('that is interrupted is an unfinished run, which goes on as any other', async () => {
    const store = memoryStore();
    const touchstone = createTouchstone({ store });
    let broken = true;
    const model = async ({ n }: { readonly n: number }) => {
      if (broken && n > 1) throw new Error('끊김');
      if (!broken && n === 3) touchstone.stop();
      return `${n}`;
    };
    const request = { data, model, inputs: 'n', extraMetrics: [length], run: { key: 'k' }, limits: { concurrency: 1 } } as const;
    await touchstone.evaluate({ ...request, resume: 'auto' });
    broken = false;
    const again = await touchstone.evaluate({ ...request, resume: { retryFailed: true } });
    expect(again.run).toMatchObject({ status: 'interrupted', rows: 6 });
    const last = await touchstone.evaluate({ ...request, resume: 'auto' });
    expect(last.run).toMatchObject({ id: again.run.id, status: 'finished' });
    expect(last.coverage.length).toEqual({ scored: 6, skipped: 0, failed: 0, reasons: {} });
  });
});

describe('going on with changed data', () => {
  const rows = numbered(8).map(({ n }) => ({ n, 답: `답 ${n}` }));
  const request = { inputs: 'n', targets: '답', extraMetrics: [length], run: { key: 'k' }, limits: { concurrency: 1 } } as const;

  test('asks for the rows that changed and those that were not done, and no others; what was said of the old rows stays with them', async () => {
    const store = memoryStore();
    const touchstone = createTouchstone({ store });
    const asked: number[] = [];
    const model = async ({ n }: { readonly n: number }) => {
      asked.push(n);
      if (asked.length === 5) touchstone.stop();
      return `${n}`;
    };
    const first = await touchstone.evaluate({ ...request, data: rows, model, resume: 'auto' });
    await touchstone.annotate(first.run.id, { ordinal: 1, name: 'ok', value: true, author: '민지' });
    await touchstone.annotate(first.run.id, { ordinal: 2, name: 'ok', value: false, author: '민지' });
    const changed = rows.slice(0, 7).map((row) => (row.n === 1 ? { ...row, 답: '고친 답' } : row));
    const second = await touchstone.evaluate({ ...request, data: changed, model, resume: { acceptChangedData: true } });
    expect(second.run).toMatchObject({ id: first.run.id, status: 'finished', rows: 7 });
    expect(asked).toEqual([0, 1, 2, 3, 4, 1, 5, 6]);
    const undisturbed = await createTouchstone().evaluate({ ...request, run: {}, data: changed, model });
    const table = await undisturbed.tables.eval_results_table.toArray();
    expect(await second.tables.eval_results_table.toArray()).toEqual(
      table.map((row) => ({ ...row, 'ok/label': row.n === 2 ? false : null })),
    );
    const reader = await store.catalog.reader(first.run.id, 1);
    const left = (await Array.fromAsync(reader.superseded())).flat();
    expect(left.map(({ entry }) => [entry.type, entry.ordinal])).toEqual([
      ['row', 1],
      ['prediction', 1],
      ['score', 1],
    ]);
  });

  test('is for data alone: another plan is refused as ever', async () => {
    const touchstone = createTouchstone();
    const model = async () => 'x';
    await touchstone.evaluate({ ...request, data: rows, model, resume: 'auto', signal: AbortSignal.abort() });
    const pending = touchstone.evaluate({
      ...request,
      data: rows.slice(1),
      model,
      trials: 2,
      resume: { acceptChangedData: true },
    });
    await expect(pending).rejects.toThrow('started with:\n  - the trials: 1 then, 2 now\nNothing was run.');
  });

  test('needs data that can be read twice', async () => {
    const touchstone = createTouchstone();
    const once = () =>
      (async function* () {
        yield* rows;
      })();
    const model = async () => 'x';
    await touchstone.evaluate({ ...request, data: once(), model, resume: 'auto', signal: AbortSignal.abort() });
    await expect(
      touchstone.evaluate({ ...request, data: once(), model, resume: { acceptChangedData: true } }),
    ).rejects.toMatchObject({ code: 'data-read-once' });
  });
});
