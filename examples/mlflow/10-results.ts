// The two views of a result: aggregates, and a table with a line for each row.
import { createTouchstone } from '@touchstone/core';
import genai, { answerSimilarity } from '@touchstone/metric-genai';
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
  plugins: [openai(provider.options), text(), tokens(), readability(), toxicity(), genai({ judge: 'openai:/gpt-4' })],
});

const results = await touchstone.evaluate({
  model: basicQa,
  data: questions,
  targets: 'ground_truth',
  modelType: 'question-answering',
  extraMetrics: [answerSimilarity()],
});

// results.metrics
console.log(results.metrics);

// results.tables["eval_results_table"]
const table = results.tables.eval_results_table;
console.table(await table.toArray(), ['inputs', 'answer_similarity/v1/score']);
console.log((await table.toJSON()).columns); // as MLflow writes it: { columns, data }
