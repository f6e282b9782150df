import { execFileSync } from 'node:child_process';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { chat, createTouchstone, definePlugin, LOGGER, metric } from '@touchstone/core';
import embedding, { embeddingSimilarity } from '@touchstone/metric-embedding';
import anthropic from '@touchstone/model-anthropic';
import azure from '@touchstone/model-azure-openai';
import { http } from '@touchstone/model-http';
import openai from '@touchstone/model-openai';
import { type FakeProvider, fakeProvider } from '@touchstone/testing/fake-provider';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { node, TestFolder } from './__fixtures__/test-folder.ts';

const exporter = new InMemorySpanExporter();
const length = metric('length', ({ predictions }) => String(predictions).length);
const quiet = definePlugin({
  name: 'quiet',
  register: (registry) => registry.provide(LOGGER, { info: () => undefined, warn: () => undefined }),
});

beforeEach(() => trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })));
afterEach(() => {
  trace.disable();
  exporter.reset();
  vi.unstubAllEnvs();
});

function touchstone(provider: FakeProvider) {
  vi.stubEnv('AZURE_OPENAI_ENDPOINT', provider.azure);
  vi.stubEnv('AZURE_OPENAI_API_KEY', 'canary.azure');
  const models = [
    openai({ apiKey: 'canary.openai', baseUrl: provider.openai }),
    anthropic({ apiKey: 'canary.anthropic', baseUrl: provider.anthropic }),
    azure(),
  ];
  return createTouchstone({ plugins: [...models, embedding(), quiet] });
}

const spans = () => exporter.getFinishedSpans().map(({ name, kind, status, attributes }) => ({ name, kind, status, attributes }));

const data = [{ inputs: '비밀스러운 질문', truth: '비밀스러운 정답' }];

it.each([
  ['openai:/gpt-4o-mini', 'openai', 'stop'],
  ['anthropic:/claude-sonnet-4-5', 'anthropic', 'stop'],
  ['azure-openai:/gpt-4o-mini', 'azure.ai.openai', 'stop'],
])('a call of %s is a span by the conventions for generative AI, without any text', async (uri, provider, finish) => {
  const usage = { inputTokens: 60, outputTokens: 40, cachedTokens: 20 };
  await using fake = await fakeProvider({ answers: { chat: { text: '비밀스러운 대답', usage } } });
  const messages = [{ role: 'user', content: '{inputs}' }] as const;
  const model = chat(uri, { messages, parameters: { maxOutputTokens: 50, temperature: 0.5, stop: ['비밀'] } });
  await touchstone(fake).evaluate({ data, model, extraMetrics: [length] });
  const name = uri.slice(uri.indexOf('/') + 1);
  expect(spans()).toEqual([
    {
      name: `chat ${name}`,
      kind: SpanKind.CLIENT,
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': provider,
        'gen_ai.request.model': name,
        'gen_ai.request.max_tokens': 50,
        'gen_ai.request.temperature': 0.5,
        'gen_ai.response.model': name,
        'gen_ai.response.finish_reasons': [finish],
        'gen_ai.usage.input_tokens': 60,
        'gen_ai.usage.output_tokens': 40,
        'gen_ai.usage.cache_read.input_tokens': 20,
      },
    },
  ]);
  expect(JSON.stringify(spans())).not.toMatch(/비밀|canary/u);
});

it('embeddings have their operation, and an application its address without the query', async () => {
  await using fake = await fakeProvider();
  const model = http({ url: `${fake.app}/ask?api_key=canary.query`, body: { q: '{inputs}' }, outputs: { path: '$.path' } });
  await touchstone(fake).evaluate({
    data,
    model,
    targets: 'truth',
    extraMetrics: [embeddingSimilarity({ model: 'openai:/text-embedding-3-small' })],
  });
  expect(spans()).toMatchObject([
    { name: `invoke ${fake.app}/ask`, attributes: { 'gen_ai.operation.name': 'invoke', 'server.address': '127.0.0.1' } },
    {
      name: 'embeddings text-embedding-3-small',
      attributes: { 'gen_ai.operation.name': 'embeddings', 'gen_ai.provider.name': 'openai' },
    },
  ]);
  expect(JSON.stringify(spans())).not.toMatch(/비밀|canary/u);
});

it('a call that fails is one span over all of its attempts, with the kind of its error and no key that the provider repeats', async () => {
  await using fake = await fakeProvider({ faults: [{ fault: 'server-error', on: [1] }, { fault: 'auth' }] });
  await touchstone(fake).evaluate({ data, model: 'openai:/gpt-4o-mini', extraMetrics: [length] });
  expect(fake.calls().map(({ status }) => status)).toEqual([500, 401]);
  expect(JSON.stringify(fake.calls()[1]?.answer)).toContain('canary.openai');
  expect(spans()).toMatchObject([
    {
      name: 'chat gpt-4o-mini',
      status: { code: SpanStatusCode.ERROR, message: expect.stringContaining('Incorrect API key provided: [secret]') },
      attributes: { 'error.type': 'auth' },
    },
  ]);
  expect(JSON.stringify(spans())).not.toContain('canary');
});

it('without a provider, calls are made all the same', async () => {
  trace.disable();
  await using fake = await fakeProvider();
  const results = await touchstone(fake).evaluate({ data, model: 'openai:/gpt-4o-mini', extraMetrics: [length] });
  expect(results.coverage.length).toMatchObject({ scored: 1 });
  expect(spans()).toEqual([]);
});

it('OpenTelemetry is loaded by a run, and not by an import', () => {
  const folder = new TestFolder();
  folder.install('@touchstone/core', 'packages/core');
  folder.write(
    'loading.mjs',
    `import { registerHooks } from 'node:module';
    registerHooks({ load: (url, context, next) => (url.includes('@opentelemetry') && console.log('loading'), next(url, context)) });
    const { createTouchstone, metric } = await import('@touchstone/core');
    console.log('imported');
    await createTouchstone().evaluate({ data: [{ a: 'x' }], predictions: 'a', extraMetrics: [metric('one', () => 1)] });`,
  );
  const said = execFileSync(node, ['loading.mjs'], { cwd: folder.path, encoding: 'utf8' });
  expect([...new Set(said.trim().split('\n'))]).toEqual(['imported', 'loading']);
});
