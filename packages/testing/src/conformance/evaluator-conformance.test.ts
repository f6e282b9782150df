import { defineEvaluator, type EvaluatorSource, JUDGE, type LanguageModel, metric } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import { type EvaluatorConformanceOptions, evaluatorChecks } from './evaluator-checks.ts';
import { evaluatorConformance } from './evaluator-conformance.ts';
import { violated } from './violated.ts';

const polite = metric('polite', ({ predictions }) => /please|세요/iu.test(predictions));
const judge = { kind: 'language', id: 'test:/judge', identity: 'test' } as LanguageModel;

const escaped = (text: unknown): string => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const triage = defineEvaluator({
  name: 'triage',
  inject: { judge: JUDGE },
  metrics: () => [polite],
  async finish(scored, { judge: asked }, { columns: { prediction } }) {
    const rude: string[] = [];
    for await (const { columns, scores } of scored.rows()) {
      if (scores.polite?.status === 'scored' && scores.polite.value === false) rude.push(String(columns[prediction]));
    }
    return {
      metrics: { 'triage/rude': rude.length },
      tables: { triage: rude.map((answer) => ({ answer, judge: asked.id })) },
      artifacts: { 'rude.svg': `<svg xmlns="http://www.w3.org/2000/svg"><text>${escaped(rude.join(' '))}</text></svg>` },
    };
  },
});

const options: EvaluatorConformanceOptions = {
  data: [{ answer: 'Please do.' }, { answer: 'No.' }, { answer: '기다리세요.' }, { answer: null }],
  predictions: 'answer',
  provide: (registry) => registry.provide(JUDGE, judge),
  metrics: { 'triage/rude': 1, 'polite/mean': (share) => Math.abs(share - 2 / 3) < 1e-9 },
  tables: ['triage'],
  artifacts: ['rude.svg'],
};

evaluatorConformance(triage, options);

describe('an evaluator that is broken', () => {
  const plain: EvaluatorConformanceOptions = { data: options.data, predictions: 'answer' };
  let count = 0;

  test.each<[string, EvaluatorSource, Partial<EvaluatorConformanceOptions>, string, RegExp]>([
    [
      'without a usable name',
      defineEvaluator({ name: 'my triage', metrics: () => [polite] }),
      {},
      'has a name by which it is asked for',
      /must be one word/u,
    ],
    [
      'that makes other results',
      defineEvaluator({ name: 'wrong', metrics: () => [polite], finish: () => ({ metrics: { rude: 3 } }) }),
      { metrics: { rude: 1 } },
      'makes the results that it says',
      /^rude is 3, and should be 1/u,
    ],
    [
      'whose finish throws',
      defineEvaluator({
        name: 'bad',
        metrics: () => [polite],
        finish: () => {
          throw new Error('no');
        },
      }),
      {},
      'makes the results that it says',
      /Evaluator 'bad' could not finish: no/u,
    ],
    [
      'that counts its runs',
      defineEvaluator({ name: 'counter', metrics: () => [polite], finish: () => ({ metrics: { runs: count++ } }) }),
      {},
      'says the same whatever comes first',
      /^Its results are other ones with another concurrency/u,
    ],
    [
      'that divides by nothing',
      defineEvaluator({
        name: 'share',
        metrics: () => [polite],
        async finish(scored) {
          const all = await scored.count((row) => row['polite/score'] !== undefined);
          return { metrics: { share: (await scored.count((row) => row['polite/score'] === true)) / all } };
        },
      }),
      { extraMetrics: [metric('one', () => 1)] },
      'concludes nothing wrong from rows without scores',
      /Of rows that nothing was scored of: .*its metric share is NaN/u,
    ],
    [
      'that draws texts as markup',
      defineEvaluator({
        name: 'poster',
        metrics: () => [polite],
        async finish(scored, _, { columns: { prediction } }) {
          let text = '';
          for await (const { columns } of scored.rows()) text += String(columns[prediction]);
          return { artifacts: { 'poster.svg': `<svg><text>${text}</text></svg>` } };
        },
      }),
      {},
      'takes texts from anywhere into its tables and artifacts',
      /^The artifact poster\.svg has the text of a row as markup/u,
    ],
    [
      'that serves one at a time',
      (() => {
        let rows = 0;
        return defineEvaluator({
          name: 'shared',
          metrics: () => [polite],
          async finish(scored) {
            rows = 0;
            for await (const _ of scored.rows()) {
              rows++;
              await Promise.resolve();
            }
            return { metrics: { rows } };
          },
        });
      })(),
      {},
      'serves two evaluations at once',
      /keep what a run needs in the run/u,
    ],
    [
      'that does without its services',
      defineEvaluator({ name: 'careless', metrics: () => [polite] }),
      { provide: (registry) => registry.provide(JUDGE, judge) },
      'fails with a sentence when a service that it needs is missing',
      /^It runs without the services that provide gives/u,
    ],
    [
      'that phones at the end',
      defineEvaluator({
        name: 'phone',
        metrics: () => [polite],
        async finish() {
          await fetch('http://report.example').catch(() => undefined);
          return {};
        },
      }),
      {},
      'contacts nobody past the door, changes nothing shared and leaves nothing open',
      /^It contacts report\.example past the door/u,
    ],
  ])('%s is caught', async (_, evaluator, change, rule, message) => {
    expect(await violated(evaluatorChecks(evaluator, { ...plain, ...change }), rule)).toMatch(message);
  });
});
