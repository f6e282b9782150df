// Who answers: OpenAI where OPENAI_API_KEY is set, else a fake provider on this machine, which needs no key and no network.
import type { OpenAIOptions } from '@touchstone/model-openai';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import { scriptedAnswers } from './scripted-answers.ts';

interface Provider extends AsyncDisposable {
  /** For `openai(…)`. Empty: it reads the environment. */
  readonly options: OpenAIOptions;
}

export async function openaiOrFake(): Promise<Provider> {
  if (process.env.OPENAI_API_KEY) return { options: {}, [Symbol.asyncDispose]: async () => {} };
  const fake = await fakeProvider({ answers: scriptedAnswers });
  console.error('OPENAI_API_KEY is not set: a fake provider on this machine gives scripted answers, and its judge counts words.');
  return { options: { apiKey: 'none', baseUrl: fake.openai }, [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose]() };
}
