import { setTimeout as sleep } from 'node:timers/promises';
import { defineMetric, metric, type ScoreWithStatistics, skipped } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import { type MetricConformanceOptions, metricChecks } from './metric-checks.ts';
import { metricConformance } from './metric-conformance.ts';
import { violated } from './violated.ts';

const citesSource = defineMetric({
  name: 'cites_source',
  version: 'v1',
  description: 'whether the answer holds its context word for word',
  greaterIsBetter: true,
  options: { caseSensitive: false },
  needs: ['predictions', 'context'],
  scoreRow({ predictions, context }, { options }) {
    if (context === '') return skipped('no context');
    return options.caseSensitive ? predictions.includes(context) : predictions.toLowerCase().includes(context.toLowerCase());
  },
});

metricConformance(citesSource, {
  examples: [
    { row: { predictions: 'It says so in the manual.', context: 'Manual' }, score: true },
    { row: { predictions: '설명서에 있습니다.', context: '설명서' }, score: true },
    { row: { predictions: '모릅니다.', context: '설명서' }, score: false },
    { row: { predictions: 'Nobody knows.', context: '' }, score: 'skipped' },
  ],
  variants: [{ options: { caseSensitive: true }, changesScores: true }],
});

metricConformance(
  defineMetric({
    name: 'words_right',
    version: 'v1',
    description: 'share of words that stand where they should',
    greaterIsBetter: true,
    range: [0, 1],
    needs: ['predictions', 'targets'],
    statistics({ predictions, targets }): ScoreWithStatistics {
      const [told, wanted] = [predictions.split(' '), targets.split(' ')];
      const right = wanted.filter((word, index) => word === told[index]).length;
      return { value: right / wanted.length, statistics: [right, wanted.length] };
    },
    combine: ([right = 0, words = 0]) => ({ corpus: right / words }),
  }),
  {
    examples: [
      { row: { predictions: 'yes', targets: 'yes' }, score: 1 },
      { row: { predictions: 'it is not so', targets: 'it is so indeed' }, score: 0.5 },
    ],
    aggregates: { 'words_right/v1/corpus': 0.6, 'words_right/v1/mean': 0.75 },
  },
);

const kind = defineMetric({
  name: 'kind',
  version: 'v1',
  description: 'how kind a judge finds it',
  greaterIsBetter: true,
  range: [1, 5],
  needs: ['predictions'],
  models: { judge: 'openai:/gpt-5' },
  async scoreRow({ predictions }, { model, work }) {
    const { value } = await work.ask(model('judge'), {
      messages: [{ role: 'user', content: `How kind is it, 1 to 5? ${predictions}` }],
    });
    const text = typeof value === 'object' && value !== null && 'text' in value ? String(value.text) : '';
    if (!/^[1-5]$/.test(text)) throw new Error(`the judge said no number: ${text}`);
    return Number(text);
  },
});

metricConformance(kind, {
  examples: [
    { row: { predictions: 'Please wait.' }, score: 5 },
    { row: { predictions: 'No.' }, score: 2 },
  ],
  models: { judge: (request) => (JSON.stringify(request).includes('Please') ? '5' : '2') },
});

metricConformance(
  defineMetric({
    name: 'by_lot',
    description: 'a score by lot',
    greaterIsBetter: true,
    range: [0, 1],
    needs: ['predictions'],
    scoreRow: (_, { work }) => work.random(),
  }),
  { examples: [{ row: { predictions: 'a' } }, { row: { predictions: 'b' } }], random: true },
);

describe('a metric that is broken', () => {
  const head = { version: 'v1', description: 'broken on purpose', greaterIsBetter: true } as const;
  const examples = [{ row: { predictions: 'one two', targets: 'one' } }, { row: { predictions: '하나 둘 셋', targets: '둘' } }];
  const scored = (name: string, score: (row: { readonly predictions: string }) => number) => metric(name, score);
  let calls = 0;
  let loud: unknown;

  test.each<[string, Parameters<typeof metricChecks>[0], Partial<MetricConformanceOptions>, string, RegExp]>([
    [
      'without a description',
      defineMetric({ ...head, name: 'bare', description: ' ', needs: ['predictions'], scoreRow: () => 1 }),
      {},
      'says what it is',
      /^bare has no description/u,
    ],
    [
      'that is wrong about an example',
      scored('long', ({ predictions }) => predictions.length),
      { examples: [{ row: { predictions: 'abc' }, score: 4 }] },
      'scores the examples as they say',
      /is scored 3, and the example says 4\.$/u,
    ],
    [
      'whose aggregate is not that of the example',
      scored('long', ({ predictions }) => predictions.length),
      { aggregates: { 'long/mean': 7 } },
      'scores the examples as they say',
      /^long\/mean is 6\.5, and the example says 7\.$/u,
    ],
    [
      'that reads what it does not declare',
      defineMetric({
        ...head,
        name: 'sly',
        needs: ['predictions'],
        scoreRow: (row) => ('context' in row ? 1 : 0),
      }),
      {},
      'reads only the columns and scores that it declares',
      /reads the column 'context' without declaring it/u,
    ],
    [
      'that changes its row',
      defineMetric({
        ...head,
        name: 'tidy',
        needs: { predictions: 'text', tags: 'any' },
        scoreRow: ({ tags }) => (Array.isArray(tags) ? tags.sort().length : 0),
      }),
      { examples: [{ row: { predictions: 'a', tags: ['b', 'a'] } }] },
      'does not change the rows that it is given',
      /changes the column 'tags'/u,
    ],
    [
      'whose scores depend on the company',
      defineMetric({
        ...head,
        name: 'relative',
        needs: ['predictions'],
        scoreBatch: (rows) => rows.map(({ predictions }) => predictions.length / rows.length),
      }),
      {},
      'scores a row alone, in company and in any order alike',
      /among others, and scored \d+(?:\.\d+)? alone\.$|another order\.$/u,
    ],
    [
      'that depends on the order',
      defineMetric({
        ...head,
        name: 'first',
        needs: ['predictions'],
        tally: () => {
          const seen: number[] = [];
          return { seen, add: ({ predictions }: { readonly predictions: string }) => void seen.push(predictions.length) };
        },
        conclude: ({ seen }) => ({ first: seen[0] ?? 0 }),
      }),
      {},
      'scores a row alone, in company and in any order alike',
      /^first\/v1 is 7, and .* another order\.$/u,
    ],
    [
      'that throws at hostile texts',
      scored('json', ({ predictions }) => Object.keys(JSON.parse(`"${predictions}"`)).length),
      {},
      'scores or skips hostile texts',
      /^With .* in predictions it is failed \(exception: /u,
    ],
    [
      'that is no number for an empty text',
      scored('density', ({ predictions }) => predictions.split(' ').length / predictions.length),
      {},
      'scores or skips hostile texts',
      /^With an empty text in predictions it is failed \(not-finite/u,
    ],
    [
      'that throws at odd cells',
      defineMetric({
        ...head,
        name: 'listed',
        needs: { predictions: 'text', tags: 'any' },
        scoreRow: ({ tags }) => (tags as readonly string[]).join('').length,
      }),
      { examples: [{ row: { predictions: 'a', tags: ['b'] } }] },
      'scores or skips rows with odd and missing cells',
      /^With tags = 0 it is failed \(exception/u,
    ],
    [
      'that draws where nobody knows',
      scored('dice', () => Math.random()),
      {},
      'says the same every time',
      /the next time\. Chance comes from work\.random\(\)/u,
    ],
    [
      'that draws without saying so',
      defineMetric({ ...head, name: 'lot', needs: ['predictions'], scoreRow: (_, { work }) => work.random() }),
      {},
      'says the same every time',
      /^It draws random numbers: say so with random: true\.$/u,
    ],
    [
      'that is declared random and draws elsewhere',
      scored('dice', () => Math.random()),
      { random: true },
      'draws its luck from work.random() alone',
      /draws nothing from work\.random\(\)/u,
    ],
    [
      'that remembers',
      scored('counting', () => calls++),
      {},
      'keeps nothing between evaluations',
      /while other evaluations use the metric\.$/u,
    ],
    [
      'that changes globals',
      scored('global', ({ predictions }) => {
        Reflect.set(globalThis, 'lastPrediction', predictions);
        return 1;
      }),
      {},
      'changes nothing that all code shares',
      /^It changes globalThis\.lastPrediction/u,
    ],
    [
      'that phones',
      defineMetric({
        ...head,
        name: 'phoning',
        needs: ['predictions'],
        async scoreRow() {
          await fetch('http://score.example/api').catch(() => undefined);
          return 1;
        },
      }),
      {},
      'contacts nobody past the door',
      /^It contacts score\.example past the door/u,
    ],
    [
      'whose signature hides an option',
      defineMetric({
        ...head,
        name: 'scaled',
        options: { by: 1 },
        signature: () => ({}),
        needs: ['predictions'],
        scoreRow: ({ predictions }, { options }) => predictions.length * options.by,
      }),
      { variants: [{ options: { by: 2 } }] },
      'says in its signature what changes its scores',
      /^The options \{"by":2\} change its scores and not its signature/u,
    ],
    [
      'whose variant nobody can see',
      defineMetric({ ...head, name: 'same', options: { by: 1 }, needs: ['predictions'], scoreRow: () => 1 }),
      { variants: [{ options: { by: 2 }, changesScores: true }] },
      'says in its signature what changes its scores',
      /^No example shows what the options/u,
    ],
    [
      'that cannot be made again',
      defineMetric({
        ...head,
        name: 'lost',
        needs: ['predictions'],
        scoreRow: () => 1,
        from: { module: '@touchstone/testing', export: 'nowhere', url: import.meta.url },
      }),
      {},
      'can be made again from its spec',
      /^Its spec says export 'nowhere'/u,
    ],
    [
      'that leaves a timer',
      scored('ticking', () => {
        loud = setInterval(() => undefined, 60_000);
        return 1;
      }),
      {},
      'leaves nothing open',
      /^It leaves open after an evaluation: Timeout/u,
    ],
    [
      'that makes a score of nothing',
      defineMetric({
        ...head,
        name: 'lenient',
        needs: ['predictions'],
        models: { judge: 'openai:/gpt-5' },
        async scoreRow({ predictions }, { model, work }) {
          const { value } = await work.ask(model('judge'), predictions);
          return Number(/\d/u.exec(JSON.stringify(value))?.[0] ?? 0);
        },
      }),
      { models: { judge: () => '4' } },
      'makes no score of a service that fails or says nothing',
      /is scored 0 when the service answers nothing/u,
    ],
    ['whose judge nobody plays', kind, {}, 'says what it is', /^Say what judge answers/u],
    [
      'that takes any option',
      Object.assign(() => scored('free', () => 1), { metricName: 'free' }),
      {},
      'refuses an option that it does not have',
      /a mistyped option must be an error/u,
    ],
    // The last one, because its timers go on for a while.
    [
      'that does not hear its signal',
      defineMetric({
        ...head,
        name: 'slow',
        needs: ['predictions'],
        async scoreRow({ predictions }) {
          await sleep(predictions.length === 7 ? 60 : 3_000);
          return 1;
        },
      }),
      { examples: [{ row: { predictions: '7 signs' } }, { row: { predictions: 'more than seven' } }] },
      'ends soon when the run is stopped',
      /^The run was stopped, and the metric goes on \(Timeout\)/u,
    ],
  ])('%s is caught', async (_, subject, options, rule, message) => {
    const violation = await violated(metricChecks(subject, { examples, ...options }), rule);
    expect(violation).toMatch(message);
    clearInterval(loud as undefined);
    Reflect.deleteProperty(globalThis, 'lastPrediction');
  });
});
