// Metrics are packages. A preset leaves out those that are not installed, and says so with the command that installs them.
import { createTouchstone } from '@touchstone/core';
import text from '@touchstone/metric-text';
import { answered } from './questions.ts';

// pip install mlflow, without evaluate, torch, transformers, textstat, tiktoken
await using touchstone = createTouchstone({ plugins: [text()] });

// mlflow.evaluate(data=answered, targets="ground_truth", predictions="predictions", model_type="question-answering")
const results = await touchstone.evaluate({
  data: answered,
  targets: 'ground_truth',
  predictions: 'predictions',
  modelType: 'question-answering',
});

console.log(results);
