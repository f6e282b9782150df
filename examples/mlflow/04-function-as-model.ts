// A function of your own as the model. Without targets, exact_match is skipped, and the result says so.
import { createTouchstone, type ModelCall } from '@touchstone/core';
import readability from '@touchstone/metric-readability';
import text from '@touchstone/metric-text';
import tokens from '@touchstone/metric-tokens';
import toxicity from '@touchstone/metric-toxicity';
import OpenAI from 'openai';
import { openaiOrFake } from './provider.ts';
import { questions } from './questions.ts';

await using provider = await openaiOrFake();
await using touchstone = createTouchstone({ plugins: [text(), tokens(), readability(), toxicity()] });

// def openai_qa(inputs):
//     return [client.chat.completions.create(…).choices[0].message.content for question in inputs["question"]]
async function openaiQa({ question }: { question: string }, call: ModelCall): Promise<string> {
  // Through call.fetch the SDK's requests are limited, counted and tried again like those of Touchstone itself.
  const client = new OpenAI({ ...provider.sdk, fetch: call.fetch });
  const messages = [{ role: 'user', content: question } as const];
  const completion = await client.chat.completions.create({ model: 'gpt-5-mini', messages }, { signal: call.signal });
  return completion.choices[0]?.message.content ?? '';
}

// mlflow.evaluate(openai_qa, pd.DataFrame({"question": […]}), model_type="question-answering")
const results = await touchstone.evaluate({
  model: openaiQa,
  data: questions.map(({ inputs }) => ({ question: inputs })),
  modelType: 'question-answering',
});

console.log(results);
