import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { createTouchstone, definePlugin, LOGGER, type ModelCall, metric } from '@touchstone/core';
import { sqlite } from '@touchstone/store-sqlite';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import { generateText } from 'ai';
import OpenAI from 'openai';
import { expect, it } from 'vitest';

const canaries = [
  'canary.of.openai.4711',
  'canary.of.anthropic.4712',
  'canary.of.the.ai.sdk.4713',
  'canary.of.an.app.4714',
] as const;
const [openaiKey, anthropicKey, aiKey, appKey] = canaries;

it('no key of an application’s SDKs is in the file of a store, though answers and refusals repeat it', async () => {
  await using provider = await fakeProvider({
    answers: {
      app: ({ headers, query }) => ({ headers: { ...headers }, query: { ...query } }),
      chat: ({ prompt, headers }) =>
        prompt === '거절' ? Response.json({ error: { message: JSON.stringify(headers) } }, { status: 400 }) : '서울',
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'touchstone secrets '));
  const keys = new Set<string>();
  const model = async ({ inputs: content }: { readonly inputs: string }, call: ModelCall) => {
    const messages = [{ role: 'user', content }] as const;
    const openai = new OpenAI({ apiKey: openaiKey, baseURL: provider.openai, fetch: call.fetch });
    const anthropic = new Anthropic({ apiKey: anthropicKey, baseURL: provider.anthropic, fetch: call.fetch });
    const ai = createOpenAI({ apiKey: aiKey, baseURL: provider.openai, fetch: call.fetch })('gpt-5');
    const asked = await Promise.allSettled([
      openai.chat.completions.create({ model: 'gpt-5-mini', messages: [...messages] }),
      anthropic.messages.create({ model: 'claude-sonnet-5', max_tokens: 9, messages: [...messages] }),
      generateText({ model: ai, prompt: content, maxRetries: 0 }),
      call.fetch(`${provider.app}/search?api_key=${appKey}`, { headers: { authorization: `Bearer ${appKey}` } }),
    ]);
    const failed = asked.find((one) => one.status === 'rejected');
    if (failed === undefined) return 'answered';
    call.log.warn(String(failed.reason));
    throw failed.reason;
  };
  const said: string[] = [];
  const quiet = definePlugin({
    name: 'log',
    register: (registry) => registry.provide(LOGGER, { info: (text) => said.push(text), warn: (text) => said.push(text) }),
  });
  {
    await using store = sqlite(join(folder, 'runs.db'));
    const touchstone = createTouchstone({ plugins: [quiet], store });
    const results = await touchstone.evaluate({ data: ['가', '거절', '나'], model, extraMetrics: [metric('one', () => 1)] });
    expect(results.coverage.one).toMatchObject({ scored: 2, failed: 1 });
    await results.save(join(folder, 'saved'));
    expect(String(results)).not.toMatch(/canary/u);
    // While the store is open, the newest rows are in its write-ahead log.
    expect(filesWithCanaries(folder)).toEqual([]);
  }
  for (const { key, query } of provider.calls()) for (const one of [key, query.api_key]) if (one !== undefined) keys.add(one);
  expect(keys).toEqual(new Set(canaries));
  expect(said.join('\n')).not.toMatch(/canary/u);
  expect(filesWithCanaries(folder)).toEqual([]);
  expect(readFileSync(join(folder, 'runs.db')).includes('서울')).toBe(true);
});

function filesWithCanaries(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((one) => one.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  expect(files.length).toBeGreaterThan(0);
  return files.filter((file) => /canary/u.test(readFileSync(file, 'latin1')));
}
