import { createTouchstone, definePlugin, type EmbeddingModel, evaluate } from '@touchstone/core';
import { distance } from 'ml-distance';
import { describe, expect, test } from 'vitest';
import embedding, { embeddingDistance, embeddingSimilarity, nearDuplicates, outputDiversity } from './index.ts';

/** A real embedding model of two letters: how many a and b a text has. Writes down what it was asked. */
function letters(change: (vectors: number[][]) => number[][] = (vectors) => vectors) {
  const asked: string[][] = [];
  const model: EmbeddingModel = {
    kind: 'embedding',
    id: 'letters:/ab',
    identity: 'letters',
    scopes: async () => [],
    async send({ texts }) {
      asked.push([...texts]);
      const count = (text: string, letter: string): number => text.split(letter).length - 1;
      return {
        value: { vectors: change(texts.map((text) => [count(text, 'a'), count(text, 'b')])) },
        usage: { inputTokens: texts.length },
      };
    },
  };
  return { model, asked };
}

const score = async (predictions: string, targets: string) => {
  const result = await embeddingSimilarity().score({ predictions, targets });
  return result.status === 'scored' ? Number(result.value) : result;
};

describe('embedding_similarity, with the embedded encoder', () => {
  test('is 1 for the same text, high for a paraphrase, low for something else', async () => {
    expect(await score('How old are you?', 'How old are you?')).toBeCloseTo(1, 6);
    expect(await score('How old are you?', 'What is your age?')).toBeGreaterThan(0.8);
    expect(await score('How old are you?', 'The train leaves at nine.')).toBeLessThan(0.45);
  });

  test('does not tell a statement from its contrary, which its caution says', async () => {
    expect(await score('The medicine is safe for children.', 'The medicine is not safe for children.')).toBeGreaterThan(0.9);
    expect(embeddingSimilarity().about?.caution).toContain('"is not"');
  });

  test('skips what it cannot read', async () => {
    expect(await score('서울은 한국의 수도입니다.', '서울')).toMatchObject({ status: 'skipped', code: 'not-english' });
    expect(await score(' \n', 'Seoul')).toMatchObject({ status: 'skipped', code: 'empty-text' });
    const any = await embeddingSimilarity({ anyLanguage: true }).score({ predictions: '서울은 수도', targets: '서울은 수도' });
    expect(any).toMatchObject({ status: 'scored' });
  });

  test('reads the whole of a long text', async () => {
    const filler = 'The committee met on Tuesday and talked about the budget of the library. '.repeat(20);
    const [start, end] = [`${filler}${filler}`, `${filler}${'Volcanoes erupt when hot magma rises to the surface. '.repeat(30)}`];
    expect(await score(start, start)).toBeCloseTo(1, 6);
    expect(await score(start, end)).toBeLessThan(0.97);
  });
});

describe('with a model', () => {
  const data = [
    { p: 'aaaa', t: 'aa' },
    { p: 'a', t: 'b' },
    { p: 'ab', t: 'a' },
    { p: '', t: 'a' },
    { p: '가', t: 'a' },
  ];

  test('cosine is the cosine of its vectors, each distinct text is asked once, and a text without a direction fails', async () => {
    const { model, asked } = letters();
    const results = await evaluate({ data, predictions: 'p', targets: 't', extraMetrics: [embeddingSimilarity({ model })] });
    const values = (await Array.fromAsync(results.rows())).map(({ scores }) => scores.embedding_similarity);
    expect(values).toMatchObject([
      { value: 1 },
      { value: 0 },
      { value: expect.closeTo(Math.SQRT1_2, 12) },
      { status: 'skipped', code: 'empty-text' },
      { status: 'failed', error: { code: 'not-finite' } },
    ]);
    expect(results.usage).toMatchObject({ metrics: { embedding_similarity: { calls: asked.length } } });
    expect(results.signatures['embedding_similarity/v1']).toContain('letters');
  });

  test.each(['euclidean', 'squaredEuclidean', 'manhattan', 'chebyshev', 'canberra', 'lorentzian', 'gower', 'avg'] as const)(
    'distance %s is that of ml-distance',
    async (measure) => {
      const { model } = letters();
      const [row] = [{ p: 'aab', t: 'abbb' }];
      const results = await evaluate({
        data: [row],
        predictions: 'p',
        targets: 't',
        extraMetrics: [embeddingDistance({ model, measure })],
      });
      expect(results.metrics['embedding_distance/v1/mean']).toBeCloseTo(distance[measure]([2, 1], [1, 3]), 12);
    },
  );

  test('that answers with too few vectors fails its rows', async () => {
    const { model } = letters((vectors) => vectors.slice(1));
    const results = await evaluate({
      data: data.slice(0, 2),
      predictions: 'p',
      targets: 't',
      extraMetrics: [embeddingSimilarity({ model })],
    });
    expect(results.coverage['embedding_similarity/v1']).toMatchObject({ scored: 0, failed: 2 });
  });

  test('a vector without a direction, or with something that is no number, gives no number anywhere', async () => {
    const request = {
      data: [
        { p: 'a', t: 'b' },
        { p: 'zzz', t: 'a' },
        { p: 'b', t: 'a' },
      ],
      predictions: 'p',
      targets: 't',
    } as const;
    const all = { scored: 0, failed: 3 };
    const directionless = letters().model;
    const overAll = await evaluate({
      ...request,
      extraMetrics: [nearDuplicates({ model: directionless }), outputDiversity({ model: directionless })],
    });
    expect(overAll.metrics).toEqual({});
    expect(overAll.coverage).toMatchObject({ 'near_duplicates/v1': all, 'output_diversity/v1': all });
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const { model } = letters((vectors) => vectors.map(([, b = 0]) => [wrong, b]));
      const options = { model };
      const results = await evaluate({
        ...request,
        extraMetrics: [
          embeddingSimilarity(options),
          embeddingDistance(options),
          nearDuplicates(options),
          outputDiversity(options),
        ],
      });
      expect(results.metrics).toEqual({});
    }
    const { model: empty } = letters((vectors) => vectors.map(() => []));
    const nothing = await evaluate({ ...request, extraMetrics: [embeddingDistance({ model: empty })] });
    expect(nothing.coverage['embedding_distance/v1']).toMatchObject(all);
  });

  test('of whose vectors the squares are no numbers, cosine is none', async () => {
    for (const size of [1e-200, 1e200]) {
      const { model } = letters((vectors) => vectors.map((vector) => vector.map((value) => (value + 1) * size)));
      const results = await evaluate({
        data: [{ p: 'a' }, { p: 'b' }],
        predictions: 'p',
        extraMetrics: [nearDuplicates({ model }), outputDiversity({ model })],
      });
      expect(results.metrics).toEqual({});
    }
  });

  test('by URI is made by its adapter, and must be one that embeds', async () => {
    const { model } = letters();
    const plugin = definePlugin({
      name: 'letters',
      register(registry) {
        registry.adapter('letters', () => ({ embeddingModel: model }));
        registry.adapter('talker', () => ({ languageModel: { ...model, kind: 'language' } as never }));
      },
    });
    const touchstone = createTouchstone({ plugins: [plugin, embedding()] });
    const request = { data: data.slice(0, 3), predictions: 'p', targets: 't' } as const;
    const results = await touchstone.evaluate({ ...request, extraMetrics: [outputDiversity({ model: 'letters:/ab' })] });
    expect(results.metrics['output_diversity/v1']).toBeCloseTo((0 + 2 * (1 - Math.SQRT1_2)) / 3, 12);
    await expect(
      touchstone.evaluate({ ...request, extraMetrics: [embeddingSimilarity({ model: 'talker:/x' })] }),
    ).rejects.toThrow("'talker:/x' (letters) is a language model, and what is needed is an embedding model.");
  });
});

test('a measure that there is not is refused when the metric is made', () => {
  expect(() => embeddingSimilarity({ measure: 'cosin' as never })).toThrow(
    "embedding_similarity: there is no measure 'cosin' for vectors with negative numbers. Did you mean 'cosine'?",
  );
  expect(() => embeddingSimilarity({ measure: 'euclidean' as never })).toThrow('It is a distance: use embedding_distance.');
  expect(() => nearDuplicates({ threshold: 0 })).toThrow("'threshold' must be above 0 and at most 1, and it is 0.");
});

describe('over all outputs', () => {
  const answers = [
    'I am sorry, I cannot help with that.',
    'I am sorry, but I cannot help with that.',
    'The capital of France is Paris.',
    'Paris is the capital of France.',
    'Water boils at one hundred degrees.',
    '',
    '물은 백 도에서 끓는다.',
  ];

  test('near-duplicates are found in groups', async () => {
    const results = await evaluate({
      data: answers.map((answer) => ({ answer })),
      predictions: 'answer',
      extraMetrics: [nearDuplicates({ threshold: 0.9 })],
    });
    expect(results.metrics).toEqual({
      'near_duplicates/v1': 4 / 5,
      'near_duplicates/v1/groups': 2,
      'near_duplicates/v1/largest_group': 2,
      'near_duplicates/v1/rows': 5,
    });
  });

  test('diversity is the mean over all pairs of 1 − cosine', async () => {
    const texts = answers.slice(0, 5);
    let sum = 0;
    for (const [i, a] of texts.entries()) for (const b of texts.slice(0, i)) sum += 1 - Number(await score(a, b));
    const results = await evaluate({
      data: texts.map((answer) => ({ answer })),
      predictions: 'answer',
      extraMetrics: [outputDiversity()],
    });
    expect(results.metrics['output_diversity/v1']).toBeCloseTo(sum / 10, 6);
    expect(results.metrics['output_diversity/v1/rows']).toBe(5);
  });

  test('nothing to compare is said, and is no number', async () => {
    const results = await evaluate({
      data: [{ answer: '하나' }, { answer: '둘' }],
      predictions: 'answer',
      extraMetrics: [outputDiversity(), nearDuplicates()],
    });
    expect(results.metrics).toEqual({});
    expect(results.skippedMetrics.map(({ name }) => name)).toEqual(['output_diversity', 'near_duplicates']);
  });
});
