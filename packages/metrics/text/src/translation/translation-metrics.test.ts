import { createTouchstone, evaluate, memoryStore } from '@touchstone/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bleu, chrf, chrfpp, corpusBleu, corpusChrf, corpusTer, sacrebleu, ter } from '../index.ts';

// Numbers without a source beside them are those of sacrebleu 2.6.0, asked the same.

const metrics = { bleu, sacrebleu, chrf, chrfpp, ter } as const;
const names = ['bleu', 'sacrebleu', 'chrf', 'chrfpp', 'ter'] as const;
type Name = (typeof names)[number];

async function scored(name: Name, predictions: string, targets: string | readonly string[], options: object = {}) {
  const score = await metrics[name](options).score({ predictions, targets });
  if (score.status !== 'scored') throw new Error(`Not scored: ${JSON.stringify(score)}`);
  return Number(score.value);
}

describe('a score', () => {
  test('has what it is made of in its details', async () => {
    const row = { predictions: 'the cat sat on the mat', targets: 'the cat sat on a mat' };
    // 5 of 6 words, 3 of 5 pairs, 2 of 4, 1 of 3.
    const precisions = [5 / 6, 3 / 5, 2 / 4, 1 / 3];
    const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 10));
    const lengths = { brevityPenalty: 1, length: 6, referenceLength: 6 };
    expect(await bleu().score(row)).toEqual({
      status: 'scored',
      value: expect.closeTo((5 / 6 / 12) ** 0.25 * (6 / 5) ** 0.25, 10),
      details: { precisions: near(precisions), ...lengths },
    });
    expect(await sacrebleu().score(row)).toEqual({
      status: 'scored',
      value: expect.closeTo(53.7284965911771, 10),
      details: { precisions: near(precisions.map((precision) => 100 * precision)), ...lengths },
    });
    expect(await chrf().score(row)).toMatchObject({ value: expect.closeTo(72.0848317308462, 10) });
    expect(await ter().score({ predictions: 'c d a b', targets: 'a b c d' })).toEqual({
      status: 'scored',
      value: 25,
      details: { edits: 1, referenceLength: 4 },
    });
    // Of single characters a and b of two and three; of pairs ab of one and two; the reference's third order has no counterpart.
    expect(await chrf().score({ predictions: 'a b', targets: 'abc' })).toMatchObject({
      details: { precision: 100, recall: expect.closeTo((100 * (2 / 3 + 1 / 2)) / 2, 10) },
    });
  });

  test('of a corpus is made of sums, and is no mean', async () => {
    const data = [
      { answer: 'the cat sat', reference: 'the cat sat down' },
      { answer: 'on a mat', reference: 'on the mat' },
      { answer: '', reference: 'x' },
    ];
    const request = { data, predictions: 'answer', targets: 'reference' } as const;
    const results = await evaluate({ ...request, extraMetrics: [sacrebleu(), chrf(), chrfpp(), ter(), bleu()] });
    const { metrics } = results;
    expect(metrics['sacrebleu/v1/corpus']).toBe(0);
    expect(metrics['chrf/v1/corpus']).toBeCloseTo(51.29211770351018, 9);
    expect(metrics['chrfpp/v1/corpus']).toBeCloseTo(51.97152878632527, 9);
    expect(metrics['ter/v1/corpus']).toBe(37.5);
    // Edits of 1, 1 and 1 for 4, 3 and 1 words.
    expect(metrics['ter/v1/mean']).toBeCloseTo((25 + 100 / 3 + 100) / 3, 9);
    expect(Object.keys(metrics).filter((key) => key.startsWith('bleu'))).toEqual([
      'bleu/v1/mean',
      'bleu/v1/variance',
      'bleu/v1/p90',
    ]);
    const table = await results.tables.eval_results_table.toJSON();
    expect(table.columns).toEqual([
      'reference',
      'answer',
      ...['sacrebleu', 'chrf', 'chrfpp', 'ter', 'bleu'].map((name) => `${name}/v1/score`),
    ]);
    expect(table.data[2]).toEqual(['x', '', 0, 0, 0, 100, 0]);
  });

  test('is the same when the run is interrupted and continued', async () => {
    const words = ['the', 'cat', 'sat', 'on', 'a', 'mat'];
    const data = Array.from({ length: 24 }, (_, n) => ({ n, reference: words.slice(n % 3).join(' ') }));
    const request = { data, targets: 'reference', inputs: 'n', extraMetrics: [sacrebleu(), ter()] } as const;
    const model = (stopAt: number, stop: () => void) => ({
      id: 'model',
      identity: 1,
      predict: async ([row]: readonly Readonly<Record<string, unknown>>[]) => {
        await new Promise((resolve) => setImmediate(resolve));
        if (row?.n === stopAt) stop();
        return [{ value: words.slice(0, 3 + (Number(row?.n) % 4)).join(' ') }];
      },
    });
    const controller = new AbortController();
    const resumed = { ...request, store: memoryStore(), run: { key: 'k' }, resume: 'auto' } as const;
    const stop = () => controller.abort();
    const limits = { concurrency: 1 };
    const first = await createTouchstone().evaluate({ ...resumed, limits, signal: controller.signal, model: model(9, stop) });
    expect(first.run.status).toBe('interrupted');
    const second = await createTouchstone().evaluate({ ...resumed, model: model(-1, stop) });
    const undisturbed = await evaluate({ ...request, model: model(-1, stop) });
    expect(second.metrics).toEqual(undisturbed.metrics);
    expect(Object.keys(second.metrics)).toContain('sacrebleu/v1/corpus');
  });
});

describe('several references', () => {
  const prediction = 'the cat sat on the mat';
  const references = ['the cat sat on a mat', 'a cat was sitting on the mat today'];

  test('count as sacrebleu counts them', async () => {
    expect(await scored('sacrebleu', prediction, references)).toBeCloseTo(67.56000774035174, 9);
    expect(await scored('chrf', prediction, references)).toBeCloseTo(72.0848317308462, 9);
    expect(await scored('chrfpp', prediction, references)).toBeCloseTo(72.03039245302905, 9);
    expect(await scored('ter', prediction, references)).toBeCloseTo(14.285714285714285, 9);
    // The fewest edits, 2 against "a b c d" and 2 against "x", for 4 and 1 words.
    expect(corpusTer([{ predictions: 'a b', targets: ['a b c d', 'x'] }])).toMatchObject({ score: 80, referenceLength: 2.5 });
  });

  test('count as Hugging Face counts them: n-grams of any, and the length of the shortest', async () => {
    // All words, pairs and triples are in one or the other, "a b c d" of two runs of four; 5 words against 3.
    expect(await scored('bleu', 'a b c d e', ['a b c d x y', 'c d e'])).toBeCloseTo(0.5 ** 0.25, 12);
    // "a" twice at most, as the first has it; 4 of 5 words: all but one of each order, against 5 words.
    const short = await scored('bleu', 'a a a b', ['a a b c d', 'a a a a b e e'], { maxNgramOrder: 1 });
    expect(short).toBeCloseTo(Math.exp(1 - 5 / 4), 12);
    // Hugging Face divides by the length of the empty one.
    expect(await scored('bleu', 'a b c d', ['', 'a b c d'])).toBe(1);
  });

  test.each(names)('in another order give the same %s', async (name) => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', '.', '한국', 'é'), { maxLength: 12 }).map((words) => words.join(' '));
    await fc.assert(
      fc.asyncProperty(text, fc.array(text, { minLength: 1, maxLength: 4 }), async (prediction, targets) => {
        expect(await scored(name, prediction, targets.toReversed())).toBeCloseTo(await scored(name, prediction, targets), 9);
      }),
    );
  });
});

describe('options of sacrebleu', () => {
  test.each<[string, object, number]>([
    ['exp', { smoothMethod: 'exp' }, 21.3643503198117],
    ['floor', { smoothMethod: 'floor' }, 11.36219366467499],
    ['floor of 0.01', { smoothMethod: 'floor', smoothValue: 0.01 }, 3.5930411196308416],
    ['add-k', { smoothMethod: 'add-k' }, 33.980884896942435],
    ['add-k of 2', { smoothMethod: 'add-k', smoothValue: 2 }, 44.72135954999579],
    ['none', { smoothMethod: 'none' }, 0],
  ])('smoothing by %s', async (_, options, expected) => {
    expect(await scored('sacrebleu', 'a b x y z', 'a b c d e', options)).toBeCloseTo(expected, 9);
  });

  test('effective order: yes for rows and no for the corpus, unless said otherwise', async () => {
    const data = [{ predictions: 'a b', targets: 'a b' }];
    const request = { data, predictions: 'predictions', targets: 'targets' } as const;
    for (const [effectiveOrder, row, corpus] of [
      [undefined, 100, 0],
      [true, 100, 100],
      [false, 0, 0],
    ] as const) {
      const { metrics } = await evaluate({ ...request, extraMetrics: [sacrebleu({ effectiveOrder })] });
      expect(metrics).toMatchObject({ 'sacrebleu/v1/mean': row, 'sacrebleu/v1/corpus': corpus });
    }
    expect(corpusBleu(data).score).toBe(0);
    expect(corpusBleu(data, { effectiveOrder: true }).score).toBe(100);
  });

  test.each<[number, number]>([
    [1, 83.33333333333334],
    [2, 70.71067811865471],
    [6, 41.63415888278019],
  ])('n-grams of up to %d words', async (maxNgramOrder, expected) => {
    const score = await scored('sacrebleu', 'the cat sat on the mat', 'the cat sat on a mat', { maxNgramOrder });
    expect(score).toBeCloseTo(expected, 9);
  });

  test.each<[string, number]>([
    ['zh', 30.739407647563215],
    ['char', 30.739407647563215],
    ['intl', 49.99999999999999],
    ['13a', 0],
    ['none', 0],
  ])('Chinese with the tokenizer %s', async (tokenizer, expected) => {
    expect(await scored('sacrebleu', '猫坐在垫子上。', '猫坐在地毯上。', { tokenizer })).toBeCloseTo(expected, 9);
  });

  test('upper and lower case', async () => {
    expect(await scored('sacrebleu', 'The Cat Sat', 'the cat sat')).toBe(0);
    expect(await scored('sacrebleu', 'The Cat Sat', 'the cat sat', { lowercase: true })).toBe(100);
  });
});

test.each<[string, object, readonly [string, string], number]>([
  ['beta 1', { beta: 1 }, ['the cat sat on the mat', 'the cat sat on a mat'], 68.89726135582335],
  ['beta 3', { beta: 3 }, ['the cat sat on the mat', 'the cat sat on a mat'], 73.21392616061074],
  ['white space', { whitespace: true }, ['the cat sat on the mat', 'the cat sat on a mat'], 78.16946829091133],
  ['the mean over orders', { epsSmoothing: true }, ['ab', 'abcdefgh'], 7.775524002704529],
  ['the F of means', {}, ['ab', 'abcdefgh'], 23.404255319148938],
  ['lower case', { lowercase: true }, ['THE cat', 'the CAT'], 100],
  ['characters beyond U+FFFF', {}, ['😀a', '😀b'], 25],
])('chrF with %s', async (_, options, [prediction, target], expected) => {
  expect(await scored('chrf', prediction, target, options)).toBeCloseTo(expected, 9);
});

test.each<[object, number]>([
  [{}, 100],
  [{ normalized: true }, 75],
  [{ noPunct: true }, 100 / 3],
  [{ caseSensitive: true }, 100],
  [{ normalized: true, asianSupport: true }, 37.5],
  [{ noPunct: true, asianSupport: true }, 100 / 3],
])('TER with %j', async (options, expected) => {
  const [prediction, target] = ['Hello, world! 猫が好き。&amp;lt;', 'hello world 犬が好き。&amp;lt;'];
  expect(await scored('ter', prediction, target, options)).toBeCloseTo(expected, 9);
});

describe('Korean', () => {
  const [prediction, target] = ['서울은 한국의 수도다', '서울은 대한민국의 수도입니다'];

  test.each<[Name, object, number]>([
    ['sacrebleu', {}, 27.516060407455225],
    ['sacrebleu', { tokenizer: 'char' }, 29.472584782019705],
    ['chrf', {}, 26.455018219457934],
    ['chrfpp', {}, 24.080856019051023],
    ['ter', {}, 66.66666666666666],
  ])('%s %j', async (name, options, expected) => {
    expect(await scored(name, prediction, target, options)).toBeCloseTo(expected, 9);
  });

  test('that is equal is a perfect match', async () => {
    const sentence = '서울은 대한민국의 수도이며 가장 큰 도시이다.';
    expect(await Promise.all(names.map((name) => scored(name, sentence, sentence)))).toEqual([1, 100, 100, 100, 0]);
  });
});

describe('whatever the texts are', () => {
  /** Any UTF-16, lone surrogates and white space of all kinds included. */
  const anyText = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
    fc
      .array(fc.constantFrom('a', 'b', ' ', '.', ',', '5', '-', '\n', '\u3000', '&amp;', '<skipped>', '가'), { maxLength: 30 })
      .map((parts) => parts.join('')),
  );

  test.each(names)('%s is within its bounds', async (name) => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.array(anyText, { minLength: 1, maxLength: 3 }), async (prediction, targets) => {
        const value = await scored(name, prediction, targets);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual({ bleu: 1, sacrebleu: 100, chrf: 100, chrfpp: 100, ter: Number.MAX_VALUE }[name]);
      }),
    );
  });

  test('a text equals itself: the best score there is for one of its length', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (same) => {
        const [ofBleu, ofSacrebleu, ofChrf, ofChrfpp, ofTer] = await Promise.all(names.map((name) => scored(name, same, same)));
        expect([0, 1]).toContain(ofBleu);
        expect([0, 100]).toContain(ofSacrebleu);
        expect([0, 100]).toContain(ofChrf);
        expect(ofChrfpp).toBe(ofChrf);
        expect(ofTer).toBe(0);
        expect(ofChrf).toBe(isBlank(same) ? 0 : 100);
      }),
    );
  });

  test('chrF with beta 1 is the same from either side', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (left, right) => {
        const options = { beta: 1, wordOrder: 2 };
        expect(await scored('chrf', left, right, options)).toBeCloseTo(await scored('chrf', right, left, options), 9);
      }),
    );
  });

  test.each(['sacrebleu', 'chrf', 'chrfpp', 'ter'] as const)(
    '%s of a corpus of one text many times is that of the text',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(anyText, anyText, fc.integer({ min: 1, max: 4 }), async (prediction, target, times) => {
          const texts = Array(times).fill({ predictions: prediction, targets: target });
          const of = {
            sacrebleu: () => corpusBleu(texts, { effectiveOrder: true, smoothMethod: 'none' }),
            chrf: () => corpusChrf(texts),
            chrfpp: () => corpusChrf(texts, { wordOrder: 2 }),
            ter: () => corpusTer(texts),
          }[name];
          const alone = await scored(name, prediction, target, name === 'sacrebleu' ? { smoothMethod: 'none' } : {});
          expect(of().score).toBeCloseTo(alone, 9);
        }),
      );
    },
  );
});

describe('empty and hostile texts', () => {
  test.each<[string, string, readonly number[]]>([
    ['', '', [0, 0, 0, 0, 0]],
    ['', 'a', [0, 0, 0, 0, 100]],
    ['a', '', [0, 0, 0, 0, 100]],
    [' \n', '\u3000', [0, 0, 0, 0, 0]],
    ['<skipped>', '<skipped>', [0, 0, 100, 100, 0]],
    ['x y', 'a', [0, 0, 0, 0, 200]],
    ['a', 'a', [0, 100, 100, 100, 0]],
    ['Hello', 'hello', [0, 0, 54.333333333333336, 45.27777777777778, 0]],
    // sacrebleu drops the end of the line before it joins lines that end in "-"; Hugging Face does not.
    ['a b c d e-\n', 'a b c d e', [1, 66.87403049764218, 92.44791666666666, 93.44951923076923, 20]],
    ['\ud800', '\ud800', [0, 100, 100, 100, 0]],
    ['a\udc00 b', 'a\ud83d b', [0, 50, 22.22222222222222, 23.33333333333333, 50]],
  ])('%j against %j', async (prediction, target, expected) => {
    const values = await Promise.all(names.map((name) => scored(name, prediction, target)));
    expect(values).toEqual(expected.map((value) => expect.closeTo(value, 9)));
  });

  test('a megabyte of combining marks is one word, scored like any other', async () => {
    const marks = `e${'\u0301'.repeat(1_000_000)}`;
    expect(await Promise.all(names.map((name) => scored(name, marks, marks)))).toEqual([0, 100, 100, 100, 0]);
    expect(await Promise.all(names.map((name) => scored(name, marks, 'e')))).toEqual([
      0,
      0,
      expect.closeTo(0, 3),
      expect.closeTo(0, 3),
      100,
    ]);
  });

  test('texts of 20,000 words take no more than their length', async () => {
    const words = Array.from({ length: 20_000 }, (_, n) => `w${(n * 7919) % 4999}`);
    const target = words.join(' ');
    const prediction = words.map((word, n) => (n % 5 === 0 ? 'other' : word)).join(' ');
    expect(await scored('ter', prediction, target)).toBe(20);
    // Of each five words four are right, of the pairs three, of the triples two, of the runs of four one.
    const precisions = [16_000 / 20_000, 12_000 / 19_999, 8_000 / 19_998, 4_000 / 19_997];
    const product = precisions.reduce((all, precision) => all * precision);
    expect(await scored('sacrebleu', prediction, target)).toBeCloseTo(100 * product ** 0.25, 9);
    expect(await scored('chrf', prediction, target)).toBeGreaterThan(50);
  });

  test.each(names)('%s of more than ten million characters is skipped with the reason', async (name) => {
    const long = 'word '.repeat(1_100_000);
    expect(await metrics[name]().score({ predictions: long, targets: [long, 'x'] })).toEqual({
      status: 'skipped',
      code: 'too-long',
      reason: `the texts are too long for ${name}: 11,000,001 characters, and 10,000,000 is the most`,
    });
  });

  test('TER of very many words is skipped with the reason', async () => {
    const long = 'a '.repeat(90_000);
    expect(await ter().score({ predictions: long, targets: long })).toEqual({
      status: 'skipped',
      code: 'too-long',
      reason: 'the texts are too long for ter: 4,590,000 steps, and 4,194,304 is the most',
    });
  });

  test('targets that are neither text nor texts are skipped', async () => {
    const data: Record<string, unknown>[] = [{ b: 3 }, { b: 'x' }, { b: [] }, { b: ['x', 1] }, { b: null }].map((row) => ({
      a: 'x',
      ...row,
    }));
    const results = await evaluate({ data, predictions: 'a', targets: 'b', extraMetrics: [sacrebleu()] });
    expect(results.coverage['sacrebleu/v1']).toEqual({
      scored: 1,
      skipped: 4,
      failed: 0,
      reasons: { 'missing-cell': 1, 'wrong-type': 3 },
    });
  });
});

/** Python's `str.isspace`, or nothing at all. */
function isBlank(text: string): boolean {
  return [...text].every((character) => '\x1c\x1d\x1e\x1f\x85'.includes(character) || /(?!\ufeff)\s/u.test(character));
}
