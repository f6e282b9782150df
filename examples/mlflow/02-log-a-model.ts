// A model with a messages template, logged as plain data.
import { createTouchstone } from '@touchstone/core';
import { exactMatch } from '@touchstone/metric-text';
import openai from '@touchstone/model-openai';
import { openaiOrFake } from './provider.ts';
import { questions } from './questions.ts';

await using provider = await openaiOrFake();
await using touchstone = createTouchstone({ plugins: [openai(provider.options)] });

// with mlflow.start_run() as run:
await using run = await touchstone.startRun();

//     logged = mlflow.openai.log_model(model="gpt-5-mini", task="chat.completions", artifact_path="model", messages=[…])
const logged = await run.logModel({
  model: 'openai:/gpt-5-mini',
  task: 'chat.completions',
  name: 'model',
  messages: [
    { role: 'system', content: 'Answer in two sentences at most.' },
    { role: 'user', content: '{question}' },
  ],
});
console.dir(logged, { depth: null });

// The template says {question}, the data has a column inputs: a single placeholder that is no column takes the inputs.
// mlflow.evaluate(logged.model_uri, questions, targets="ground_truth", extra_metrics=[mlflow.metrics.exact_match()])
const results = await run.evaluate({
  model: logged.modelUri,
  data: questions,
  targets: 'ground_truth',
  extraMetrics: [exactMatch()],
});
console.log(results);
