// A logged model, evaluated by its address in the run that has logged it.
import { createTouchstone } from '@touchstone/core';
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

// with mlflow.start_run():
const results = await touchstone.withRun({}, async (run) => {
  //   logged = mlflow.openai.log_model(…)
  const logged = await run.logModel({ model: basicQa });
  //   results = mlflow.evaluate(logged.model_uri, questions, targets="ground_truth", model_type="question-answering")
  return run.evaluate({
    model: logged.modelUri,
    data: questions,
    targets: 'ground_truth',
    modelType: 'question-answering',
  });
});

console.log(results);
