import OpenAI, { type APIError } from 'openai';
import { expect, test } from 'vitest';
import { type FakeProviderOptions, fakeProvider } from '../index.ts';

async function setUp(options: FakeProviderOptions = {}) {
  const provider = await fakeProvider(options);
  return {
    provider,
    client: new OpenAI({ baseURL: provider.openai, apiKey: 'sk-test', maxRetries: 0 }),
    [Symbol.asyncDispose]: provider[Symbol.asyncDispose],
  };
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

test('equal texts have equal unit vectors, other texts nearly orthogonal ones', async () => {
  await using it = await setUp();
  const embed = async (texts: string[]) => {
    const { data } = await it.client.embeddings.create({
      model: 'text-embedding-3-small',
      input: texts,
      encoding_format: 'float',
    });
    return data.map(({ embedding }) => embedding);
  };
  const [cat = [], dog = []] = await embed(['고양이', '개']);
  const [again = []] = await embed(['고양이']);
  expect(cat).toHaveLength(1536);
  expect(dot(cat, cat)).toBeCloseTo(1, 12);
  expect(again).toEqual(cat);
  // The cosine of two random directions has a standard deviation of 1/√1536.
  expect(Math.abs(dot(cat, dog))).toBeLessThan(5 / Math.sqrt(1536));
});

test('base64, which the SDK asks for by itself, is the same vector in 32 bits', async () => {
  await using it = await setUp();
  const request = { model: 'text-embedding-3-large', input: 'MLflow', dimensions: 8 };
  const [float] = (await it.client.embeddings.create({ ...request, encoding_format: 'float' })).data;
  const [decoded] = (await it.client.embeddings.create(request)).data;
  expect(it.provider.calls()[1]?.body).toMatchObject({ encoding_format: 'base64' });
  expect(it.provider.calls()[1]?.answer).toMatchObject({ data: [{ embedding: expect.any(String) }] });
  expect(Array.from(decoded?.embedding ?? [])).toEqual(float?.embedding.map(Math.fround));
});

test('a script says what a text means', async () => {
  await using it = await setUp({ answers: { embed: ({ text, dimensions }) => [text.length, dimensions] } });
  const { data, usage } = await it.client.embeddings.create({
    model: 'text-embedding-3-small',
    input: ['ab', 'abcde'],
    dimensions: 2,
    encoding_format: 'float',
  });
  expect(data).toEqual([
    { object: 'embedding', index: 0, embedding: [2, 2] },
    { object: 'embedding', index: 1, embedding: [5, 2] },
  ]);
  expect(usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
});

test('token numbers are embedded too', async () => {
  await using it = await setUp();
  const { data, usage } = await it.client.embeddings.create({ model: 'text-embedding-3-small', input: [[1, 2, 3], [4]] });
  expect(data).toHaveLength(2);
  expect(usage.prompt_tokens).toBe(4);
});

test.each<[object, string]>([
  [{ input: 'x' }, 'you must provide a model parameter'],
  [{ model: 'm' }, "Missing required parameter: 'input'."],
  [
    { model: 'm', input: '' },
    "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
  ],
  [
    { model: 'm', input: ['a', ''] },
    "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
  ],
  [
    { model: 'm', input: Array.from({ length: 2049 }, () => 'a') },
    "Invalid 'input': maximum array length is 2048, but got an array with length 2049.",
  ],
  [{ model: 'text-embedding-ada-002', input: 'a', dimensions: 5 }, 'This model does not support specifying dimensions.'],
])('refuses %o', async (body, message) => {
  await using it = await setUp();
  const request: object = body;
  const refused = await it.client.post('/embeddings', { body: request }).catch((thrown: APIError) => thrown);
  expect(refused).toMatchObject({ status: 400, error: { message } });
});
