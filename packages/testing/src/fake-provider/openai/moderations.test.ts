import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { fakeProvider } from '../index.ts';

test('nothing is flagged but what the script scores at 0.5 or more', async () => {
  await using provider = await fakeProvider({
    answers: { moderate: ({ text }) => (text === '욕설' ? { harassment: 0.5, hate: 0.49 } : undefined) },
  });
  const client = new OpenAI({ baseURL: provider.openai, apiKey: 'sk-test' });
  const { results, model } = await client.moderations.create({ input: ['안녕', '욕설'] });
  expect(model).toBe('omni-moderation-latest');
  const [fine, rude] = results;
  expect(fine?.flagged).toBe(false);
  expect(Object.values(fine?.category_scores ?? {}).every((score) => score >= 0 && score < 0.01)).toBe(true);
  expect(rude).toMatchObject({
    flagged: true,
    categories: { harassment: true, hate: false, violence: false },
    category_scores: { harassment: 0.5, hate: 0.49 },
  });
  expect(Object.keys(rude?.categories ?? {})).toHaveLength(13);
});

test('a text with an image is one input', async () => {
  await using provider = await fakeProvider();
  const client = new OpenAI({ baseURL: provider.openai, apiKey: 'sk-test' });
  const { results } = await client.moderations.create({
    input: [
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
    ],
  });
  expect(results).toHaveLength(1);
  expect(results[0]?.category_applied_input_types).toMatchObject({ hate: ['text'], violence: ['text', 'image'] });
});

test('a script that scores a category that there is not is told so', async () => {
  await using provider = await fakeProvider({ answers: { moderate: { rudeness: 1 } } });
  const client = new OpenAI({ baseURL: provider.openai, apiKey: 'sk-test', maxRetries: 0 });
  await expect(client.moderations.create({ input: 'x' })).rejects.toThrow(
    '500 The fake provider failed: answers.moderate gave {"rudeness":1}, which is no answer to this request.',
  );
});
