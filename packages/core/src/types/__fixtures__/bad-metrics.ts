// Metrics and uses of metrics that must not compile.
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { InputOf, MetricDefinition, MetricFactory, Needs } from '../define-metric-types.ts';
import { defineMetric } from '../../metrics/define-metric.ts';
import { evaluate, qa } from './declared.ts';

declare const listOfTexts: StandardSchemaV1<readonly string[], readonly string[]>;

const citesSource = defineMetric({
  name: 'cites_source',
  greaterIsBetter: true,
  options: { caseSensitive: false },
  needs: ['predictions', 'context'],
  scoreRow: ({ predictions, context }) => predictions.includes(context),
});
const tagged = defineMetric({
  name: 'tagged',
  greaterIsBetter: true,
  needs: { predictions: 'text', tags: listOfTexts },
  scoreRow: ({ tags }) => tags.length,
});

defineMetric({
  name: 'reads_more',
  greaterIsBetter: true,
  needs: ['predictions'],
  scoreRow: ({
    predictions,
    targets, // error: Property 'targets' does not exist on type
  }) => predictions === targets,
});
defineMetric({
  name: 'maybe',
  greaterIsBetter: true,
  needs: ['predictions', 'note?'],
  scoreRow: ({ note }) =>
    note.length, // error: 'note' is possibly 'undefined'
});
defineMetric({
  name: 'no_score',
  greaterIsBetter: true,
  needs: ['predictions'],
  scoreRow: () => ({ score: 1 }), // error: Type '{ score: number; }' is not assignable to type
});
defineMetric({
  name: 'wrong_kind',
  greaterIsBetter: true,
  needs: {
    predictions: 'txt', // error: Type '"txt"' is not assignable to type
  },
  scoreRow: () => 1,
});
defineMetric({
  name: 'wrong_dependency',
  greaterIsBetter: true,
  needs: ['predictions'],
  dependsOn: ['rougeL'],
  scoreRow: (_, { scores }) =>
    scores.rouge1.value, // error: Property 'rouge1' does not exist on type
});
citesSource({
  caseSensitve: true, // error: Did you mean to write 'caseSensitive'?
});
citesSource({
  columns: {
    contxt: 'passage', // error: 'contxt' does not exist in type
  },
});
await citesSource().score({
  predictions: 'p',
  contex: 'c', // error: 'contex' does not exist in type
});

await evaluate({
  data: qa,
  model: ({ question }) => question,
  extraMetrics: [
    citesSource(), // error: cites_source: needs column 'context': add it, or map it with columns: { context: '…' }
  ],
});
await evaluate({
  data: qa,
  model: ({ question }) => question,
  extraMetrics: [
    citesSource({ columns: { context: 'passage' } }), // error: cites_source: needs column 'passage'
  ],
});
await evaluate({
  data: qa,
  model: ({ question }) => question,
  columns: { tags: 'ground_truth' },
  extraMetrics: [
    tagged(), // error: tagged: column 'tags' has the wrong type: it is text, and must be a list
  ],
});
await evaluate({
  data: qa,
  model: ({ question }) => question,
  extraMetrics: [
    citesSource, // error: is not assignable to type
  ],
});
