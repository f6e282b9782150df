import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createTouchstone, evaluate } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import text, { exactMatch } from './index.ts';

test.each([
  ['a', 'a', true],
  ['a', 'A', false],
  ['a', ' a', false],
  ['é', 'e\u0301', false],
  ['서울', '서울', true],
  [2, 2, true],
  [2, '2', false],
  [true, true, true],
  [true, 1, false],
  [[1, 2], [1, 2], true],
  [[1, 2], [2, 1], false],
  [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [[], {}, false],
  ['', '', true],
])('%j against %j is %s', async (predictions, targets, equal) => {
  expect(await exactMatch().score({ predictions, targets })).toMatchObject({ status: 'scored', value: equal });
});

const goldenFolder = process.env.TOUCHSTONE_GOLDEN ?? '';

test.skipIf(goldenFolder === '')('is `prediction == target` of Python on 6,000 pairs', async () => {
  const lines = gunzipSync(readFileSync(join(goldenFolder, 'text/pairs.jsonl.gz')))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  const pairs = lines.map((line): Pair => JSON.parse(line));
  expect(pairs).toHaveLength(6000);
  const results = await evaluate({
    data: pairs,
    id: 'id',
    predictions: 'prediction',
    targets: 'target',
    extraMetrics: [exactMatch()],
  });
  const wrong: unknown[] = [];
  for await (const { columns, scores } of results.rows()) {
    if (scores.exact_match?.status !== 'scored' || scores.exact_match.value !== columns.exact) wrong.push(columns.id);
  }
  expect(wrong).toEqual([]);
});

interface Pair {
  readonly id: string;
  readonly prediction: string;
  readonly target: string;
  readonly exact: boolean;
}

describe('with options', () => {
  test.each<[Parameters<typeof exactMatch>[0], unknown, unknown, boolean]>([
    // Case: Unicode's full folding, as str.casefold of Python has it.
    [{ ignoreCase: true }, 'PARIS', 'paris', true],
    [{ ignoreCase: true }, 'STRASSE', 'straße', true],
    [{ ignoreCase: true }, 'ΟΔΟΣ', 'οδος', true],
    [{ ignoreCase: true }, 'οδοσ', 'οδος', true],
    [{ ignoreCase: true }, 'ﬃ', 'FFI', true],
    [{ ignoreCase: true }, 'İ', 'i\u0307', true],
    [{ ignoreCase: true }, 'ϴ', 'θ', true],
    [{ ignoreCase: true }, 'Москва', 'МОСКВА', true],
    [{ ignoreCase: true }, 'é', 'e', false],
    [{ ignoreCase: true }, 'a ', 'a', false],
    // White space: both ends go, and a run inside is one space.
    [{ ignoreWhitespace: true }, '  a \n\t b ', 'a b', true],
    [{ ignoreWhitespace: true }, '\u3000서울\u00a0은\u0085', '서울 은', true],
    [{ ignoreWhitespace: true }, 'a b', 'ab', false],
    [{ ignoreWhitespace: true }, 'a\u200bb', 'a b', false],
    [{ ignoreWhitespace: true }, ' ', '', true],
    // Punctuation: Unicode's, and what string.punctuation of Python has besides.
    [{ ignorePunctuation: true }, '“Paris.”', 'Paris', true],
    [{ ignorePunctuation: true }, '「서울」。', '서울', true],
    [{ ignorePunctuation: true }, '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', '', true],
    [{ ignorePunctuation: true }, '5€', '5', false],
    [{ ignorePunctuation: true }, 'a - b', 'a b', false],
    [{ ignorePunctuation: true, ignoreWhitespace: true }, 'a - b', 'a b', true],
    // Normal forms.
    [{ normalization: 'NFC' }, '한국', '한국'.normalize('NFD'), true],
    [{ normalization: 'NFD' }, '한국', '한국'.normalize('NFD'), true],
    [{ normalization: 'NFC' }, 'Å', '\u212b', true],
    [{ normalization: 'NFC' }, 'ﬁ', 'fi', false],
    [{ normalization: 'NFKC' }, 'ﬁ', 'fi', true],
    [{ normalization: 'NFKC' }, '１２', '12', true],
    [{ normalization: 'NFKC' }, 'ﾊﾟ', 'パ', true],
    [{ normalization: 'NFC' }, 'e\u0323\u0301', 'e\u0301\u0323', true],
    // Types stay, and so do keys.
    [{ ignoreCase: true, ignoreWhitespace: true }, 2, '2', false],
    [{ ignoreCase: true }, ['A', { k: 'B' }], ['a', { k: 'b' }], true],
    [{ ignoreCase: true }, { K: 'b' }, { k: 'b' }, false],
    [{ ignoreCase: true }, '\ud83d', '\ud83d', true],
    [{ normalization: 'NFKC' }, '\ud83d', '\ude00', false],
  ])('%j: %j against %j is %s', async (options, predictions, targets, value) => {
    expect(await exactMatch(options).score({ predictions, targets })).toMatchObject({ status: 'scored', value });
  });

  test('a million marks on a letter are compared in normal form', async () => {
    const marks = `e${'\u0301\u0323'.repeat(500_000)}`;
    const row = { predictions: marks, targets: `${marks}!` };
    expect(await exactMatch({ normalization: 'NFC' }).score(row)).toEqual({ status: 'scored', value: false });
    expect(await exactMatch({ normalization: 'NFC', ignorePunctuation: true }).score(row)).toEqual({
      status: 'scored',
      value: true,
    });
  });

  test('those that were changed are in the signature, and a metric without any has the one it always had', () => {
    expect(exactMatch().signature).toBe('exact_match|v1');
    expect(exactMatch({ ignoreCase: false, normalization: 'none' }).signature).toBe('exact_match|v1');
    expect(exactMatch({ ignoreCase: true, normalization: 'NFC' }).signature).toBe(
      'exact_match|v1|normalization:NFC|ignoreCase:yes',
    );
    expect(exactMatch({ ignoreCase: true }).spec).toEqual({
      module: '@touchstone/metric-text',
      export: 'exactMatch',
      options: { ignoreCase: true },
    });
  });

  test('a second one under a name of its own has that name as its key', async () => {
    const loose = exactMatch({ name: 'loose_match', ignoreCase: true });
    const data = [{ answer: 'paris', expected: 'Paris' }];
    const results = await evaluate({ data, predictions: 'answer', targets: 'expected', extraMetrics: [exactMatch(), loose] });
    expect(results.metrics).toEqual({ 'exact_match/v1': 0, 'loose_match/v1': 1 });
  });

  test.each<[object, string]>([
    [{ normalization: 'nfc' }, "exact_match: there is no normalization 'nfc'. Did you mean 'NFC'?"],
    [{ normalization: 7 }, "exact_match: there is no normalization '7'. There are: none, NFC, NFD, NFKC, NFKD."],
    [{ ignoreCase: 'yes' }, 'exact_match: ignoreCase is "yes", and it must be true or false.'],
    [{ ignorecase: true }, "exact_match has no option 'ignorecase'. Did you mean 'ignoreCase'?"],
  ])('%j is refused', (options, sentence) => {
    expect(() => exactMatch(options)).toThrow(sentence);
  });
});

test('a row without prediction or target is skipped', async () => {
  expect(await exactMatch().score({ predictions: null, targets: 'x' })).toEqual({
    status: 'skipped',
    code: 'missing-cell',
    reason: "'predictions' is null",
  });
});

test('the result has the share under MLflow’s key with a Wilson interval, and no column in the table', async () => {
  const answers = ['a', 'b', 'c', 'x', null];
  const data = answers.map((answer, index) => ({ answer, expected: 'abcde'[index] ?? '' }));
  const results = await evaluate({ data, predictions: 'answer', targets: 'expected', extraMetrics: [exactMatch()] });
  expect(results.metrics).toEqual({ 'exact_match/v1': 0.75 });
  // Wilson, k = 3, n = 4: scipy.stats.binomtest(3, 4).proportion_ci(method='wilson')
  expect(results.intervals['exact_match/v1']?.low).toBeCloseTo(0.30064183, 6);
  expect(results.intervals['exact_match/v1']?.high).toBeCloseTo(0.95441273, 6);
  expect(results.intervals['exact_match/v1']?.method).toBe('wilson');
  expect(results.coverage['exact_match/v1']).toEqual({ scored: 4, skipped: 1, failed: 0, reasons: { 'missing-cell': 1 } });
  expect((await results.tables.eval_results_table.toJSON()).columns).toEqual(['expected', 'answer']);
});

test('the preset of question-answering finds it by name', async () => {
  const touchstone = createTouchstone({ plugins: [text()] });
  const results = await touchstone.evaluate({
    data: [{ a: 'x', b: 'x' }],
    predictions: 'a',
    targets: 'b',
    modelType: 'question-answering',
  });
  expect(results.metrics['exact_match/v1']).toBe(1);
  expect(results.signatures['exact_match/v1']).toBe('exact_match|v1');
});

test('a text and a number that look the same are unequal, and the reason is said', async () => {
  const data = [
    { answer: '42', expected: 42 },
    { answer: 'true', expected: true },
    { answer: '41', expected: 42 },
    { answer: '42', expected: '42' },
  ];
  const results = await evaluate({ data, predictions: 'answer', targets: 'expected', extraMetrics: [exactMatch()] });
  expect(results.metrics['exact_match/v1']).toBe(0.25);
  expect(results.warnings).toEqual([
    'exact_match: 2 of 4 rows compare a text with a number or a yes/no, which are never equal: give the data as texts (a CSV column with --column-type NAME=text), or have the model return numbers.',
  ]);
});
