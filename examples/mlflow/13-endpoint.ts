// Models that answer over HTTP: MLflow's scoring protocol, an endpoint for chats, any API.
import { createTouchstone } from '@touchstone/core';
import { exactMatch } from '@touchstone/metric-text';
import httpModels, { http, mlflowScoring } from '@touchstone/model-http';
import { endpointsOrFake } from './provider.ts';
import { questions } from './questions.ts';

await using endpoints = await endpointsOrFake();
await using touchstone = createTouchstone({ plugins: [httpModels()] });

// Served by `mlflow models serve`: its address is a URI of a model.
const served = await touchstone.evaluate({
  model: endpoints.scoring, // 'http://localhost:5001/invocations'
  data: questions,
  targets: 'ground_truth',
  extraMetrics: [exactMatch()],
});
console.log(served);

// mlflow.evaluate("endpoints:/our-chat", questions[["inputs"]], inference_params={"temperature": 0}, …)
const chatted = await touchstone.evaluate({
  model: mlflowScoring(endpoints.chat, { format: 'chat', params: { temperature: 0 } }),
  data: questions,
  targets: 'ground_truth',
  extraMetrics: [exactMatch()],
});
console.log(chatted.metrics);

// Any other API: what is sent, and where the output stands in what comes back.
const api = await touchstone.evaluate({
  model: http({ url: endpoints.api, body: { q: '{inputs}' }, outputs: { answer: '$.answer', context: '$.passages[*]' } }),
  data: questions,
  targets: 'ground_truth',
  extraMetrics: [exactMatch()],
});
console.log(api.metrics);
