// A model type, and further metrics.
import { createTouchstone, latency } from '@touchstone/core';
import readability from '@touchstone/metric-readability';
import text from '@touchstone/metric-text';
import tokens from '@touchstone/metric-tokens';
import toxicity from '@touchstone/metric-toxicity';
import openai from '@touchstone/model-openai';
import { basicQa } from './basic-qa.ts';
import { openaiOrFake } from './provider.ts';
import { questions } from './questions.ts';

await using provider = await openaiOrFake();
await using touchstone = createTouchstone({
  plugins: [openai(provider.options), text(), tokens(), readability(), toxicity()],
});

// mlflow.evaluate(
//     model, questions, targets="ground_truth", model_type="question-answering", extra_metrics=[mlflow.metrics.latency()])
const results = await touchstone.evaluate({
  model: basicQa,
  data: questions,
  targets: 'ground_truth',
  modelType: 'question-answering',
  extraMetrics: [latency()],
});

console.log(results);
