import { describe, expect, test } from 'vitest';
import {
  createTouchstone,
  defineMetric,
  definePlugin,
  type EvaluationResult,
  type Json,
  LOGGER,
  memoryStore,
  metric,
  PRICES,
  skipped,
  TouchstoneRuntime,
} from '../index.ts';

const data = Array.from({ length: 30 }, (_, n) => ({ n, 질문: `${n}번 질문`, 정답: `답 ${n % 4}`, 모둠: `모둠 ${n % 5}` }));
const length = metric('length', ({ predictions }) => predictions.length / 7);
const label = metric('label', ({ predictions }) => (predictions.length > 3 ? '김' : '짧음'));
const lucky = defineMetric({
  name: 'lucky',
  version: 'v2',
  greaterIsBetter: true,
  range: [0, 1],
  needs: ['predictions'],
  scoreRow: (_, { work }) => work.random(),
});
const share = defineMetric({
  name: 'share',
  greaterIsBetter: true,
  needs: ['predictions', 'targets'],
  statistics: ({ predictions, targets }) => [predictions === targets ? 1 : 0],
  combine: ([equal = 0], rows) => ({ share: equal / rows }),
});
const longest = defineMetric({
  name: 'longest',
  greaterIsBetter: true,
  needs: ['predictions'],
  scoreDataset: async (rows) => {
    let most = 0;
    for await (const { predictions } of rows) most = Math.max(most, predictions.length);
    return { longest: most };
  },
});
const doubled = defineMetric({
  name: 'doubled',
  greaterIsBetter: true,
  needs: [],
  dependsOn: ['length'],
  scoreRow: (_, { scores }) => Number(scores.length?.value) * 2,
});
const picky = metric('picky', ({ predictions }) => (predictions.length > 4 ? skipped('too long', 'too-long') : true));

const model = async ({ n }: { readonly n: number }) => {
  if (n === 7) throw new Error('모르겠습니다');
  return `답 ${n % 3 === 0 ? n % 4 : n}`;
};
const base = { data, model, inputs: '질문', targets: '정답', cluster: '모둠', trials: 2, seed: 3 } as const;
const first = [length, share(), longest()];
const second = [label, lucky(), doubled(), picky];

/** Everything of a result that must not depend on when a metric was computed. */
async function essence(result: EvaluationResult): Promise<Json> {
  const { run, usage: _, ...document } = result.toJSON();
  const rows = await Array.fromAsync(result.rows());
  const table = await result.tables.eval_results_table.toJSON();
  return JSON.parse(JSON.stringify({ status: run.status, rows: run.rows, document, table, all: rows }));
}

/** As text: the order of keys counts. */
const text = async (result: EvaluationResult): Promise<string> => JSON.stringify(await essence(result), null, 1);

async function evaluated(metrics: readonly unknown[], store = memoryStore()): Promise<EvaluationResult> {
  return createTouchstone({ store }).evaluate({ ...base, extraMetrics: metrics } as never);
}

describe('a stored run', () => {
  test('that gets more metrics is, to the byte, the run that had them from the start', async () => {
    const store = memoryStore();
    const before = await evaluated(first, store);
    const touchstone = createTouchstone({ store });
    const scored = await touchstone.score(before.run.id, { extraMetrics: second });
    expect(scored.run).toMatchObject({ id: before.run.id, status: 'finished', startedAt: before.run.startedAt });
    expect(scored.run.endedAt).toBe(before.run.endedAt);
    const atOnce = await evaluated([...first, ...second]);
    expect(await text(scored)).toBe(await text(atOnce));
    expect(await text(await touchstone.result(before.run.id))).toBe(await text(atOnce));
    expect(await touchstone.runs()).toHaveLength(1);
  });

  test('gets metrics of sums and of the whole data set too, after those that it had', async () => {
    const store = memoryStore();
    const before = await evaluated(
      second.filter(({ name }) => name !== 'doubled'),
      store,
    );
    const scored = await createTouchstone({ store }).score('@last', { extraMetrics: first });
    const atOnce = await evaluated([...second.filter(({ name }) => name !== 'doubled'), ...first]);
    expect(await text(scored)).toBe(await text(atOnce));
    expect(before.metrics.longest).toBeUndefined();
    expect(scored.metrics.longest).toBe(4);
  });

  test('needs neither its data nor its model, nor the code of the metrics that it has', async () => {
    const store = memoryStore();
    let asked = 0;
    let read = 0;
    const rows = () => {
      read++;
      return data;
    };
    const answer = async ({ n }: { readonly n: number }) => {
      asked++;
      return `${n}`;
    };
    const { run } = await createTouchstone({ store }).evaluate({
      ...base,
      data: rows,
      model: answer,
      extraMetrics: [longest(), length],
    } as never);
    const before = { asked, read };
    const scored = await createTouchstone({ store }).score(run.name, { extraMetrics: [doubled()] });
    expect({ asked, read }).toEqual(before);
    expect(scored.metrics['doubled/mean']).toBeCloseTo(2 * (scored.metrics['length/mean'] ?? 0), 12);
    expect(scored.metrics.longest).toBe(2);
  });

  test('keeps its scores when a metric is there already, which is said', async () => {
    const store = memoryStore();
    const before = await evaluated(first, store);
    const said: string[] = [];
    const listening = definePlugin({
      name: 'listening',
      metrics: [],
      register: (registry) => registry.provide(LOGGER, { info: () => undefined, warn: (sentence) => void said.push(sentence) }),
    });
    const same = await createTouchstone({ store, plugins: [listening] }).score('@last', { extraMetrics: [length] });
    expect(await text(same)).toBe(await text(before));
    expect(said).toEqual([`length is in run ${before.run.name} already, with the same signature (${length.signature}).`]);
    const reader = await store.catalog.reader(before.run.id, 1);
    expect((await Array.fromAsync(reader.superseded())).flat()).toEqual([]);
  });

  test('is rescored: the new scores count, the old ones are kept with their signature', async () => {
    const store = memoryStore();
    await evaluated([...first, doubled()], store);
    const touchstone = createTouchstone({ store });
    const halved = {
      ...length,
      signature: 'length|halved',
      scoreItems: (items: readonly { columns: object }[]) =>
        items.map(({ columns }) => ({ status: 'scored', value: String(Object(columns).predictions).length / 14 })),
    };
    const refused = touchstone.score('@last', { rescore: [halved] });
    await expect(refused).rejects.toMatchObject({
      code: 'rescore-dependent',
      message:
        "doubled reads the scores of length, which are made again: rescore it as well, with rescore: ['length', 'doubled'].",
    });
    const rescored = await touchstone.score('@last', { rescore: [halved, doubled()] });
    const atOnce = await evaluated([halved, ...first.slice(1), doubled()]);
    expect(await text(rescored)).toBe(await text(atOnce));
    const [run] = await touchstone.runs();
    const reader = await store.catalog.reader(run?.id ?? '', 1);
    const left = (await Array.fromAsync(reader.superseded())).flat();
    expect(new Set(left.map(({ signature }) => signature))).toEqual(new Set([length.signature, 'doubled']));
    expect(left).toHaveLength(2 * 2 * data.length);
  });

  test.each([
    [
      'another signature',
      { extraMetrics: [{ ...length, signature: 'length|other' }] },
      `length is in run NAME already, as ${length.signature}, and what is asked for is length|other: compute it anew with rescore: ['length'], or give the other one a name of its own: length({ name: 'length_2' }).`,
    ],
    ['nothing to do', {}, 'There is nothing to score: pass extraMetrics: […] or rescore: […].'],
    [
      'a metric to rescore that it does not have',
      { rescore: [metric('lenght', () => 1)] },
      "Run NAME has no metric 'lenght' to rescore. Did you mean 'length'? A new one is added with extraMetrics: ['lenght'].",
    ],
    [
      'a metric that lacks its column',
      {
        extraMetrics: [
          defineMetric({ name: 'grounded', greaterIsBetter: true, needs: ['context'], scoreRow: () => 1 })({
            columns: { context: '문서' },
          }),
        ],
        columns: {},
      },
      undefined,
    ],
    ['an option that there is not', { metrics: ['x'] }, "score has no option 'metrics'."],
    [
      'a metric that reads one that is not there',
      {
        extraMetrics: [defineMetric({ name: 'far', greaterIsBetter: true, needs: [], dependsOn: ['away'], scoreRow: () => 1 })()],
      },
      "far reads the scores of 'away', which is not computed here.",
    ],
  ])('refuses %s, and stays as it was', async (_, request, sentence) => {
    const store = memoryStore();
    const before = await evaluated(first, store);
    const outcome = new TouchstoneRuntime({ store }).score('@last', request as never);
    if (sentence === undefined) {
      // Another output of the model may have that name, and none has: every row is skipped for it.
      expect((await outcome).coverage.grounded).toMatchObject({ scored: 0, skipped: 58 });
      return;
    }
    await expect(
      outcome.catch(({ message }: Error) => Promise.reject(new Error(message.replaceAll(before.run.name, 'NAME')))),
    ).rejects.toThrow(sentence);
    expect(await text(await createTouchstone({ store }).result('@last'))).toBe(await text(before));
    expect((await store.catalog.find({}))[0]?.status).toBe('finished');
  });

  test('must be finished, and of several evaluations one must be named', async () => {
    const store = memoryStore();
    const touchstone = createTouchstone({ store });
    const stopped = await touchstone.evaluate({ ...base, extraMetrics: first, signal: AbortSignal.abort() } as never);
    await expect(touchstone.score('@last', { extraMetrics: second })).rejects.toMatchObject({
      code: 'run-unfinished',
      message: `Run ${stopped.run.name} (${stopped.run.id.slice(0, 8)}) is not finished, and metrics are added to finished runs: resume it first.`,
    });
    await touchstone.withRun({ name: '둘' }, async (run) => {
      await run.evaluate({ ...base, trials: 1, extraMetrics: first } as never);
      await run.evaluate({ ...base, trials: 1, limit: 5, extraMetrics: first } as never);
    });
    await expect(touchstone.score('둘', { extraMetrics: [label] })).rejects.toThrow(
      'Run 둘 holds 2 evaluations: say which one is meant, e.g. evaluation: 1.',
    );
    await touchstone.score('둘', { extraMetrics: [label], evaluation: 2 });
    expect((await touchstone.result('둘')).coverage.label).toMatchObject({ scored: 5 });
  });
});

test('two that score a run at the same moment lose nothing of each other: one of them is refused', async () => {
  const store = memoryStore();
  await evaluated(first, store);
  const touchstone = createTouchstone({ store });
  const both = [[label], [picky]].map((extraMetrics) => () => touchstone.score('@last', { extraMetrics }));
  const ends = await Promise.allSettled(both.map((score) => score()));
  expect(ends.map((end) => (end.status === 'rejected' ? end.reason.code : end.status)).toSorted()).toEqual([
    'fulfilled',
    'run-locked',
  ]);
  for (const score of both) await score();
  const { coverage } = await touchstone.result('@last');
  expect(Object.keys(coverage).toSorted()).toEqual(['label', 'length', 'longest', 'picky', 'share']);
});

describe('scoring that is interrupted', () => {
  const slow = (before: () => void) =>
    metric('slow', async ({ predictions }) => {
      before();
      return predictions.length;
    });

  test('is an unfinished run: asking again goes on, and no score is made twice', async () => {
    const store = memoryStore();
    await evaluated(first, store);
    const touchstone = createTouchstone({ store });
    let made = 0;
    const stopping = slow(() => {
      if (++made === 9) touchstone.stop();
    });
    const part = await touchstone.score('@last', { extraMetrics: [stopping], limits: { concurrency: 1 } });
    expect(part.run.status).toBe('interrupted');
    // What was finished before is there all the while.
    expect(part.metrics.longest).toBe(4);
    await expect(touchstone.score('@last', { extraMetrics: [label] })).rejects.toThrow(
      `Run ${part.run.name} is still to be scored with slow: ask for it as well, or resume the run first.`,
    );
    const whole = await touchstone.score('@last', { extraMetrics: [stopping] });
    expect(made).toBe(58);
    expect(await text(whole)).toBe(await text(await evaluated([...first, slow(() => undefined)])));
  });

  test('shows what was finished also when the process died', async () => {
    const store = memoryStore();
    const before = await evaluated(first, store);
    const stuck = createTouchstone({ store }).score('@last', {
      extraMetrics: [
        metric('stuck', async ({ predictions }) => (predictions.endsWith('0') ? 1 : new Promise<number>(() => undefined))),
      ],
      limits: { concurrency: 64 },
    });
    stuck.catch(() => undefined);
    const other = createTouchstone({ store });
    for (;;) {
      const { metrics, coverage } = await other.result('@last');
      if ((coverage.stuck?.scored ?? 0) === 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        continue;
      }
      expect(metrics).toEqual({ ...before.metrics, ...metrics });
      expect(metrics).toMatchObject({ longest: before.metrics.longest, share: before.metrics.share, 'stuck/mean': 1 });
      break;
    }
  });

  test('goes on by the call that evaluates it, with the metrics that were added', async () => {
    const store = memoryStore();
    const touchstone = createTouchstone({ store });
    const request = { ...base, extraMetrics: first, run: { key: '밤' }, resume: 'auto' } as const;
    await touchstone.evaluate(request as never);
    let made = 0;
    const stopping = slow(() => {
      if (++made === 9) touchstone.stop();
    });
    await touchstone.score('@last', { extraMetrics: [stopping, 'latency'], limits: { concurrency: 1 } });
    await expect(touchstone.evaluate(request as never)).rejects.toThrow('the metrics: without latency, slow');
    const done = await touchstone.evaluate({ ...request, extraMetrics: [...first, stopping, 'latency'] } as never);
    expect(made).toBe(58);
    expect(done.run.status).toBe('finished');
    expect(done.coverage.slow).toMatchObject({ scored: 58, failed: 2 });
  });
});

test('a cap on the cost is for the whole run: what the model has cost leaves less for a judge', async () => {
  const store = memoryStore();
  let sent = 0;
  const service = (id: string) => ({
    id,
    identity: id,
    kind: 'language',
    scopes: async () => [id],
    estimate: () => ({ inputTokens: 1, outputTokens: 1 }),
    async send({ of }: { readonly of: string }) {
      sent++;
      return { value: { of }, usage: { inputTokens: 1, outputTokens: 1 } };
    },
  });
  const asking = (name: string) =>
    defineMetric({
      name,
      greaterIsBetter: true,
      needs: ['predictions'],
      models: { judge: service(`fake:/${name}`) as never },
      async scoreRow({ predictions }, { work, model: role }) {
        await work.ask(role('judge'), { of: `${name} ${predictions}` } as never);
        return 1;
      },
    });
  const priced = definePlugin({
    name: 'priced',
    metrics: [],
    register: (registry) => registry.provide(PRICES, { usd: () => 1 }),
  });
  const touchstone = createTouchstone({ store, plugins: [priced] });
  const rows = Array.from({ length: 4 }, (_, n) => ({ o: `말 ${n}` }));
  const request = { data: rows, predictions: 'o', limits: { maxCost: { usd: 6 } } } as const;
  await touchstone.evaluate({ ...request, extraMetrics: [asking('one')()] } as never);
  expect(sent).toBe(4);
  const scored = await touchstone.score('@last', { extraMetrics: [asking('two')()] });
  expect(scored.run).toMatchObject({ status: 'incomplete' });
  expect(scored.run.reason).toMatch(/^the cost cap is reached: \$6/u);
  expect(sent).toBe(6);
  const raised = await touchstone.score('@last', { extraMetrics: [asking('two')()], limits: { maxCost: { usd: 8 } } });
  expect(raised.run.status).toBe('finished');
  expect(raised.usage.cost.usd).toBe(8);
  expect(sent).toBe(8);
});
