import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import {
  checkCassette,
  createTouchstone,
  definePlugin,
  type EvaluationResult,
  LOGGER,
  type ModelCall,
  metric,
} from '@touchstone/core';
import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { type FakeProvider, fakeProvider } from './fake-provider/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

const length = metric('length', ({ predictions }) => String(predictions).length);
const silent = definePlugin({
  name: 'silent',
  register: (registry) => registry.provide(LOGGER, { info: () => undefined, warn: () => undefined }),
});

interface Keys {
  readonly openai: string;
  readonly anthropic: string;
  readonly search: string;
  readonly form: string;
}
const CANARIES: Keys = {
  openai: 'sk-canary-openai-0123456789',
  anthropic: 'sk-ant-canary-0123456789',
  search: 'canary/search+0123456789',
  form: 'canary-form-0123456789',
};
const NONE: Keys = { openai: 'none', anthropic: 'none', search: '', form: '' };

/** An application with SDKs of its own, and keys in headers, addresses and bodies. */
function application(provider: Pick<FakeProvider, 'openai' | 'anthropic' | 'app'>, keys: Keys) {
  return async ({ q }: { readonly q: string }, call: ModelCall): Promise<string> => {
    const openai = new OpenAI({ baseURL: provider.openai, apiKey: keys.openai, fetch: call.fetch, maxRetries: 0 });
    const anthropic = new Anthropic({ baseURL: provider.anthropic, apiKey: keys.anthropic, fetch: call.fetch, maxRetries: 0 });
    const chat = await openai.chat.completions.create({ model: 'gpt-5-mini', messages: [{ role: 'user', content: q }] });
    const message = await anthropic.messages.create({
      model: 'claude-sonnet-5',
      max_tokens: 99,
      messages: [{ role: 'user', content: `${q}?` }],
    });
    const address = `${provider.app}/search?q=${encodeURIComponent(q)}&api_key=${encodeURIComponent(keys.search)}`;
    const found = await (await call.fetch(address)).text();
    const login = await call.fetch(`${provider.app}/form`, {
      method: 'POST',
      headers: { 'x-api-key': keys.form },
      body: JSON.stringify({ q, apiKey: keys.form, page: 2 }),
    });
    return [chat.choices[0]?.message.content, JSON.stringify(message.content), found, await login.text()].join('|');
  };
}

async function outputs(results: EvaluationResult): Promise<readonly string[]> {
  return (await Array.fromAsync(results.rows())).map(({ columns }) => String(columns.outputs));
}

test('no credential is written down, from headers, addresses, bodies and answers that repeat them; and none is needed to replay', async () => {
  const folder = temporaryFolder();
  const file = join(folder, '앱.jsonl');
  const touchstone = createTouchstone({ plugins: [silent] });
  const provider = await fakeProvider({
    answers: {
      chat: ({ prompt, headers }) => `답 ${prompt} ${String(headers.authorization ?? headers['x-api-key'])}`,
      app: ({ body, headers, path }) => ({ body: JSON.stringify(body), path, key: String(headers['x-api-key'] ?? '') }),
    },
  });
  const data = [{ q: '첫째' }, { q: '둘째' }];
  const evaluate = (keys: Keys, mode: 'record' | 'replay') =>
    touchstone.evaluate({ data, model: application(provider, keys), extraMetrics: [length], cassette: { file, mode } });
  const recorded = await evaluate(CANARIES, 'record');
  expect(recorded.usage.calls).toBe(8);
  expect((await outputs(recorded)).join()).toContain('canary');
  await provider[Symbol.asyncDispose]();

  const written = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(written.join('\n')).toContain('첫째');
  expect(written.join('\n')).not.toMatch(/canary/iu);
  expect(await checkCassette(file)).toMatchObject({ calls: 8, problems: [] });

  for (const keys of [NONE, CANARIES]) {
    const replayed = await evaluate(keys, 'replay');
    expect(replayed.run.reason).toBeUndefined();
    expect(replayed.usage).toMatchObject({ calls: 0, cachedCalls: 8 });
    const marked = (await outputs(recorded)).map((text) => text.replaceAll(/[^ "=]*canary[\w%/+-]*/gu, '*'));
    expect((await outputs(replayed)).map((text) => text.replaceAll(/\[secret(?::[0-9a-f]{12})?\]/gu, '*'))).toEqual(
      marked.map((text) => text.replaceAll('Bearer *', '*')),
    );
  }
});

test('requests that differ in a credential alone, or in the page that they ask for, stay two', async () => {
  const file = join(temporaryFolder(), 'calls.jsonl');
  await using provider = await fakeProvider({ answers: { app: ({ number }) => ({ number }) } });
  const touchstone = createTouchstone({ plugins: [silent] });
  const model = async (_: object, call: ModelCall): Promise<string> => {
    const texts: string[] = [];
    for (const query of ['key=canary-one-0123456789', 'key=canary-two-0123456789', 'page_token=aaa', 'page_token=bbb'])
      texts.push(await (await call.fetch(`${provider.app}/list?${query}`)).text());
    return texts.join();
  };
  const request = { data: [{ q: 'x' }], model, extraMetrics: [length] } as const;
  const recorded = await touchstone.evaluate({ ...request, cassette: file });
  const replayed = await touchstone.evaluate({ ...request, cassette: { file, mode: 'replay' } });
  expect(await outputs(replayed)).toEqual(await outputs(recorded));
  expect(new Set(String(await outputs(replayed)).split(',')).size).toBe(4);
  expect(readFileSync(file, 'utf8')).not.toContain('canary');
});
