import { describe, expect, test } from 'vitest';
import {
  CLOCK,
  CONTRACT_VERSION,
  createTouchstone,
  definePlugin,
  ENGINE,
  type Engine,
  type Entry,
  LOGGER,
  type Metric,
  memoryStore,
  metric,
  type Plugin,
  RUN_STORE,
  type RunStatus,
  TouchstoneError,
  type TouchstoneOptions,
  TRACKERS,
  type Tracker,
} from '../index.ts';

const length = metric('length', ({ predictions }) => predictions.length);
const half = metric('length', ({ predictions }) => predictions.length / 2);
const data = [{ answer: 'ab' }, { answer: 'cdef' }];
const request = { data, predictions: 'answer' } as const;

function refusal(options: unknown): { code: string; message: string } {
  try {
    createTouchstone(options as TouchstoneOptions<[]>);
  } catch (error) {
    if (TouchstoneError.isInstance(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('plug-ins', () => {
  test('of two Touchstones in one process never see each other', async () => {
    const one = createTouchstone({ plugins: [definePlugin({ name: 'one', metrics: [length] })] });
    const two = createTouchstone({ plugins: [definePlugin({ name: 'two', metrics: [half] })] });
    const none = createTouchstone();
    const [first, second] = await Promise.all([
      one.evaluate({ ...request, extraMetrics: ['length'] }),
      two.evaluate({ ...request, extraMetrics: ['length'] }),
    ]);
    expect([first.metrics['length/mean'], second.metrics['length/mean']]).toEqual([3, 1.5]);
    expect(await one.runs()).toHaveLength(1);
    await expect(none.evaluate({ ...request, extraMetrics: ['length'] } as never)).rejects.toThrow(
      "There is no metric 'length'. Registered are: latency",
    );
  });

  test('bring metrics and factories by name', async () => {
    const touchstone = createTouchstone({ plugins: [definePlugin({ name: 'ours', version: '1.2.3', metrics: [length] })] });
    expect(touchstone.metric('length')).toBe(length);
    expect(() => touchstone.metric('length', { unit: 'words' })).toThrow("length has no option 'unit': it takes none.");
    expect(() => touchstone.metric('latency', { unit: 'ms' })).toThrow(
      "latency has no option 'unit'. It has: name, columns, when, aggregations.",
    );
    expect(touchstone.metric('latency', { name: 'seconds' }).name).toBe('seconds');
    expect(() => touchstone.metric('lenght')).toThrow("There is no metric 'lenght'. Did you mean 'length'?");
    expect(() => touchstone.metric('rougeL')).toThrow(
      "The metric 'rougeL' comes with @touchstone/metric-rouge, which is not among the plug-ins: npm i @touchstone/metric-rouge, and add it to plugins.",
    );
    await touchstone.evaluate({ ...request, extraMetrics: ['length'] });
    expect((await touchstone.runs())[0]?.provenance).toMatchObject({ ours: '1.2.3', '@touchstone/core': expect.any(String) });
  });

  const newer: Plugin = { name: 'tomorrow', contract: CONTRACT_VERSION + 1, register: () => undefined };
  const older: Plugin = { name: 'yesterday', contract: 0, register: () => undefined };
  const broken = definePlugin({
    name: 'broken',
    register: () => {
      throw new Error('no license');
    },
  });
  const late: Plugin = { name: 'late', contract: CONTRACT_VERSION, register: async () => Promise.reject(new Error('unheard')) };

  test.each<[string, unknown, string, string]>([
    [
      'a name of two plug-ins',
      { plugins: [definePlugin({ name: 'one', metrics: [length] }), definePlugin({ name: 'two', metrics: [half] })] },
      'name-taken',
      "The metric 'length' is registered by both 'one' and 'two': leave one of the plug-ins out, or rename the metric in one of them.",
    ],
    [
      'a name twice in one plug-in',
      { plugins: [definePlugin({ name: 'one', metrics: [length, half] })] },
      'name-taken',
      "Plug-in 'one' registers the metric 'length' twice: register it once.",
    ],
    [
      'a plug-in twice',
      { plugins: [definePlugin({ name: 'one', metrics: [length] }), definePlugin({ name: 'one', metrics: [length] })] },
      'name-taken',
      "Two plug-ins are named 'one': leave one of them out, or rename one.",
    ],
    [
      "a name of core's",
      { plugins: [definePlugin({ name: 'mine', metrics: [metric('latency', () => 1)] })] },
      'name-taken',
      "The metric 'latency' is registered by both '@touchstone/core' and 'mine': leave one of the plug-ins out, or rename the metric in one of them.",
    ],
    [
      'a newer contract',
      { plugins: [newer] },
      'plugin-contract',
      "Plug-in 'tomorrow' was written for contract 2.0, and this @touchstone/core speaks 1.0 to 1.1: update @touchstone/core.",
    ],
    [
      'an older contract',
      { plugins: [older] },
      'plugin-contract',
      "Plug-in 'yesterday' was written for contract 0.0, and this @touchstone/core speaks 1.0 to 1.1: update the plug-in.",
    ],
    [
      'something added to the contract later',
      { plugins: [definePlugin({ name: 'soon', contract: '1.2' })] },
      'plugin-contract',
      "Plug-in 'soon' was written for contract 1.2, and this @touchstone/core speaks 1.0 to 1.1: update @touchstone/core.",
    ],
    [
      'a contract that is no version',
      { plugins: [{ ...older, contract: 1.5 }] },
      'plugin-contract',
      "Plug-in 'yesterday' says contract 1.5, which is no version of it: write the version that it was written for, contract: '1.1'.",
    ],
    [
      'no contract',
      { plugins: [{ name: '말없음', register: () => undefined }] },
      'plugin-contract',
      "Plug-in '말없음' does not say its contract: write the version that it was written for, contract: '1.1'.",
    ],
    ['a plug-in that throws', { plugins: [broken] }, 'plugin-failed', "Plug-in 'broken' failed while registering: no license"],
    [
      'a plug-in that registers later',
      { plugins: [late] },
      'plugin-failed',
      "Plug-in 'late' registers asynchronously, so nobody would know when it is done: register must not be async.",
    ],
    [
      'a factory',
      { plugins: [() => broken] },
      'not-a-plugin',
      "plugins[0] is a function: call the plug-in's factory, e.g. rouge() instead of rouge.",
    ],
    [
      'the name of a package',
      { plugins: ['touchstone-polite'] },
      'not-a-plugin',
      "plugins[0] is the text 'touchstone-polite': import the package and call its factory, import plugin from 'touchstone-polite' and then plugin().",
    ],
    [
      'a promise',
      { plugins: [Promise.resolve(broken)] },
      'not-a-plugin',
      'plugins[0] is a promise: await it, and call the default export of a module that was imported so.',
    ],
    [
      'a module',
      { plugins: [{ default: () => broken }] },
      'not-a-plugin',
      'plugins[0] is a whole module: call its default export.',
    ],
    [
      'a metric without a name',
      { plugins: [definePlugin({ name: 'ours', register: (registry) => registry.metric('', () => length) })] },
      'plugin-failed',
      "Plug-in 'ours' failed while registering: registry.metric was given no name",
    ],
    [
      'a metric without what makes it',
      { plugins: [definePlugin({ name: 'ours', register: (registry) => registry.metric('length', length as never) })] },
      'plugin-failed',
      "Plug-in 'ours' failed while registering: registry.metric('length', …) was given no function that makes it",
    ],
    [
      'something else',
      { plugins: [definePlugin({ name: 'fine' }), { name: 'x' }] },
      'not-a-plugin',
      'plugins[1] is not a plug-in: it needs name, contract and register. Make one with definePlugin({ name, metrics }).',
    ],
    ['an unknown option', { plugin: [] }, 'unknown-option', "createTouchstone has no option 'plugin'. Did you mean 'plugins'?"],
    [
      'an option of the wrong kind',
      { plugins: broken },
      'bad-option',
      "createTouchstone: 'plugins' must be a list, and it is an object.",
    ],
    [
      'a store that was not made',
      { store: memoryStore },
      'bad-option',
      "createTouchstone: 'store' must be an object, and it is a function.",
    ],
  ])('%s is refused', (_, options, code, message) => {
    expect(refusal(options)).toEqual({ code, message });
  });

  test('everything that is wrong with them is said together', () => {
    expect(refusal({ plugins: [newer, broken, definePlugin({ name: 'one', metrics: [length, half] })] })).toEqual({
      code: 'several-problems',
      message: `3 things to correct:
  - Plug-in 'tomorrow' was written for contract 2.0, and this @touchstone/core speaks 1.0 to 1.1: update @touchstone/core.
  - Plug-in 'broken' failed while registering: no license
  - Plug-in 'one' registers the metric 'length' twice: register it once.`,
    });
  });

  test('a registered metric that cannot be made is a problem of the plan', async () => {
    const touchstone = createTouchstone({
      plugins: [
        definePlugin({
          name: 'ours',
          register: (registry) => {
            registry.metric('no_file', () => {
              throw new Error('dictionary.txt is missing');
            });
            registry.metric('no_metric', () => 'x' as unknown as Metric);
          },
        }),
      ],
    });
    await expect(touchstone.evaluate({ ...request, extraMetrics: ['no_file', 'no_metric'] } as never)).rejects.toThrow(
      `2 things to correct:
  - The metric 'no_file' of 'ours' could not be made: dictionary.txt is missing
  - 'ours' registered the metric 'no_metric', and what it makes is no metric.`,
    );
  });
});

describe('services', () => {
  test('a plug-in replaces the clock: times of the run and latencies are its own', async () => {
    let now = 1_000_000_000_000;
    const scripted = definePlugin({
      name: 'scripted',
      register: (registry) => registry.provide(CLOCK, { now: () => now, monotonic: () => now, sleep: async () => undefined }),
    });
    const touchstone = createTouchstone({ plugins: [scripted] });
    const results = await touchstone.evaluate({
      data: [{ ms: 250 }, { ms: 500 }],
      model: ({ ms }) => {
        now += ms;
        return 'x';
      },
      extraMetrics: ['latency'],
    });
    expect(results.metrics['latency/mean']).toBe(0.375);
    expect(results.run).toMatchObject({ startedAt: '2001-09-09T01:46:40.000Z', endedAt: '2001-09-09T01:46:40.750Z' });
  });

  test('a plug-in replaces the logger: models, metrics and core write to it', async () => {
    const said: string[] = [];
    const logging = definePlugin({
      name: 'logging',
      register: (registry) =>
        registry.provide(LOGGER, {
          info: (message) => said.push(`info: ${message}`),
          warn: (message) => said.push(`warn: ${message}`),
        }),
    });
    await createTouchstone({ plugins: [logging] }).evaluate({
      data: [{ q: 'a' }],
      model: ({ q }, call) => {
        call.log.info(`asked ${q}`);
        return q;
      },
      extraMetrics: [length],
      onProgress: () => {
        throw new Error('my bar broke');
      },
    });
    expect(said).toEqual(['warn: onProgress threw, and is not called again in this evaluation: my bar broke', 'info: asked a']);
  });

  test('a plug-in replaces the engine: it moves tasks, and the executor does the work', async () => {
    const seen: number[] = [];
    const backwards: Engine = {
      name: 'backwards',
      async run(_plan, tasks, executor, emit, signals) {
        const all = (await Array.fromAsync(tasks)).flat().reverse();
        for (const task of all) {
          seen.push(task.ordinal);
          await executor.run([task], emit, signals);
        }
      },
    };
    const plugin = definePlugin({ name: 'engine', register: (registry) => registry.provide(ENGINE, backwards) });
    const results = await createTouchstone({ plugins: [plugin] }).evaluate({ ...request, extraMetrics: [length] });
    expect(seen).toEqual([1, 0]);
    expect(await results.tables.eval_results_table.toArray()).toEqual([
      { outputs: 'ab', 'length/score': 2 },
      { outputs: 'cdef', 'length/score': 4 },
    ]);
  });

  test('a plug-in brings the store; the store option wins over it', async () => {
    const [brought, given] = [memoryStore(), memoryStore()];
    const plugin = definePlugin({ name: 'store', register: (registry) => registry.provide(RUN_STORE, brought) });
    expect(createTouchstone({ plugins: [plugin] }).store).toBe(brought);
    expect(createTouchstone({ plugins: [plugin], store: given }).store).toBe(given);
  });
});

describe('trackers', () => {
  const tracking = (tracker: Tracker) =>
    definePlugin({ name: tracker.name, register: (registry) => registry.add(TRACKERS, tracker) });
  const silent = definePlugin({
    name: 'silent',
    register: (registry) => registry.provide(LOGGER, { info: () => undefined, warn: () => undefined }),
  });

  test('are told of the run, of every entry once it is stored, and of the end', async () => {
    const told: unknown[] = [];
    const entries: Entry[] = [];
    const touchstone = createTouchstone({
      plugins: [
        tracking({
          name: 'board',
          start: async ({ id, status, name }) => void told.push(['start', id, status, name]),
          tell: async (some) => void entries.push(...some),
          end: async (status: RunStatus, result) => void told.push(['end', status, result]),
        }),
      ],
    });
    const results = await touchstone.evaluate({ ...request, run: { name: 'tracked' }, extraMetrics: [length] });
    expect(told).toEqual([
      ['start', results.run.id, 'running', 'tracked'],
      ['end', 'finished', expect.objectContaining({ rows: 2, metrics: results.metrics })],
    ]);
    expect(entries.map(({ type, ordinal }) => `${type} ${ordinal}`)).toEqual(['row 0', 'score 0', 'row 1', 'score 1']);
  });

  test('that throw cost a warning, once, and nothing else', async () => {
    const fail = async () => {
      throw new Error('no connection');
    };
    const touchstone = createTouchstone({ plugins: [silent, tracking({ name: 'board', start: fail, tell: fail, end: fail })] });
    const results = await touchstone.evaluate({ ...request, extraMetrics: [length] });
    expect(results.run.status).toBe('finished');
    expect(results.metrics['length/mean']).toBe(3);
    expect(results.warnings).toEqual(["Tracker 'board' failed: no connection"]);
  });

  test('that never answer are left behind at the end', async () => {
    const waited: number[] = [];
    const impatient = definePlugin({
      name: 'impatient',
      register: (registry) =>
        registry.provide(CLOCK, {
          now: () => 0,
          monotonic: () => 0,
          sleep: async (ms) => {
            waited.push(ms);
            await new Promise((resolve) => setImmediate(resolve));
          },
        }),
    });
    const never = () => new Promise<void>(() => undefined);
    const touchstone = createTouchstone({
      plugins: [silent, impatient, tracking({ name: 'board', start: never, tell: never, end: never })],
    });
    const results = await touchstone.evaluate({ ...request, extraMetrics: [length] });
    expect(waited).toEqual([60_000]);
    expect(results.run.status).toBe('finished');
    expect(results.warnings).toEqual([
      "Tracker 'board' was not done 60 s after the end of the run, and is not waited for any longer.",
    ]);
  });

  test('that are too slow miss entries, which are counted', async () => {
    let release: () => void = () => undefined;
    const open = new Promise<void>((resolve) => {
      release = resolve;
    });
    let told = 0;
    const slow: Tracker = {
      name: 'slow',
      start: () => open,
      tell: async (entries) => {
        told += entries.length;
      },
      end: async () => undefined,
    };
    const touchstone = createTouchstone({ plugins: [silent, tracking(slow)] });
    const rows = Array.from({ length: 2000 }, (_, n) => ({ n }));
    let done = 0;
    const results = await touchstone.evaluate({
      data: rows,
      model: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        if (++done === rows.length) release();
        return 'x';
      },
      limits: { concurrency: 1 },
      extraMetrics: [length],
    });
    expect(results.metrics['length/mean']).toBe(1);
    const missed = Number(/was not told of (\d+) entries\.$/u.exec(results.warnings[0] ?? '')?.[1]);
    expect(results.warnings).toEqual([`Tracker 'slow' was too slow and was not told of ${missed} entries.`]);
    // A row is a row, a prediction and a score.
    expect(missed + told).toBe(3 * rows.length);
  });
});
