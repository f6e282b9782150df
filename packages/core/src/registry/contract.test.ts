import 'reflect-metadata';
import { describe, expect, test } from 'vitest';
import {
  CONTRACT_MINOR,
  CONTRACT_VERSION,
  createTouchstone,
  defineMetric,
  definePlugin,
  type Evaluator,
  LOGGER,
  type Logger,
  type Plugin,
  type Registry,
  TouchstoneError,
  TouchstoneRuntime,
} from '../index.ts';
import { contractProblem, contractText } from './spoken-contracts.ts';

const silent = definePlugin({
  name: 'silent',
  register: (registry) => registry.provide(LOGGER, { info: () => undefined, warn: () => undefined }),
});
/** A logger that keeps what it is told. */
function listening(): { readonly plugin: Plugin; readonly said: string[] } {
  const said: string[] = [];
  const log: Logger = { info: (text) => said.push(text), warn: (text) => said.push(text) };
  return { said, plugin: definePlugin({ name: 'listening', register: (registry) => registry.provide(LOGGER, log) }) };
}

/** A metric that gives 1 to every row. */
const scoring = (name: string) => defineMetric({ name, greaterIsBetter: true, needs: ['predictions'], scoreRow: () => 1 });
/** Typed as what it is for us: an import of some package. */
const load = (file: string): Promise<{ readonly default: () => Plugin; readonly told: unknown[] }> => import(file);

// Values counted by hand: 'a stitch in time' and 'a stitch saves nine' share two of four words, '가는 말이 곱다' all three.
describe.each([
  ['with core as its peer', './__fixtures__/built/contract-1.0/index.js'],
  ['with the core of its time inside', './__fixtures__/built/contract-1.0/bundled.js'],
])('a plug-in built against contract 1.0, %s', (_, file) => {
  test('brings metrics of every form, a loader, a model type, an evaluator and a tracker that work', async () => {
    const { default: proverbs, told } = await load(file);
    told.length = 0;
    const touchstone = new TouchstoneRuntime({ plugins: [silent, proverbs()] });
    const results = await touchstone.evaluate({
      data: new URL('./__fixtures__/built/contract-1.0/two.proverbs', import.meta.url).pathname,
      predictions: 'answer',
      targets: 'truth',
      modelType: 'proverb',
      evaluators: ['proverb-triage'],
      extraMetrics: ['proverb_mentions', 'proverb_distinct'],
    });
    expect(results.metrics).toMatchObject({
      'proverb_brief/mean': 0.5,
      'proverb_mentions/v1/mean': 1,
      'proverb_words/v1/mean': 0.75,
      'proverb_words/v1/corpus': 5 / 7,
      'proverb_distinct/v1/count': 2,
      'triage/long': 1,
    });
    expect(results.signatures['proverb_mentions/v1']).toBe('proverb_mentions|v1|caseSensitive:no');
    expect(told).toEqual([['start', 'running'], ...Array(told.length - 2).fill(expect.any(String)), ['end', 'finished']]);
    expect((await touchstone.runs())[0]?.provenance).toMatchObject({ 'touchstone-proverbs': '1.4.2' });
  });

  test('brings a model by URI, a price, and a judge metric that asks through the door', async () => {
    const { default: proverbs } = await load(file);
    const results = await new TouchstoneRuntime({ plugins: [silent, proverbs()] }).evaluate({
      data: [{ inputs: '가는 말' }, { inputs: 'a stitch' }],
      model: 'proverb:/echo',
      judge: 'proverb:/echo',
      extraMetrics: ['proverb_graded', 'proverb_brief'],
    });
    expect(results.metrics).toMatchObject({ 'proverb_graded/v1/mean': (4 + 8) / 2, 'proverb_brief/mean': 1 });
    // Two calls of 2 tokens at 0.01 and 3 at 0.02; the judge is asked the same again, which the run knows by then.
    expect(results.usage).toMatchObject({ calls: 2, cachedCalls: 2, cost: { usd: expect.closeTo(0.16, 10) } });
  });
});

describe('the contract', () => {
  const later = { oldest: 3, newest: 4, minor: 10 };
  const plugin = (contract: unknown): Plugin => ({ name: 'p', contract: contract as never, register: () => undefined });

  test.each([3, '3.0', '3.99', 4, '4.0', '4.2', '4.10'])('of a later core, which speaks 3.0 to 4.10, takes %s', (contract) => {
    expect(contractProblem(plugin(contract), later)).toBeUndefined();
  });

  test.each([
    [2, '2.0', 'update the plug-in'],
    ['2.7', '2.7', 'update the plug-in'],
    ['4.11', '4.11', 'update @touchstone/core'],
    [5, '5.0', 'update @touchstone/core'],
  ])('of a later core does not take %s', (contract, shown, remedy) => {
    const message = `Plug-in 'p' was written for contract ${shown}, and this @touchstone/core speaks 3.0 to 4.10: ${remedy}.`;
    expect(contractProblem(plugin(contract), later)).toEqual({ code: 'plugin-contract', message });
  });

  test.each(['', '1.', '1.1.1', 'v1', '1e3', '٣', -1, Number.NaN, null, { major: 1 }])('has no version %j', (contract) => {
    expect(contractText(contract)).toBeUndefined();
    expect(contractProblem(plugin(contract), later)?.message).toMatch(/which is no version of it: write the version/u);
  });

  test('is told to the plug-in, which can do without what is not there', () => {
    const heard: unknown[] = [];
    new TouchstoneRuntime({ plugins: [definePlugin({ name: 'p', register: ({ contract }) => heard.push(contract) })] });
    expect(heard).toEqual([`${CONTRACT_VERSION}.${CONTRACT_MINOR}`]);
    expect(heard).toEqual(['1.1']);
  });
});

describe('a plug-in of another core', () => {
  const foreign = (version: string): Plugin => ({
    ...definePlugin({ name: 'foreign', metrics: [scoring('one')] }),
    '~core': { version, url: 'file:///elsewhere/core/index.js' },
  });

  test('is used, with a warning where that core has another version', async () => {
    const { plugin, said } = listening();
    const touchstone = createTouchstone({ plugins: [plugin, foreign('0.0.1-older')] });
    expect(said).toEqual([
      expect.stringMatching(
        /^Plug-in 'foreign' brings a @touchstone\/core of its own, 0\.0\.1-older beside \S+: npm ls @touchstone\/core shows both, npm dedupe or a newer version of the plug-in leaves one\.$/u,
      ),
    ]);
    const results = await touchstone.evaluate({
      data: [{ answer: '네' }],
      predictions: 'answer',
      extraMetrics: ['one'],
    } as never);
    expect(results.metrics).toMatchObject({ 'one/mean': 1 });
  });

  test('says whose core it has when it fails', () => {
    const broken: Plugin = { ...foreign('9.9.9'), register: (registry) => (registry as never as { judge(): void }).judge() };
    expect(() => createTouchstone({ plugins: [broken] })).toThrow(
      /failed while registering: registry\.judge is not a function \(Plug-in 'foreign' brings a @touchstone\/core of its own, 9\.9\.9 beside/u,
    );
  });

  test('may bring an injectable class, which only the tsyringe of that core knows', async () => {
    const { plugin, said } = listening();
    class Chatty implements Evaluator {
      readonly name = 'chatty';
      readonly log: Logger;
      constructor(log: Logger) {
        this.log = log;
      }
      supports = () => true;
      metrics() {
        this.log.info('안녕');
        return [scoring('one')()];
      }
    }
    // What @inject and @injectable of another copy leave behind: notes on the class, in reflect-metadata, which all copies share.
    Reflect.defineMetadata('injectionTokens', { 0: LOGGER }, Chatty);
    const touchstone = new TouchstoneRuntime({ plugins: [plugin, definePlugin({ name: 'ours', evaluators: [Chatty] })] });
    const results = await touchstone.evaluate({ data: [{ a: 'x' }], predictions: 'a', evaluators: ['chatty'] });
    expect(said).toContain('안녕');
    expect(results.metrics).toMatchObject({ 'one/mean': 1 });
  });

  test('throws errors that are known as ours', async () => {
    const { default: proverbs } = await load('./__fixtures__/built/contract-1.0/bundled.js');
    const touchstone = new TouchstoneRuntime({ plugins: [silent, proverbs()] });
    let thrown: unknown;
    try {
      touchstone.metric('proverb_mentions', { caseSensitve: true });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).not.toBeInstanceOf(TouchstoneError);
    expect(TouchstoneError.isInstance(thrown) && thrown.message).toContain("Did you mean 'caseSensitive'?");
  });
});

describe('plug-ins that were found and not asked for', () => {
  const asked = definePlugin({ name: 'asked', metrics: [scoring('taken')] });

  test('are left out whole when one of their names is taken', () => {
    const half = definePlugin({
      name: 'half',
      metrics: [scoring('fresh'), scoring('taken')],
      register: (registry) => registry.adapter('half', () => ({})),
    });
    const { registrations } = new TouchstoneRuntime(
      { plugins: [asked] },
      {},
      {},
      { found: [{ package: half.name, plugin: half }] },
    );
    expect(registrations.plugins.map(({ name }) => name)).toEqual(['@touchstone/core', 'asked']);
    expect([...registrations.metrics.keys()]).toEqual(['latency', 'taken']);
    expect([...registrations.adapters.keys()]).toEqual([]);
    expect(registrations.leftOut).toEqual([
      {
        package: 'half',
        problems: [
          {
            code: 'name-taken',
            message:
              "The metric 'taken' is registered by both 'asked' and 'half': leave one of the plug-ins out, or rename the metric in one of them.",
          },
        ],
      },
    ]);
  });

  test('are left out whole when they throw, and named where something is missing', async () => {
    const broken = definePlugin({
      name: 'broken',
      register: (registry) => {
        registry.metric('fresh', () => scoring('fresh')());
        registry.provide(LOGGER, {
          info: () => undefined,
          warn: () => {
            throw new Error('the logger of a plug-in that is left out is used');
          },
        });
        throw new Error('no license');
      },
    });
    const touchstone = new TouchstoneRuntime({ plugins: [asked] }, {}, {}, { found: [{ package: broken.name, plugin: broken }] });
    expect(() => touchstone.metric('fresh')).toThrow("There is no metric 'fresh'. Registered are: latency, taken, token_count");
    expect(() => touchstone.metric('fresh')).toThrow(
      "It may come with a plug-in that is left out. Plug-in 'broken' failed while registering: no license",
    );
    const results = await touchstone.evaluate({ data: [{ a: 'x' }], predictions: 'a', extraMetrics: ['taken'] });
    expect(results.metrics).toMatchObject({ 'taken/mean': 1 });
    await expect(touchstone.evaluate({ data: [{ inputs: 'x' }], model: 'brokn:/x', extraMetrics: ['latency'] })).rejects.toThrow(
      /There is no model scheme 'brokn'.*It may come with a plug-in that is left out\. Plug-in 'broken' failed/u,
    );
  });

  test('that are left out are the reason why a preset misses a metric', async () => {
    const tokens: Plugin = { name: '@touchstone/metric-tokens', contract: 0, register: () => undefined };
    const touchstone = new TouchstoneRuntime({ plugins: [asked] }, {}, {}, { found: [{ package: tokens.name, plugin: tokens }] });
    const results = await touchstone.evaluate({
      data: [{ a: 'x' }],
      predictions: 'a',
      modelType: 'text',
      extraMetrics: ['taken'],
    });
    const sentence =
      "Plug-in '@touchstone/metric-tokens' was written for contract 0.0, and this @touchstone/core speaks 1.0 to 1.1: update the plug-in.";
    expect(results.skippedMetrics[0]).toEqual({
      name: 'token_count',
      reason: '@touchstone/metric-tokens is left out',
      hint: sentence,
    });
    expect(() => touchstone.metric('token_count')).toThrow(
      `The metric 'token_count' comes with @touchstone/metric-tokens, which is left out. ${sentence}`,
    );
  });

  test('may not register once their time is over', () => {
    const kept: Registry[] = [];
    new TouchstoneRuntime({ plugins: [definePlugin({ name: 'sly', register: (registry) => kept.push(registry) })] });
    expect(() => kept[0]?.metric('late', () => scoring('late')())).toThrow(
      "plug-in 'sly' registers after its register has returned",
    );
  });
});
