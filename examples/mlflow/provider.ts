// Who answers: OpenAI or Azure where their keys are set, else a fake provider on this machine, which needs no key and no network.
import type { OpenAIOptions } from '@touchstone/model-openai';
import { type FakeProvider, fakeProvider } from '@touchstone/testing/fake-provider';
import type { ClientOptions } from 'openai';
import { answers } from './fake-answers.ts';

interface OpenAIProvider extends AsyncDisposable {
  /** For `openai(…)` of Touchstone. Empty: it reads the environment. */
  readonly options: OpenAIOptions;
  /** For `new OpenAI(…)` of OpenAI's SDK. Empty: it reads the environment. */
  readonly sdk: ClientOptions;
}

export async function openaiOrFake(): Promise<OpenAIProvider> {
  if (process.env.OPENAI_API_KEY) return { options: {}, sdk: {}, [Symbol.asyncDispose]: async () => {} };
  const fake = await startFake('OPENAI_API_KEY is not set');
  return {
    options: { apiKey: 'none', baseUrl: fake.openai },
    sdk: { apiKey: 'none', baseURL: fake.openai },
    [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose](),
  };
}

interface AzureProvider extends AsyncDisposable {
  readonly endpoint: string;
  readonly version: string;
  readonly deployment: string;
  readonly key: string;
}

export async function azureOrFake(): Promise<AzureProvider> {
  const { AZURE_OPENAI_API_KEY, OPENAI_API_KEY, AZURE_OPENAI_ENDPOINT, OPENAI_API_BASE } = process.env;
  const { OPENAI_API_VERSION, OPENAI_DEPLOYMENT_NAME } = process.env;
  const chosen = { version: OPENAI_API_VERSION || '2024-10-21', deployment: OPENAI_DEPLOYMENT_NAME || 'our-gpt-4' };
  const key = AZURE_OPENAI_API_KEY || OPENAI_API_KEY;
  const endpoint = AZURE_OPENAI_ENDPOINT || OPENAI_API_BASE;
  if (key && endpoint) return { ...chosen, key, endpoint, [Symbol.asyncDispose]: async () => {} };
  const fake = await startFake('OPENAI_API_KEY and OPENAI_API_BASE are not both set');
  return { ...chosen, key: 'none', endpoint: fake.azure, [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose]() };
}

interface Endpoints extends AsyncDisposable {
  /** Speaks MLflow's scoring protocol. */
  readonly scoring: string;
  /** An endpoint for chats. */
  readonly chat: string;
  /** An API of its own kind. */
  readonly api: string;
}

export async function endpointsOrFake(): Promise<Endpoints> {
  const { SCORING_URL, CHAT_URL, API_URL } = process.env;
  if (SCORING_URL && CHAT_URL && API_URL) {
    return { scoring: SCORING_URL, chat: CHAT_URL, api: API_URL, [Symbol.asyncDispose]: async () => {} };
  }
  const fake = await startFake('SCORING_URL, CHAT_URL and API_URL are not all set');
  return {
    scoring: fake.mlflow,
    chat: `${fake.app}/chat`,
    api: `${fake.app}/answer`,
    [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose](),
  };
}

async function startFake(reason: string): Promise<FakeProvider> {
  // Half of what real requests need must not lead there.
  for (const name of ['OPENAI_API_TYPE', 'AZURE_OPENAI_API_KEY', 'AZURE_OPENAI_ENDPOINT']) delete process.env[name];
  const fake = await fakeProvider({ answers, latency: 20 });
  console.error(`${reason}: a fake provider on this machine answers (${fake.origin}).`);
  return fake;
}
