// Outputs that exist already, graded by a judge against the ground truth.
import { createTouchstone } from '@touchstone/core';
import genai, { answerSimilarity } from '@touchstone/metric-genai';
import openai from '@touchstone/model-openai';
import { openaiOrFake } from './provider.ts';
import { answered } from './questions.ts';

await using provider = await openaiOrFake();
await using touchstone = createTouchstone({ plugins: [openai(provider.options), genai({ judge: 'openai:/gpt-4' })] });

// mlflow.evaluate(
//     data=answered, targets="ground_truth", predictions="predictions", extra_metrics=[mlflow.metrics.genai.answer_similarity()])
const results = await touchstone.evaluate({
  data: answered,
  targets: 'ground_truth',
  predictions: 'predictions',
  extraMetrics: [answerSimilarity()],
});

console.log(results);
