// A logged model under a name, with versions and aliases.
import { createTouchstone } from '@touchstone/core';
import { exactMatch } from '@touchstone/metric-text';
import openai from '@touchstone/model-openai';
import { basicQa } from './basic-qa.ts';
import { openaiOrFake } from './provider.ts';
import { questions } from './questions.ts';

await using provider = await openaiOrFake();
await using touchstone = createTouchstone({ plugins: [openai(provider.options)] });

const { modelUri } = await touchstone.withRun({}, (run) => run.logModel({ model: basicQa }));

// mlflow.register_model(logged.model_uri, "basic-qa")
const registered = await touchstone.registerModel(modelUri, 'basic-qa');
console.log(registered.uri);

// mlflow.MlflowClient().set_registered_model_alias("basic-qa", "champion", 1)
await touchstone.setModelAlias('basic-qa', 'champion', 1);

// mlflow.evaluate("models:/basic-qa@champion", questions, targets="ground_truth", extra_metrics=[mlflow.metrics.exact_match()])
const results = await touchstone.evaluate({
  model: 'models:/basic-qa@champion',
  data: questions,
  targets: 'ground_truth',
  extraMetrics: [exactMatch()],
});
console.log(results);
