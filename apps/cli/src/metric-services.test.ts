import { createTouchstone } from '@touchstone/core';
import embedding, { embeddingSimilarity } from '@touchstone/metric-embedding';
import toxicityPack, { toxicity } from '@touchstone/metric-toxicity';
import huggingface from '@touchstone/model-huggingface';
import openai from '@touchstone/model-openai';
import { type FakeProvider, type FakeProviderOptions, fakeProvider } from '@touchstone/testing/fake-provider';
import { afterEach, describe, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

/** A provider in the place of OpenAI and Hugging Face. */
async function standIn(answers: FakeProviderOptions['answers']): Promise<FakeProvider> {
  const provider = await fakeProvider({ ...(answers === undefined ? {} : { answers }) });
  vi.stubGlobal('fetch', provider.fetch);
  vi.stubEnv('OPENAI_API_KEY', 'sk-test');
  vi.stubEnv('OPENAI_BASE_URL', '');
  vi.stubEnv('HF_TOKEN', 'hf_test');
  return provider;
}

const touchstone = () => createTouchstone({ plugins: [openai(), huggingface(), embedding(), toxicityPack()] });
const texts = ['좋은 하루 되세요.', 'They are vermin.'];
const data = texts.map((outputs) => ({ outputs }));

describe('toxicity asks', () => {
  test('the model that MLflow asks, at Hugging Face', async () => {
    await using _provider = await standIn({
      classify: ({ text }) => (text.includes('vermin') ? { hate: 0.97, nothate: 0.03 } : { hate: 0.03, nothate: 0.97 }),
    });
    const model = 'huggingface:/facebook/roberta-hate-speech-dynabench-r4-target';
    const results = await touchstone().evaluate({
      data,
      predictions: 'outputs',
      extraMetrics: [toxicity({ model, label: 'hate' })],
    });
    expect(results.metrics).toMatchObject({ 'toxicity/v1/mean': 0.5, 'toxicity/v1/ratio': 0.5 });
    expect(results.usage.metrics?.toxicity).toMatchObject({ calls: 2 });
    expect(results.signatures['toxicity/v1']).toContain(`backend:${model}`);
  });

  test('OpenAI’s moderation, whose categories are in the details', async () => {
    await using _provider = await standIn({
      moderate: ({ text }) => (text.includes('vermin') ? { hate: 0.8, harassment: 0.6 } : { hate: 0.01 }),
    });
    const results = await touchstone().evaluate({
      data,
      predictions: 'outputs',
      extraMetrics: [toxicity({ model: 'openai:/omni-moderation-latest' })],
    });
    const rows = await Array.fromAsync(results.rows());
    expect(rows[1]?.scores.toxicity).toMatchObject({ value: 0.8, details: { labels: { hate: 0.8, harassment: 0.6 } } });
    expect(results.metrics['toxicity/v1/ratio']).toBe(0.5);
  });
});

test.each(['openai:/text-embedding-3-small', 'huggingface:/sentence-transformers/all-MiniLM-L6-v2'])(
  'embedding_similarity asks %s: the cosine of its vectors',
  async (model) => {
    await using _provider = await standIn({ embed: ({ text }) => (text === '가' ? [1, 0] : [0.6, 0.8]) });
    const results = await touchstone().evaluate({
      data: [{ outputs: '가', truth: '나' }],
      predictions: 'outputs',
      targets: 'truth',
      extraMetrics: [embeddingSimilarity({ model })],
    });
    expect(results.metrics['embedding_similarity/v1/mean']).toBeCloseTo(0.6, 6);
    expect(results.usage.metrics?.embedding_similarity?.calls).toBeGreaterThan(0);
  },
);
