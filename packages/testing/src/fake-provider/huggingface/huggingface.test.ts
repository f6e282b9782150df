import { InferenceClient } from '@huggingface/inference';
import { describe, expect, test } from 'vitest';
import { fakeProvider } from '../index.ts';

const messages = [{ role: 'user', content: '안녕' }];

describe('an own endpoint', () => {
  test('chats, whole and streamed', async () => {
    await using provider = await fakeProvider({ answers: { chat: ({ model, prompt }) => `${model}: ${prompt}` } });
    const client = new InferenceClient('hf_token', { endpointUrl: `${provider.huggingface}/models/org/chatty` });
    const whole = await client.chatCompletion({ messages, max_tokens: 100 });
    expect(whole.choices[0]).toMatchObject({ message: { content: 'org/chatty: 안녕' }, finish_reason: 'stop' });
    let streamed = '';
    for await (const chunk of client.chatCompletionStream({ messages })) streamed += chunk.choices[0]?.delta.content ?? '';
    expect(streamed).toBe('org/chatty: 안녕');
    expect(provider.calls()[0]).toMatchObject({ api: 'huggingface', model: 'org/chatty', key: 'hf_token' });
  });

  test('generates, summarizes, classifies, extracts features and answers questions', async () => {
    await using provider = await fakeProvider({
      answers: {
        generate: ({ text }) => `${text} and more`,
        summarize: ({ text }) => `about ${text.length} letters`,
        classify: ({ text }) => (text === '욕설' ? { hate: 0.75, nothate: 0.25 } : { nothate: 1, hate: 0 }),
        embed: ({ text }) => [text.length, 1],
        answerQuestion: ({ context }) => context.split(' ').at(-1),
      },
    });
    const at = (model: string) => new InferenceClient('hf_token', { endpointUrl: `${provider.huggingface}/models/${model}` });
    expect(await at('org/gen').textGeneration({ inputs: 'Once' })).toEqual({ generated_text: 'Once and more' });
    expect(await at('org/gen').textGeneration({ inputs: 'Once', parameters: { max_new_tokens: 1 } })).toEqual({
      generated_text: 'Once',
    });
    expect(await at('sshleifer/distilbart-cnn-12-6').summarization({ inputs: 'A long story.' })).toEqual({
      summary_text: 'about 13 letters',
    });
    expect(await at('facebook/roberta-hate-speech-dynabench-r4-target').textClassification({ inputs: '욕설' })).toEqual([
      { label: 'hate', score: 0.75 },
      { label: 'nothate', score: 0.25 },
    ]);
    expect(await at('sentence-transformers/all-MiniLM-L6-v2').featureExtraction({ inputs: ['a', 'abc'] })).toEqual([
      [1, 1],
      [3, 1],
    ]);
    expect(
      await at('deepset/roberta-base-squad2').questionAnswering({ inputs: { question: 'Who?', context: 'It was Ada' } }),
    ).toMatchObject({
      answer: 'Ada',
      start: 7,
      end: 10,
    });
  });

  test('has an answer to everything without a script', async () => {
    await using provider = await fakeProvider();
    const at = (model: string) => new InferenceClient('hf_token', { endpointUrl: `${provider.huggingface}/models/${model}` });
    const labels = await at('unitary/toxic-bert').textClassification({ inputs: 'Hello' });
    expect(labels.map(({ label }) => label)).toEqual(['non-toxic', 'toxic']);
    expect(labels.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 12);
    expect(await at('facebook/bart-large-cnn').summarization({ inputs: '첫 문장이다. 둘째 문장이다.' })).toEqual({
      summary_text: '첫 문장이다.',
    });
    expect(await at('x/MiniLM').featureExtraction({ inputs: 'Hello' })).toHaveLength(384);
  });
});

test('the router is reached by the provider’s fetch, hub and all', async () => {
  await using provider = await fakeProvider({ answers: { chat: 'routed', classify: { spam: 0.9, ham: 0.1 } } });
  const client = new InferenceClient('hf_token', { fetch: provider.fetch });
  expect((await client.chatCompletion({ model: 'org/routed', messages })).choices[0]?.message.content).toBe('routed');
  const labels = await client.textClassification({ model: 'org/spam-classifier', inputs: 'Buy!', provider: 'hf-inference' });
  expect(labels[0]).toEqual({ label: 'spam', score: 0.9 });
  expect(provider.calls().map(({ path }) => path)).toEqual([
    '/huggingface/v1/chat/completions',
    '/huggingface/api/models/org/spam-classifier',
    '/huggingface/hf-inference/models/org/spam-classifier',
  ]);
});

test('the provider’s fetch goes to no other host', async () => {
  await using provider = await fakeProvider();
  await expect(provider.fetch('https://example.com/')).rejects.toThrow(
    'The fake provider does not stand in for example.com, and its fetch goes nowhere else.',
  );
  expect((await provider.fetch(`${provider.origin}/ping`)).status).toBe(200);
});

test('what it refuses, it refuses in its words', async () => {
  await using provider = await fakeProvider({ models: { 'org/known': {} }, credentials: ['hf_right'] });
  const post = async (path: string, body: object, token = 'hf_right') => {
    const response = await fetch(provider.huggingface + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    return [response.status, await response.json()];
  };
  expect(await post('/models/org/known', {})).toEqual([
    422,
    { error: 'Failed to deserialize the JSON body into the target type: missing field `inputs`' },
  ]);
  expect(await post('/models/org/unknown', { inputs: 'x' })).toEqual([404, { error: 'Model org/unknown does not exist' }]);
  expect(await post('/v1/chat/completions', { model: 'org/unknown', messages })).toMatchObject([
    400,
    { error: { code: 'model_not_found' } },
  ]);
  expect(await post('/models/org/known', { inputs: 'x' }, 'hf_wrong')).toEqual([
    401,
    { error: 'Invalid credentials in Authorization header' },
  ]);
  expect(await post('/nowhere', {})).toEqual([404, { error: 'Not Found' }]);
});

test('a model that is loading answers 503 with the time it takes', async () => {
  await using provider = await fakeProvider({ faults: [{ fault: 'overloaded' }] });
  const client = new InferenceClient('hf_token', {
    endpointUrl: `${provider.huggingface}/models/org/cold`,
    retry_on_error: false,
  });
  await expect(client.textClassification({ inputs: 'x' })).rejects.toMatchObject({
    httpResponse: { status: 503, body: { error: 'Model org/cold is currently loading', estimated_time: 20 } },
  });
});
