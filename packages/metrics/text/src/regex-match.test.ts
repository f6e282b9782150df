import { evaluate } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import { type RegexMatchOptions, regexMatch } from './index.ts';

describe('the pattern of the option', () => {
  test.each<[Partial<RegexMatchOptions> & { pattern: string }, string, boolean]>([
    [{ pattern: '\\d{4}-\\d{2}' }, 'on 2024-05-01', true],
    [{ pattern: '\\d{4}-\\d{2}', match: 'whole' }, 'on 2024-05', false],
    [{ pattern: '\\d{4}-\\d{2}', match: 'whole' }, '2024-05', true],
    [{ pattern: 'yes|no', match: 'whole' }, 'no', true],
    [{ pattern: 'yes|no', match: 'whole' }, 'nono', false],
    [{ pattern: 'a', match: 'whole', flags: 'm' }, 'b\na', false],
    [{ pattern: '^a$', flags: 'm' }, 'b\na', true],
    [{ pattern: 'PARIS' }, 'Paris', false],
    [{ pattern: 'PARIS', flags: 'i' }, 'Paris', true],
    [{ pattern: '^.$' }, '😀', false],
    [{ pattern: '^.$', flags: 'u' }, '😀', true],
    [{ pattern: '^\\p{Script=Hangul}+$', flags: 'u' }, '서울', true],
    [{ pattern: '^[\\p{L}--[a-z]]+$', flags: 'v' }, 'AÉ', true],
    [{ pattern: '(?<=\\$)\\d+(?!\\d|\\.)' }, 'costs $15', true],
    [{ pattern: '(?<quote>["\']).*?\\k<quote>' }, `it is 'so'`, true],
    [{ pattern: '' }, 'anything', true],
    [{ pattern: '\ud83d' }, '\ud83d', true],
  ])('%j on %j', async (options, predictions, value) => {
    expect(await regexMatch(options).score({ predictions })).toEqual({ status: 'scored', value });
  });
});

describe('a search that does not end', () => {
  const text = `${'a'.repeat(50)}!`;
  const long = 'a'.repeat(1_000_000);
  test.each<[string, string, string]>([
    ['nested quantifiers', '(a+)+$', text],
    ['a repeated alternation', '^(?:a|a)*$', text],
    ['a repeated group in braces', '^(?:a*){9,}$', text],
    ['a quadratic search of a long text', 'a+b', long],
    ['back references', '^(a*)\\1(a*)\\2(a*)\\3b', 'a'.repeat(5_000)],
  ])('is interrupted: %s', async (_, pattern, answer) => {
    const results = await evaluate({
      data: [{ answer }, { answer: 'b' }],
      predictions: 'answer',
      extraMetrics: [regexMatch({ pattern })],
    });
    const [first, second] = await Array.fromAsync(results.rows());
    expect(first?.scores.regex_match).toEqual({
      status: 'failed',
      error: {
        code: 'took-too-long',
        message: 'regex_match: the regular expression took more than 1 s on this row',
        retryable: true,
      },
    });
    expect(second?.scores.regex_match?.status).toBe('scored');
  });

  test('is none where the text only looks like one', async () => {
    for (const pattern of ['[(a+)+]{9}$', '\\(a+\\)+$', 'a{3}', '(?:aa)?']) {
      expect(await regexMatch({ pattern }).score({ predictions: 'a'.repeat(30) })).toMatchObject({ status: 'scored' });
    }
  });

  test('of a pattern that may go wrong and does not', async () => {
    expect(await regexMatch({ pattern: '^(?:\\w+\\s?)+$' }).score({ predictions: 'a few words' })).toEqual({
      status: 'scored',
      value: true,
    });
  });
});

describe('the pattern of each row', () => {
  test('is the target', async () => {
    expect(await regexMatch().score({ predictions: '12 apples', targets: '^\\d+' })).toEqual({ status: 'scored', value: true });
    expect(await regexMatch({ match: 'whole' }).score({ predictions: '12 apples', targets: '\\d+' })).toEqual({
      status: 'scored',
      value: false,
    });
  });

  test('that is none skips the row', async () => {
    expect(await regexMatch().score({ predictions: 'a', targets: 'a(' })).toEqual({
      status: 'skipped',
      code: 'bad-pattern',
      reason: 'the target is no regular expression: /a(/: Unterminated group',
    });
  });
});

test('is part of the signature and of the spec', () => {
  expect(regexMatch().signature).toBe('regex_match|v1');
  const made = regexMatch({ pattern: 'a|b', flags: 'i', match: 'whole' });
  expect(made.signature).toBe('regex_match|v1|pattern:a|b|flags:i|match:whole');
  expect(made.spec?.options).toEqual({ pattern: 'a|b', flags: 'i', match: 'whole' });
});

test.each<[object, string]>([
  [{ pattern: '(' }, 'regex_match: pattern is no regular expression: /(/: Unterminated group.'],
  [{ pattern: 'a)(b', match: 'whole' }, "regex_match: pattern is no regular expression: /a)(b/: Unmatched ')'."],
  [
    { pattern: '\\p{Hangul}', flags: 'u' },
    'regex_match: pattern is no regular expression: /\\p{Hangul}/u: Invalid property name.',
  ],
  [
    { pattern: /yes/i },
    "regex_match: pattern must be a text, because options are plain data: regexMatch({ pattern: 'yes|no', flags: 'i' }) instead of /yes|no/i.",
  ],
  [{ pattern: 'a', flags: 'g' }, 'regex_match: flags is "g", and it may be any of i, m, s, and u or v, each once.'],
  [{ pattern: 'a', flags: 'ii' }, 'regex_match: flags is "ii", and it may be any of i, m, s, and u or v, each once.'],
  [{ pattern: 'a', flags: 'uv' }, 'regex_match: flags is "uv", and it may be any of i, m, s, and u or v, each once.'],
  [{ pattern: 'a', match: 'all' }, `regex_match: match is "all", and it must be 'anywhere' or 'whole'.`],
])('%j is refused before the first row', (options, sentence) => {
  expect(() => regexMatch(options)).toThrow(sentence);
});
