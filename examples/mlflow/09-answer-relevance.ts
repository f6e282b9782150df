// A judge that MLflow brings, by a model of your choice.
import { createTouchstone } from '@touchstone/core';
import { answerRelevance } from '@touchstone/metric-genai';
import openai from '@touchstone/model-openai';
import { openaiOrFake } from './provider.ts';
import { answered } from './questions.ts';

await using provider = await openaiOrFake();
await using touchstone = createTouchstone({ plugins: [openai(provider.options)] });

// answer_relevance_metric = mlflow.metrics.genai.answer_relevance(model="openai:/gpt-4")
const answerRelevanceMetric = answerRelevance({ model: 'openai:/gpt-4' });

// answered has the columns inputs, predictions and context
// mlflow.evaluate(data=answered, predictions="predictions", extra_metrics=[answer_relevance_metric])
const results = await touchstone.evaluate({
  data: answered.map(({ inputs, predictions, context }) => ({ inputs, predictions, context })),
  predictions: 'predictions',
  extraMetrics: [answerRelevanceMetric],
});

console.log(results);
for await (const row of results.tables.eval_results_table) {
  console.log(`${row['answer_relevance/v1/score']}  ${row['answer_relevance/v1/justification']}`);
}
