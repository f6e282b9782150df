import { fakeProvider } from '@touchstone/testing/fake-provider';
import { describe, expect, test } from 'vitest';
import { io, sdkModels, versions } from './__fixtures__/sdk-models.ts';
import { aiSdk } from './index.ts';

describe.each(versions)('an embedding model of specification %s', (version) => {
  const made = (provider: Parameters<typeof sdkModels>[0]) =>
    aiSdk((fetch) => sdkModels(provider).openai[version](fetch).embedding('text-embedding-3-small'));

  test('gives a vector a text, in their order, with what was used', async () => {
    await using provider = await fakeProvider({ answers: { embed: ({ text }) => [text.length, 0.5] } });
    const model = made(provider);
    expect(model).toMatchObject({ kind: 'embedding', id: 'openai:/text-embedding-3-small' });
    const answer = await model.send({ texts: ['가나다', '마바', '라'] }, io);
    expect(answer.value.vectors).toEqual([
      [3, 0.5],
      [2, 0.5],
      [1, 0.5],
    ]);
    expect(answer.usage).toEqual({ inputTokens: provider.calls()[0]?.tokens, outputTokens: 0 });
  });

  test('takes parameters', async () => {
    await using provider = await fakeProvider();
    await made(provider).send({ texts: ['가'], parameters: { dimensions: 256, user: 'me' } }, io);
    expect(provider.calls()[0]?.body).toMatchObject({ dimensions: 256, user: 'me' });
  });

  test('asks several times for more texts than one request may hold', async () => {
    await using provider = await fakeProvider({ answers: { embed: ({ text }) => [Number(text)] } });
    const texts = Array.from({ length: 2049 }, (_, n) => `${n}`);
    const answer = await made(provider).send({ texts }, io);
    expect(answer.value.vectors).toEqual(texts.map((text) => [Number(text)]));
    expect(provider.calls()).toHaveLength(2);
    expect(answer.usage?.inputTokens).toBe(provider.calls().reduce((sum, { tokens = 0 }) => sum + tokens, 0));
  });

  test('says what went wrong by kind', async () => {
    await using provider = await fakeProvider({ faults: [{ fault: 'rate-limit', waitMs: 3000, headers: 'retry-after' }] });
    await expect(made(provider).send({ texts: ['가'] }, io)).rejects.toMatchObject({ code: 'rate-limit', waitMs: 3000 });
  });
});

test('vectors that are missing are no answer', async () => {
  const model = aiSdk({
    specificationVersion: 'v3',
    provider: 'mine',
    modelId: 'm',
    maxEmbeddingsPerCall: undefined,
    doEmbed: async () => ({ embeddings: [[1, 2]], warnings: [] }),
  });
  await expect(model.send({ texts: ['가', '나'] }, io)).rejects.toMatchObject({
    code: 'bad-response',
    message: 'mine sent 1 vectors for 2 texts',
  });
});
