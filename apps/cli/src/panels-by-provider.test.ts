import { createTouchstone } from '@touchstone/core';
import pairwise, { preference } from '@touchstone/evaluator-pairwise';
import genai, { makeGenaiMetric } from '@touchstone/metric-genai';
import anthropic from '@touchstone/model-anthropic';
import openai from '@touchstone/model-openai';
import { sqlite } from '@touchstone/store-sqlite';
import { type FakeProvider, type FakeProviderOptions, fakeProvider } from '@touchstone/testing/fake-provider';
import { afterEach, expect, test, vi } from 'vitest';
import { TestFolder } from './__fixtures__/test-folder.ts';

// Panels and comparisons behind the real SDKs, which ask a provider that only imitates one; runs in a file.

afterEach(() => vi.unstubAllEnvs());

type Chat = NonNullable<NonNullable<FakeProviderOptions['answers']>['chat']>;

const answering =
  (scoreOf: (prompt: string, model: string) => number | string): Chat =>
  ({ tools, prompt, model }) => {
    const fields = { justification: '이유', score: scoreOf(prompt, model) };
    return tools.includes('answer') ? { toolCalls: [{ name: 'answer', arguments: fields }] } : JSON.stringify(fields);
  };

function touchstoneWith(provider: FakeProvider, file: string) {
  vi.stubEnv('OPENAI_API_TYPE', undefined);
  vi.stubEnv('OPENAI_API_KEY', 'k1');
  vi.stubEnv('OPENAI_BASE_URL', provider.openai);
  vi.stubEnv('ANTHROPIC_API_KEY', 'k3');
  vi.stubEnv('ANTHROPIC_BASE_URL', provider.anthropic);
  return createTouchstone({ plugins: [openai(), anthropic(), genai(), pairwise()], store: sqlite(file) });
}

test('a panel of two providers, with repeats', async () => {
  const folder = new TestFolder();
  await using provider = await fakeProvider({ answers: { chat: answering((_, model) => (model.startsWith('claude') ? 2 : 4)) } });
  const touchstone = touchstoneWith(provider, `${folder.path}/runs.db`);
  const metric = makeGenaiMetric({
    name: 'tone',
    definition: '말투',
    gradingPrompt: 'Score 1: bad. Score 5: good.',
    model: ['openai:/gpt-4o', 'anthropic:/claude-3-5-haiku-20241022'],
    repeats: 2,
  });
  const results = await touchstone.evaluate({
    data: [{ inputs: '열려 있나요?', answer: '아니요.' }],
    predictions: 'answer',
    extraMetrics: [metric],
  } as never);
  expect(results.metrics).toMatchObject({ 'tone/v1/mean': 3, 'tone/v1/repeat_sd': 0 });
  expect(results.usage.metrics?.tone?.calls).toBe(4);
  await touchstone.close();
});

test('stored runs compared by a judge, its doubts by another provider', async () => {
  const folder = new TestFolder();
  await using provider = await fakeProvider({
    answers: {
      chat: answering((prompt, model) => {
        const [, first = ''] = /First output:\n<data \w+>\n\| (.*)\n/u.exec(prompt) ?? [];
        // The small judge goes by the place where the question is about Sunday.
        if (!model.startsWith('claude') && prompt.includes('일요일')) return 'first';
        return first.startsWith('big') ? 'first' : 'second';
      }),
    },
  });
  const touchstone = touchstoneWith(provider, `${folder.path}/runs.db`);
  const questions = ['환불은 어떻게 받나요?', '일요일에 여나요?'];
  for (const name of ['mini', 'big']) {
    await touchstone.evaluate({
      data: questions.map((inputs) => ({ inputs })),
      model: ({ inputs }: { inputs: string }) => `${name}: ${inputs}`,
      extraMetrics: ['latency'],
      run: { name },
    } as never);
  }
  const request = {
    data: touchstone.pairs('mini', 'big'),
    extraMetrics: [preference({ model: 'openai:/gpt-4o', escalateTo: 'anthropic:/claude-3-5-haiku-20241022' })],
    run: { key: 'mini against big' },
    resume: 'auto',
  };
  const results = await touchstone.evaluate(request as never);
  expect(results.metrics).toMatchObject({
    'preference/v1/mean': 0,
    'preference/v1/position_bias_rate': 0.5,
    'preference/v1/escalated': 0.5,
  });
  // Two orders of two pairs, and two of the one in doubt.
  expect(results.usage.metrics?.preference?.calls).toBe(6);
  await touchstone.close();
});
