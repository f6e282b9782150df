// Without a model type, only the metrics that are asked for.
import { createTouchstone, latency } from '@touchstone/core';
import { toxicity } from '@touchstone/metric-toxicity';
import openai from '@touchstone/model-openai';
import { basicQa } from './basic-qa.ts';
import { openaiOrFake } from './provider.ts';
import { questions } from './questions.ts';

await using provider = await openaiOrFake();
await using touchstone = createTouchstone({ plugins: [openai(provider.options)] });

// mlflow.evaluate(model, questions, targets="ground_truth", extra_metrics=[mlflow.metrics.toxicity(), mlflow.metrics.latency()])
const results = await touchstone.evaluate({
  model: basicQa,
  data: questions,
  targets: 'ground_truth',
  extraMetrics: [toxicity(), latency()],
});

console.log(results);
