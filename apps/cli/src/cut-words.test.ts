import { createTouchstone, definePlugin, LOGGER, metric } from '@touchstone/core';
import anthropic from '@touchstone/model-anthropic';
import { http } from '@touchstone/model-http';
import openai from '@touchstone/model-openai';
import { type FakeProvider, fakeProvider } from '@touchstone/testing/fake-provider';
import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => vi.unstubAllEnvs());

const quiet = definePlugin({
  name: 'quiet',
  register: (registry) => registry.provide(LOGGER, { info: () => undefined, warn: () => undefined }),
});
const length = metric('length', ({ predictions }) => String(predictions).length);

/** So many letters stand before the key: with some of them, the words are cut short in its middle. */
const lettersBefore = Array.from({ length: 180 }, (_, n) => 430 + n);

it.each<[string, (provider: FakeProvider) => string | ReturnType<typeof http>]>([
  ['openai:/gpt-4o-mini', () => 'openai:/gpt-4o-mini'],
  ['anthropic:/claude-sonnet-5', () => 'anthropic:/claude-sonnet-5'],
  [
    'an application',
    ({ app }) => http({ url: app, headers: { authorization: 'Bearer ${APP_TOKEN}' }, body: { before: '{inputs}' } }),
  ],
])('long words of %s are cut short, and no part of the key is left, wherever it stands in them', async (_, modelOf) => {
  const refuse = (before: number, headers: Readonly<Record<string, string>>): Response => {
    const key = headers.authorization ?? headers['x-api-key'];
    const message = `${'가'.repeat(20)} ${'x'.repeat(before)} ${key} ${'y'.repeat(700)}`;
    // A refusal for the row's sake: the others are asked all the same.
    return Response.json({ error: { message, code: 'content_filter', type: 'content_filter' } }, { status: 400 });
  };
  await using provider = await fakeProvider({
    answers: {
      chat: ({ prompt, headers }) => refuse(Number(prompt), headers),
      app: ({ body, headers }) => refuse(Number(/\d+/u.exec(JSON.stringify(body))?.[0]), headers),
    },
  });
  vi.stubEnv('APP_TOKEN', 'canary.of.app.4711');
  const models = [
    openai({ apiKey: 'canary.of.openai.4711', baseUrl: provider.openai }),
    anthropic({ apiKey: 'canary.of.anthropic.4711', baseUrl: provider.anthropic }),
  ];
  const results = await createTouchstone({ plugins: [...models, quiet] }).evaluate({
    data: lettersBefore.map(String),
    model: modelOf(provider),
    extraMetrics: [length],
  });
  const rows = await Array.fromAsync(results.rows());
  const said = rows.map(({ scores }) => (scores.length?.status === 'failed' ? scores.length.error.message : ''));
  expect(said).toHaveLength(lettersBefore.length);
  expect(said.filter((words) => !/answered 400: 가+ x+/u.test(words) || words.length > 650)).toEqual([]);
  // In some it was cut off whole, in some it was removed: both sides of the cut are there.
  expect(said.some((words) => words.includes('[secret] y'))).toBe(true);
  expect(said.some((words) => words.endsWith('x…'))).toBe(true);
  expect(said.filter((words) => words.includes('can'))).toEqual([]);
});
