import { describe, expect, test } from 'vitest';
import { limitHeaders } from './limit-headers.ts';

const NOW = Date.UTC(2026, 10, 26, 12, 0, 0);

describe('limits of headers', () => {
  test.each([
    ['20ms', 20],
    ['1.5s', 1_500],
    ['6m0.25s', 360_250],
    ['1h2m', 3_720_000],
    ['1d', 86_400_000],
    ['7', 7_000],
  ])("of OpenAI's kind, with a reset of %s", (reset, resetMs) => {
    const headers = new Headers({
      'x-ratelimit-limit-tokens': '200000',
      'x-ratelimit-remaining-tokens': '199000',
      'x-ratelimit-reset-tokens': reset,
    });
    expect(limitHeaders(headers, NOW)).toEqual([{ of: 'tokens', name: 'x-tokens', limit: 200_000, remaining: 199_000, resetMs }]);
  });

  test("of Anthropic's kind, whose resets are times", () => {
    const headers = new Headers({
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-requests-reset': '2026-11-26T12:00:30Z',
      'anthropic-ratelimit-input-tokens-limit': '30000',
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': '2026-11-26T11:59:59Z',
    });
    expect(limitHeaders(headers, NOW)).toEqual([
      { of: 'requests', name: 'requests', limit: 50, remaining: 49, resetMs: 30_000 },
      { of: 'tokens', name: 'input-tokens', limit: 30_000, remaining: 0, resetMs: 0 },
    ]);
  });

  test.each([
    ['a part is missing', { 'x-ratelimit-remaining-requests': '3' }],
    ['a part is no number', { 'x-ratelimit-limit-requests': 'unlimited', 'x-ratelimit-remaining-requests': '3' }],
    [
      'the limit is 0, as some servers say that have none',
      { 'x-ratelimit-limit-requests': '0', 'x-ratelimit-remaining-requests': '0' },
    ],
    ['there are none', {}],
  ])('are none where %s', (_, headers) => {
    expect(limitHeaders(new Headers(headers), NOW)).toEqual([]);
  });

  test('have no reset where it cannot be read', () => {
    const headers = new Headers({
      'x-ratelimit-limit-requests': '5',
      'x-ratelimit-remaining-requests': '4',
      'x-ratelimit-reset-requests': 'soon',
    });
    expect(limitHeaders(headers, NOW)).toEqual([{ of: 'requests', name: 'x-requests', limit: 5, remaining: 4 }]);
  });
});
