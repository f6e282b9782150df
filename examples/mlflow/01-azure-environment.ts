// Azure OpenAI by environment variables: with these, openai:/… is answered by a deployment of Azure.
import { createTouchstone } from '@touchstone/core';
import genai, { answerRelevance } from '@touchstone/metric-genai';
import azureOpenai from '@touchstone/model-azure-openai';
import { azureOrFake } from './provider.ts';
import { answered } from './questions.ts';

await using azure = await azureOrFake();

// os.environ["OPENAI_API_TYPE"] = "azure"
process.env.OPENAI_API_TYPE = 'azure';
// os.environ["OPENAI_API_VERSION"] = "2024-10-21"
process.env.OPENAI_API_VERSION = azure.version;
// os.environ["OPENAI_API_BASE"] = "https://my-resource.openai.azure.com/"
process.env.OPENAI_API_BASE = azure.endpoint;
// os.environ["OPENAI_DEPLOYMENT_NAME"] = "our-gpt-4"
process.env.OPENAI_DEPLOYMENT_NAME = azure.deployment;
// os.environ["OPENAI_API_KEY"] = …
process.env.OPENAI_API_KEY = azure.key;

await using touchstone = createTouchstone({ plugins: [azureOpenai(), genai()] });

// mlflow.evaluate(data=answered, predictions="predictions", extra_metrics=[answer_relevance(model="openai:/gpt-4")])
const results = await touchstone.evaluate({
  data: answered,
  predictions: 'predictions',
  extraMetrics: [answerRelevance({ model: 'openai:/gpt-4' })],
});

console.log(results);
