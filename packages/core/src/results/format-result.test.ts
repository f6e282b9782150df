import { expect, test } from 'vitest';
import { displayWidth } from './display-text.ts';
import { formatDuration, formatNumber } from './format-number.ts';
import { formatResult } from './format-result.ts';
import type { ResultDocument } from './result-parts.ts';

const interval = { estimate: 0, low: 0.381234, high: 0.44, level: 0.95, method: 't', n: 57 };

function documentOf(change: Partial<ResultDocument>, run: Partial<ResultDocument['run']> = {}): ResultDocument {
  return {
    run: {
      id: 'a'.repeat(32),
      name: 'mini, prompt 7',
      experiment: 'support-bot',
      status: 'finished',
      startedAt: '2026-01-01T00:00:00.000Z',
      endedAt: '2026-01-01T00:00:02.345Z',
      rows: 60,
      ...run,
    },
    metrics: {},
    intervals: {},
    coverage: {},
    signatures: {},
    skippedMetrics: [],
    usage: { calls: 0, cachedCalls: 0, retries: 0, inputTokens: 0, outputTokens: 0, cost: { usd: 0 } },
    artifacts: {},
    warnings: [],
    ...change,
  };
}

test('a line an aggregate: value, interval, spread, coverage; then what is missing and why', () => {
  const document = documentOf({
    metrics: {
      'toxicity/v1/mean': 0.000012345,
      'toxicity/v1/variance': 0,
      'toxicity/v1/p90': 0.5,
      'toxicity/v1/ratio': 0.0333333,
      'exact_match/v1': 0.25,
      'rougeL/v1/mean': 0.41234567,
      'rougeL/v1/variance': 0.0203111,
      'rougeL/v1/p90': 0.6,
      'triage/rude': 3,
    },
    intervals: { 'exact_match/v1': { ...interval, low: 0.16, high: 0.37 }, 'rougeL/v1/mean': interval },
    coverage: {
      'toxicity/v1': { scored: 60, skipped: 0, failed: 0, reasons: {} },
      'exact_match/v1': { scored: 58, skipped: 1, failed: 1, reasons: { 'missing-cell': 1, timeout: 1 } },
      'rougeL/v1': { scored: 58, skipped: 1, failed: 1, reasons: { 'missing-cell': 1, timeout: 1 } },
      tone: { scored: 0, skipped: 0, failed: 60, reasons: { exception: 60 } },
    },
    skippedMetrics: [
      { name: 'ari_grade_level', reason: 'its package is not installed', hint: 'npm i @touchstone/metric-readability' },
      { name: 'token_count', reason: 'no column' },
    ],
    warnings: [
      'tone: no valid scores (exception 60).',
      'rougeL/v1: 10 rows have text that the tokenizer does not see; a tokenizer for their language counts it.',
    ],
    usage: { calls: 1200, cachedCalls: 20, retries: 3, inputTokens: 12345, outputTokens: 1, cost: { usd: 0.123456 } },
  });
  expect(formatResult(document)).toBe(
    `
mini, prompt 7 · support-bot · finished · 60 rows · 2.3 s

metric                value     95 % interval  variance     p90  scored
toxicity/v1/mean   1.234e-5                           0  0.5000   60/60
toxicity/v1/ratio   0.03333                                       60/60
exact_match/v1       0.2500  [0.1600, 0.3700]                     58/60
rougeL/v1/mean       0.4123  [0.3812, 0.4400]   0.02031  0.6000   58/60
tone                                                               0/60
triage/rude               3

Not scored
  exact_match/v1, rougeL/v1: 1 skipped, 1 failed (missing-cell 1, timeout 1)
  tone: 60 failed (exception)

Skipped metrics
  ari_grade_level: its package is not installed → npm i
    @touchstone/metric-readability
  token_count: no column

Warnings
  tone: no valid scores (exception 60).
  rougeL/v1: 10 rows have text that the tokenizer does not see; a tokenizer
    for their language counts it.

1,200 calls (and 20 from the cache) · 12,345 tokens in · 1 token out
0.1235 USD
`.trim(),
  );
});

test('Korean names take two cells a letter and stay aligned', () => {
  const document = documentOf(
    {
      metrics: { '정확도/v1/mean': 0.5, 'rougeL/v1/mean': 12.3456 },
      intervals: { '정확도/v1/mean': interval },
      coverage: {
        '정확도/v1': { scored: 2, skipped: 0, failed: 0, reasons: {} },
        'rougeL/v1': { scored: 2, skipped: 0, failed: 0, reasons: {} },
      },
    },
    { name: '한국어 질문', experiment: '고객 지원', rows: 1000 },
  );
  const text = formatResult(document);
  expect(text).toBe(
    `
한국어 질문 · 고객 지원 · finished · 1,000 rows · 2.3 s

metric           value     95 % interval  scored
정확도/v1/mean  0.5000  [0.3812, 0.4400]     2/2
rougeL/v1/mean   12.35                       2/2
`.trim(),
  );
  expect(text.split('\n').slice(3).map(displayWidth)).toEqual([48, 48]);
});

test('preset names and 1,000 rows fit 80 cells; narrower, spread goes first, then the middle of names', () => {
  const key = 'flesch_kincaid_grade_level/v1';
  const document = documentOf({
    metrics: { [`${key}/mean`]: 8.4, [`${key}/variance`]: 2.123456, [`${key}/p90`]: 12.3 },
    intervals: { [`${key}/mean`]: { ...interval, low: 8.123456, high: 8.87654 } },
    coverage: { [key]: { scored: 1000, skipped: 0, failed: 0, reasons: {} } },
  });
  expect(formatResult(document).split('\n').slice(2)).toEqual([
    'metric                         value   95 % interval  variance    p90     scored',
    'flesch_kincaid…_level/v1/mean  8.400  [8.123, 8.877]     2.123  12.30  1000/1000',
  ]);
  expect(formatResult(document, { width: 60 }).split('\n').slice(2)).toEqual([
    'metric                      value   95 % interval     scored',
    'flesch_kinca…level/v1/mean  8.400  [8.123, 8.877]  1000/1000',
  ]);
});

test.each([
  [
    'incomplete',
    '12 of 60 rows failed, more than the error budget of 10 % allows',
    'Incomplete: 12 of 60 rows failed, more than the error budget of 10 % allows',
  ],
  ['interrupted', 'it was stopped', 'Interrupted: it was stopped'],
] as const)('an unfinished run (%s) says why', (status, reason, expected) => {
  const { endedAt: _, ...rest } = documentOf({}, { status, reason }).run;
  expect(formatResult({ ...documentOf({}), run: rest })).toBe(
    `mini, prompt 7 · support-bot · ${status} · 60 rows\n\nNo metric was computed.\n\n${expected}`,
  );
});

test('what a name or a reason carries never reaches the terminal', () => {
  const text = formatResult(
    documentOf(
      {
        metrics: { 'x\u001b[31m/mean': 1 },
        warnings: ['a\u001b]0;b\u0007\nc'],
        skippedMetrics: [{ name: 'y\u009b', reason: 'z\u202e' }],
      },
      { name: 'n\u001b[2J', rows: 1 },
    ),
  );
  expect(text).toBe(
    'n␛[2J · support-bot · finished · 1 row · 2.3 s\n\nmetric       value\nx␛[31m/mean      1\n\nSkipped metrics\n  y�: z�\n\nWarnings\n  a␛]0;b␇ c',
  );
});

test.each([
  [0.41234567, '0.4123'],
  [0.1 + 0.2, '0.3000'],
  [12.3456, '12.35'],
  [999.96, '1000'],
  [1234.56, '1235'],
  [123456.7, '123457'],
  [60, '60'],
  [0, '0'],
  [-0.5, '-0.5000'],
  [0.0001234, '0.0001234'],
  [0.00001234, '1.234e-5'],
  [1e21, '1.000e+21'],
])('%d is shown as %s', (value, text) => expect(formatNumber(value)).toBe(text));

test.each([
  [350, '0.3 s'],
  [12_345, '12.3 s'],
  [59_990, '1 min 0 s'],
  [125_000, '2 min 5 s'],
  [3_780_000, '1 h 3 min'],
])('%i ms last %s', (milliseconds, text) => expect(formatDuration(milliseconds)).toBe(text));
