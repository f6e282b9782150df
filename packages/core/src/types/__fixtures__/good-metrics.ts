// Metrics whose types must be inferred. Each `satisfies` says what the compiler must know.
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { skipped } from '../../contracts/index.ts';
import type { MetricDefinition, MadeBy, MetricFactory, InputOf, Needs } from '../define-metric-types.ts';
import { defineMetric } from '../../metrics/define-metric.ts';
import { evaluate, qa, rag } from './declared.ts';

declare const stringsFromCsv: StandardSchemaV1<string, readonly string[]>;
declare const verdict: StandardSchemaV1<'yes' | 'no', 'yes' | 'no'>;

export const citesSource = defineMetric({
  name: 'cites_source', version: 'v1', greaterIsBetter: true,
  options: { caseSensitive: false, words: 3 },
  needs: ['predictions', 'context'],
  scoreRow: ({ predictions, context }, { options }) => {
    options.caseSensitive satisfies boolean;
    options.words satisfies number;
    return context === '' ? skipped('no context') : predictions.includes(context);
  },
});
await citesSource().score({ predictions: 'p', context: 'c' });
await citesSource({ caseSensitive: true, name: 'again', when: (row) => row.kind === 'news' }).score({ predictions: 'p', context: 'c' });
citesSource().name satisfies 'cites_source';
citesSource({ name: 'again' }).name satisfies 'again';
({}) as MadeBy<typeof citesSource>['~in'] & object satisfies { readonly predictions: string; readonly context: string };

export const kinds = defineMetric({
  name: 'kinds', greaterIsBetter: false,
  needs: { predictions: 'text', 'tags?': stringsFromCsv, meta: 'any' },
  dependsOn: ['rougeL'],
  scoreRow: async ({ predictions, tags, meta }, { scores }) => {
    tags satisfies readonly string[] | undefined;
    meta satisfies string | number | boolean | object;
    scores.rougeL.value satisfies number | boolean | string;
    return { value: predictions.length, justification: tags?.join() ?? '', details: { tags: [...(tags ?? [])] }, flags: ['odd'] };
  },
});
// The schema's input is what the data holds, its output is what the metric reads.
await kinds().score({ predictions: 'p', tags: 'a,b', meta: new Date() });
await kinds().score({ predictions: 'p', meta: 3 });

export const optional = defineMetric({
  name: 'optional', greaterIsBetter: true,
  needs: ['predictions', 'note?'],
  scoreRow: ({ predictions, note }) => { note satisfies string | undefined; return predictions + (note ?? ''); },
});
export const batched = defineMetric({
  name: 'batched', greaterIsBetter: true, batch: 64, needs: ['predictions'], options: { depth: 1 },
  scoreBatch: async (rows, { options, items }) => rows.map(({ predictions }, i) => predictions.length * options.depth + (items[i]?.work.trial ?? 0)),
});
export const summed = defineMetric({
  name: 'summed', greaterIsBetter: true, needs: ['predictions', 'targets'],
  statistics: ({ predictions, targets }) => (targets === '' ? skipped('no targets') : [predictions.length, targets.length]),
  combine: ([a = 0, b = 1], rows) => ({ summed: a / b, rows }),
});
export const summedWithScores = defineMetric({
  name: 'summed_with_scores', greaterIsBetter: true, needs: ['predictions'], options: { smooth: 0.1 },
  statistics: ({ predictions }, { options }) => ({ value: predictions.length * options.smooth, statistics: [predictions.length], details: { smooth: options.smooth } }),
  combine: ([a = 0], rows, { options }) => { options.smooth satisfies number; return { corpus: a / rows }; },
});
export const corpus = defineMetric({
  name: 'corpus', greaterIsBetter: true, needs: ['predictions'],
  scoreDataset: async (rows) => { let n = 0; for await (const { predictions } of rows) n += predictions.length; return { corpus: n }; },
});

await evaluate({ data: qa, model: ({ question }) => rag(question), predictions: 'answer', columns: { context: 'question' }, extraMetrics: [citesSource(), optional(), batched(), corpus()] });
// A metric's own mapping is checked as well as the evaluation's.
await evaluate({ data: qa, model: ({ question }) => question, extraMetrics: [citesSource({ columns: { context: 'ground_truth' } })] });
await evaluate({ data: [{ q: 'x', tags: 'a,b', meta: null }], predictions: 'q', extraMetrics: [kinds()] });
// Cells of a type that is wider than a schema's are checked one by one.
export const agrees = defineMetric({ name: 'agrees', greaterIsBetter: true, needs: { predictions: verdict, targets: verdict }, scoreRow: ({ predictions, targets }) => predictions === targets });
await evaluate({ data: [{ said: 'yes', gt: 'no' }], predictions: 'said', targets: 'gt', extraMetrics: [agrees()] });
