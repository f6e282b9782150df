import { createTouchstone, evaluate } from '@touchstone/core';
import { expect, test } from 'vitest';
import rouge, { characterTokenizer, rouge1, rouge2, rougeL, rougeLsum } from './index.ts';

// The row is one of rouge_score's own documentation; its values are those of the real library (spec of the peers, §4.1).
const target = 'The quick brown fox jumps over the lazy dog';
const prediction = 'The quick brown dog jumps on the log.';

test('the score is the F-measure, with precision and recall in its details', async () => {
  const score = await rouge1().score({ predictions: prediction, targets: target });
  expect(score).toMatchObject({ status: 'scored', details: { precision: 6 / 8, recall: 6 / 9 } });
  expect(score.status === 'scored' && score.value).toBeCloseTo(12 / 17, 12);
  expect(await rougeL().score({ predictions: prediction, targets: target })).toMatchObject({
    details: { precision: 5 / 8, recall: 5 / 9 },
  });
});

test('with several references the best one counts', async () => {
  const alone = await rouge2().score({ predictions: 'a b c', targets: 'x y' });
  const best = await rouge2().score({ predictions: 'a b c', targets: ['x y', 'a b c'] });
  expect(alone).toMatchObject({ value: 0 });
  expect(best).toMatchObject({ value: 1 });
});

test('signatures say the tokenizer and whether words were stemmed', () => {
  expect(rouge1().signature).toBe('rouge1|v1|tokenizer:google|stem:no');
  expect(rougeL({ useStemmer: true }).signature).toBe('rougeL|v1|tokenizer:google|stem:yes');
  expect(rougeLsum({ name: 'mine' }).signature).toBe('rougeLsum|v1|tokenizer:google|stem:no');
  expect(rouge1({ tokenizer: 'unicode' }).signature).toMatch(/^rouge1\|v1\|tokenizer:unicode-words.*icu/u);
  expect(rouge1({ tokenizer: { id: 'comma/1', split: (text: string) => text.split(',') } }).signature).toBe(
    'rouge1|v1|tokenizer:comma/1|stem:no',
  );
});

test('Korean scores 0 with Google’s tokenizer, and a warning counts the rows; other tokenizers see it', async () => {
  const data = [
    { answer: '서울은 대한민국의 수도이다.', expected: '서울은 대한민국의 수도입니다.' },
    { answer: 'Seoul is the capital.', expected: 'Seoul is the capital.' },
  ];
  const results = await evaluate({
    data,
    predictions: 'answer',
    targets: 'expected',
    extraMetrics: [rouge1(), rouge1({ name: 'words', tokenizer: 'unicode' }), rouge1({ name: 'pairs', tokenizer: 'characters' })],
  });
  const [korean] = (await results.tables.eval_results_table.toArray()) ?? [];
  expect(korean?.['rouge1/v1/score']).toBe(0);
  // 3 words a side, 2 in common.
  expect(korean?.['words/v1/score']).toBeCloseTo(2 / 3, 12);
  // 서울 울은 은대 대한 한민 민국 국의 의수 수도 are in both; 도이 이다 다. against 도입 입니 니다 다. share 다. as well: 10 of 12 and 13.
  expect(korean?.['pairs/v1/score']).toBeCloseTo((2 * 10) / (12 + 13), 12);
  expect(results.warnings).toEqual([
    "rouge1: 1 of 2 rows have text that Google's tokenizer cannot see, because it keeps only a–z and 0–9, so their scores say nothing: choose rouge1({ tokenizer: 'unicode' }) or 'characters'.",
  ]);
});

test('stemming makes forms of a word equal', async () => {
  const row = { predictions: 'evaluating models', targets: 'evaluated model' };
  expect(await rouge1().score(row)).toMatchObject({ value: 0 });
  expect(await rouge1({ useStemmer: true }).score(row)).toMatchObject({ value: 1 });
});

test('texts beyond the limit are skipped with the reason, and never guessed', async () => {
  const long = 'word '.repeat(2_500_000);
  expect(await rougeL().score({ predictions: long, targets: long })).toEqual({
    status: 'skipped',
    code: 'too-long',
    reason: 'the texts are too long for rougeL: 25,000,000 characters, and 10,000,000 is the most',
  });
});

test('targets that are neither text nor texts are skipped', async () => {
  // As rows from a file come: their types are not known to the compiler.
  const data: Record<string, unknown>[] = [
    { a: 'x', b: 3 },
    { a: 'x', b: 'x' },
    { a: 'x', b: [] },
  ];
  const results = await evaluate({ data, predictions: 'a', targets: 'b', extraMetrics: [rouge1()] });
  expect(results.coverage['rouge1/v1']).toEqual({ scored: 1, skipped: 2, failed: 0, reasons: { 'wrong-type': 2 } });
});

test('options that do not go together are refused', () => {
  const expectRefusal = (make: () => unknown, sentence: string) => expect(make).toThrow(sentence);
  expectRefusal(
    () => rouge1({ tokenizer: 'unicode', useStemmer: true }),
    "useStemmer goes with Google's tokenizer only: leave out tokenizer, or leave out useStemmer.",
  );
  expectRefusal(
    () => rouge1({ ...JSON.parse('{"stemmer": true}') }),
    "rouge1 has no option 'stemmer'. Did you mean 'useStemmer'?",
  );
  expectRefusal(
    () => rouge1({ ...JSON.parse('{"tokenizer": "words"}') }),
    "There is no ROUGE tokenizer 'words': choose 'google', 'unicode', 'characters' or an object { id, split }.",
  );
});

test('the plug-in’s options configure the preset’s metrics', async () => {
  const touchstone = createTouchstone({ plugins: [rouge({ tokenizer: characterTokenizer({ n: 3 }) })] });
  const results = await touchstone.evaluate({
    data: [{ a: '가나다라', b: '가나다마' }],
    predictions: 'a',
    targets: 'b',
    modelType: 'text-summarization',
  });
  expect(Object.keys(results.signatures)).toEqual(['rouge1/v1', 'rouge2/v1', 'rougeL/v1', 'rougeLsum/v1']);
  expect(results.signatures['rouge1/v1']).toBe('rouge1|v1|tokenizer:characters+nfc(n=3)|stem:no');
  // 가나다 나다라 against 가나다 나다마.
  expect(results.metrics['rouge1/v1/mean']).toBeCloseTo(0.5, 12);
});

test('a metric without functions among its options says how to make it again', () => {
  expect(rouge1({ useStemmer: true }).spec).toEqual({
    module: '@touchstone/metric-rouge',
    export: 'rouge1',
    options: { useStemmer: true },
  });
  expect(rouge1({ tokenizer: { id: 'x', split: () => [] } }).spec).toBeUndefined();
});

test('the language of an evaluation chooses the tokenizer of a preset, unless the plug-in was given one', async () => {
  const data = [{ answer: '고양이가 매트 위에 앉았다', expected: '고양이는 매트 위에 앉아 있다' }];
  const options = { data, predictions: 'answer', targets: 'expected', modelType: 'text-summarization', language: 'ko' } as const;
  const chosen = await createTouchstone({ plugins: [rouge()] }).evaluate(options);
  expect(chosen.signatures['rougeL/v1']).toContain('tokenizer:characters');
  expect(chosen.metrics['rougeL/v1/mean']).toBeGreaterThan(0);
  const given = await createTouchstone({ plugins: [rouge({ tokenizer: 'unicode' })] }).evaluate(options);
  expect(given.signatures['rougeL/v1']).toContain('tokenizer:unicode');
});
