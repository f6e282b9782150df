import { createTouchstone, definePlugin, LOGGER, type ModelCall, metric } from '@touchstone/core';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import { expect, test } from 'vitest';
import { sdkModels } from './__fixtures__/sdk-models.ts';
import aiSdkModels, { aiSdk } from './index.ts';

const quiet = definePlugin({
  name: 'log',
  register: (registry) => registry.provide(LOGGER, { info: () => undefined, warn: () => undefined }),
});

test('models with a name are found by URI: as the model, and by a program that asks while it runs', async () => {
  await using provider = await fakeProvider({ answers: { chat: ({ prompt }) => `${prompt}!`, embed: () => [3, 4] } });
  const { openai } = sdkModels(provider);
  const models = {
    fast: aiSdk((fetch) => openai.v4(fetch)('gpt-5-mini')),
    vectors: aiSdk((fetch) => openai.v4(fetch).embedding('text-embedding-3-small')),
  };
  const touchstone = createTouchstone({ plugins: [quiet, aiSdkModels({ models })] });
  const length = metric('length', ({ predictions }) => String(predictions).length);
  const byUri = await touchstone.evaluate({ data: ['가'], model: 'ai-sdk:/fast', extraMetrics: [length] });
  expect(byUri.metrics['length/mean']).toBe(2);
  expect(byUri.usage.models).toMatchObject({ 'openai:/gpt-5-mini': { calls: 1 } });

  const program = async (_: object, call: ModelCall) => {
    const { value } = await call.generate('ai-sdk:/fast', { messages: [{ role: 'user', content: '나' }] });
    const [vector] = await call.embed('ai-sdk:/vectors', ['다']);
    return `${value.text} ${vector?.join()}`;
  };
  const asking = await touchstone.evaluate({ data: ['가'], model: program, extraMetrics: [length] });
  expect(asking.metrics['length/mean']).toBe('나! 3,4'.length);
});

test('a name that was not given is said before the first row', async () => {
  const touchstone = createTouchstone({ plugins: [quiet, aiSdkModels()] });
  const evaluating = touchstone.evaluate({ data: ['가'], model: 'ai-sdk:/fast', extraMetrics: [metric('one', () => 1)] });
  await expect(evaluating).rejects.toMatchObject({
    code: 'unknown-model',
    message: expect.stringContaining("no model of the AI SDK was named 'fast'"),
  });
});
