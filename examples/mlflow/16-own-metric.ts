// A metric of your own: a function of the columns that it names.
import { aggregations, defineMetric, evaluate, metric } from '@touchstone/core';
import { answered } from './questions.ts';

// def brief(predictions): return MetricValue(scores=[len(p.split()) <= 10 for p in predictions])
// mlflow.metrics.make_metric(eval_fn=brief, greater_is_better=True, name="brief")
const brief = metric('brief', ({ predictions }) => predictions.split(' ').length <= 10);

// A further column, and aggregates of your choice: make_metric with context in the signature, and aggregate_results.
const wordsOfContext = defineMetric({
  name: 'words_of_context',
  greaterIsBetter: true,
  needs: ['predictions', 'context'],
  aggregations: [aggregations.mean, aggregations.max],
  scoreRow: ({ predictions, context }) =>
    predictions.split(/\P{L}+/u).filter((word) => word !== '' && context.includes(word)).length,
});

// mlflow.evaluate(data=answered, predictions="predictions", extra_metrics=[brief, words_of_context])
const results = await evaluate({
  data: answered,
  predictions: 'predictions',
  extraMetrics: [brief, wordsOfContext()],
});

console.log(results);
