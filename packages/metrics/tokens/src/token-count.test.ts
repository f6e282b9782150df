import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createTouchstone, evaluate, type Item, type Score } from '@touchstone/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import tokens, { type Encoding, tokenCount } from './index.ts';

const countOf = async (predictions: string, encoding: Encoding = 'cl100k_base'): Promise<unknown> => {
  const score = await tokenCount({ encoding }).score({ predictions });
  return score.status === 'scored' ? score.value : score;
};

/**
 * `len(encoding.encode_ordinary(text))` of tiktoken 0.14.0: chosen texts, and random ones of pieces that its patterns part differently.
 * Its vocabularies were gpt-tokenizer's `data/*.tiktoken`, which have the SHA-256 that tiktoken expects of its own.
 */
const counted: readonly ({ readonly text: string } & Readonly<Record<Vocabulary, number>>)[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '__fixtures__/tiktoken-counts.json'), 'utf8'),
);
type Vocabulary = 'cl100k_base' | 'o200k_base' | 'p50k_base' | 'r50k_base';

test.each<[Encoding, Vocabulary]>([
  ['cl100k_base', 'cl100k_base'],
  ['o200k_base', 'o200k_base'],
  ['o200k_harmony', 'o200k_base'],
  ['p50k_base', 'p50k_base'],
  ['p50k_edit', 'p50k_base'],
  ['r50k_base', 'r50k_base'],
  ['gpt2', 'r50k_base'],
])('%s counts as tiktoken does', async (encoding, column) => {
  expect(counted).toHaveLength(300);
  const wrong: string[] = [];
  for (const row of counted) if ((await countOf(row.text, encoding)) !== row[column]) wrong.push(row.text);
  expect(wrong).toEqual([]);
});

const goldenFolder = process.env.TOUCHSTONE_GOLDEN ?? '';

test.skipIf(goldenFolder === '')('6,000 texts as MLflow’s tiktoken counts them, and ten that it cannot count', async () => {
  const lines = gunzipSync(readFileSync(join(goldenFolder, 'text/texts.jsonl.gz')))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  const texts = lines.map((line): { id: string; text: string; cl100k_tokens: number | null } => JSON.parse(line));
  expect(texts).toHaveLength(6000);
  const wrong: string[] = [];
  const special: unknown[] = [];
  for (const { id, text, cl100k_tokens } of texts) {
    const count = await countOf(text);
    if (cl100k_tokens === null) special.push([id, count]);
    else if (count !== cl100k_tokens) wrong.push(id);
  }
  expect(wrong).toEqual([]);
  // encode_ordinary of the same tiktoken, where encode raises because of `<|fim_prefix|>` and the like.
  expect(special).toEqual([
    ['t00792', 48],
    ['t01849', 26],
    ['t02529', 48],
    ['t02943', 24],
    ['t03850', 43],
    ['t03881', 40],
    ['t04019', 29],
    ['t04461', 21],
    ['t04703', 67],
    ['t04857', 54],
  ]);
});

describe('against gpt-tokenizer’s own encoder, which is right on texts like these', () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.constantFrom(
      'word',
      ' Word',
      "it's",
      '서울',
      '한국어',
      ' 수도',
      '中文',
      'née',
      '😀',
      '1234',
      '\n\n',
      '   ',
      '…',
      '<|endoftext|>',
    ),
  );
  const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

  test.each(['cl100k_base', 'o200k_base', 'p50k_base', 'r50k_base'] as const)('%s', async (encoding) => {
    const library = await import(`gpt-tokenizer/encoding/${encoding}`);
    await fc.assert(
      fc.asyncProperty(text, async (one) => {
        expect(await countOf(one, encoding)).toBe(library.countTokens(one, { disallowedSpecial: new Set() }));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['words', 'word '.repeat(250_000)],
    ['words that end with an apostrophe', "it's ".repeat(250_000)],
    ['Korean', '서울은 한국의 수도입니다.\n'.repeat(80_000)],
    ['marks after letters', 'e\u0301a '.repeat(300_000)],
    ['one letter and punctuation', 'ㅋㅋ!'.repeat(400_000)],
  ])('texts of more than a million characters: %s', async (_, long) => {
    const { countTokens } = await import('gpt-tokenizer/encoding/cl100k_base');
    expect(await countOf(long)).toBe(countTokens(long));
  });
});

describe('a million characters without an end', () => {
  // Of tiktoken 0.14.0, but for the blanks in o200k_base, where it panics: 7,812 pieces of 128 and one of 64.
  test.each<[string, number, number]>([
    ['a', 125_000, 125_000],
    ['ab', 500_000, 250_000],
    ['한', 1_000_000, 1_000_000],
    ['\u0323\u0301', 1_500_000, 1_000_000],
    [' ', 7_813, 7_813],
  ])('%j', async (unit, cl100k, o200k) => {
    const text = unit.repeat(1_000_000 / unit.length);
    expect(await countOf(text)).toBe(cl100k);
    expect(await countOf(text, 'o200k_base')).toBe(o200k);
  });

  test('more than two million are skipped', async () => {
    expect(await countOf('ㅋ'.repeat(2_500_000))).toEqual({
      status: 'skipped',
      code: 'too-long',
      reason: 'the text has more than 2,097,152 characters in a row without the end of a word',
    });
  });
});

test('a lone surrogate counts as the replacement character, as tiktoken has it', async () => {
  expect(await countOf('a\ud83db')).toBe(await countOf('a\ufffdb'));
});

test('keys, column and values are those of MLflow, and cells that are no text are skipped', async () => {
  const data = [{ answer: 'Paris' }, { answer: 'It was written by William Shakespeare, an English playwright.' }, { answer: 7 }];
  const results = await createTouchstone({ plugins: [tokens()] }).evaluate({ data, predictions: 'answer', modelType: 'text' });
  expect(results.metrics).toEqual({ 'token_count/mean': 6, 'token_count/variance': 25, 'token_count/p90': 10 });
  expect(results.signatures).toEqual({ token_count: 'token_count|encoding:cl100k_base' });
  expect(results.coverage.token_count).toEqual({ scored: 2, skipped: 1, failed: 0, reasons: { 'not-text': 1 } });
  const table = await results.tables.eval_results_table.toJSON();
  expect(table.columns).toEqual(['outputs', 'token_count']);
  expect(table.data.map(([, count]) => count)).toEqual([1, 11, null]);
});

test('two of them stand side by side', async () => {
  const results = await evaluate({
    data: [{ answer: '서울은 한국의 수도입니다.' }],
    predictions: 'answer',
    extraMetrics: [tokenCount(), tokenCount({ name: 'token_count_gpt5', model: 'gpt-5-mini' })],
  });
  expect(results.metrics).toMatchObject({ 'token_count/mean': 12, 'token_count_gpt5/mean': 7 });
  expect((await results.tables.eval_results_table.toJSON()).columns).toEqual(['outputs', 'token_count', 'token_count_gpt5']);
});

test('scoring waits for the vocabulary once', async () => {
  const metric = tokenCount({ encoding: 'p50k_edit' });
  if (metric.form !== 'row') throw new Error('no row metric');
  const context = { model: () => Promise.reject() } as never;
  const items = [{ columns: { predictions: 'hello world' }, scores: {}, prediction: {}, work: {} } as unknown as Item];
  const expected: readonly Score[] = [{ status: 'scored', value: 2 }];
  expect(await metric.scoreItems(items, context)).toEqual(expected);
  expect(metric.scoreItems(items, context)).toEqual(expected);
});

describe('the encoding of a model', () => {
  // tiktoken.encoding_name_for_model
  test.each([
    ['gpt-4o-mini', 'o200k_base'],
    ['gpt-4o-2024-08-06', 'o200k_base'],
    ['chatgpt-4o-latest', 'o200k_base'],
    ['gpt-4.1-nano', 'o200k_base'],
    ['gpt-5.2-pro', 'o200k_base'],
    ['o1', 'o200k_base'],
    ['o4-mini-2025-04-16', 'o200k_base'],
    ['gpt-oss-120b', 'o200k_base'],
    ['ft:gpt-4o-mini:ours::abc', 'o200k_base'],
    ['gpt-4', 'cl100k_base'],
    ['gpt-4-turbo-2024-04-09', 'cl100k_base'],
    ['gpt-3.5-turbo', 'cl100k_base'],
    ['gpt-35-turbo-16k', 'cl100k_base'],
    ['text-embedding-3-large', 'cl100k_base'],
    ['davinci-002', 'cl100k_base'],
    ['ft:gpt-3.5-turbo:ours', 'cl100k_base'],
    ['text-davinci-003', 'p50k_base'],
    ['code-davinci-edit-001', 'p50k_base'],
    ['cushman-codex', 'p50k_base'],
    ['davinci', 'r50k_base'],
    ['text-similarity-ada-001', 'r50k_base'],
    ['gpt2', 'r50k_base'],
  ])('%s: %s', (model, encoding) => {
    expect(tokenCount({ model }).signature).toBe(`token_count|encoding:${encoding}`);
    expect(tokenCount({ model: `openai:/${model}` }).signature).toBe(`token_count|encoding:${encoding}`);
  });

  test('is that of gpt-tokenizer’s list', async () => {
    const { modelToEncodingMap } = await import('gpt-tokenizer/mapping');
    const listed = Object.entries(modelToEncodingMap);
    expect(listed.length).toBeGreaterThan(50);
    for (const [model, encoding] of listed) {
      expect([model, tokenCount({ model }).signature]).toEqual([model, tokenCount({ encoding }).signature]);
    }
  });

  test.each(['gpt-6', 'gpt-40', 'claude-sonnet-5', 'o11', 'anthropic:/claude-sonnet-5', 'whisper-1', ''])(
    '%j has none',
    (model) => {
      expect(() => tokenCount({ model })).toThrow(
        `token_count: the encoding of the model '${model}' is not known. Name the encoding instead, as in encoding: 'o200k_base' (cl100k_base, o200k_base, o200k_harmony, p50k_base, p50k_edit, r50k_base, gpt2).`,
      );
    },
  );
});

test.each<[object, string]>([
  [{ encoding: 'cl100kbase' }, "token_count: there is no encoding 'cl100kbase'. Did you mean 'cl100k_base'?"],
  [
    { encoding: 'sentencepiece' },
    "token_count: there is no encoding 'sentencepiece'. There are: cl100k_base, o200k_base, o200k_harmony, p50k_base, p50k_edit, r50k_base, gpt2.",
  ],
  [{ encoding: 'gpt2', model: 'gpt-4' }, 'token_count: give encoding or model, not both.'],
  [{ encodings: 'gpt2' }, "token_count has no option 'encodings'. Did you mean 'encoding'?"],
])('%j is refused', (options, sentence) => {
  expect(() => tokenCount(options)).toThrow(sentence);
});
