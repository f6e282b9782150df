import { describe, expect, test } from 'vitest';
import { displayWidth } from './display-text.ts';
import { formatResult } from './format-result.ts';
import type { ResultDocument } from './result-parts.ts';
import type { ResultUsage, UsagePart } from './summary.ts';

const none: UsagePart = { calls: 0, retries: 0, inputTokens: 0, outputTokens: 0, cost: { usd: 0 } };

/** What the text says besides what it always says. */
function detailOf(usage: Partial<ResultUsage>): string {
  const document: ResultDocument = {
    run: {
      id: 'a'.repeat(32),
      name: '하루',
      experiment: 'e',
      status: 'finished',
      startedAt: '2026-01-01T00:00:00.000Z',
      rows: 1,
    },
    metrics: {},
    intervals: {},
    coverage: {},
    signatures: {},
    skippedMetrics: [],
    usage: { ...none, cachedCalls: 0, ...usage },
    artifacts: {},
    warnings: [],
  };
  const text = formatResult(document, { detail: 'usage' });
  for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80);
  const without = formatResult(document);
  expect(text.startsWith(without)).toBe(true);
  return text.slice(without.length).trim();
}

const mini: UsagePart = {
  calls: 1200,
  retries: 12,
  inputTokens: 210_000,
  outputTokens: 88_000,
  cachedTokens: 4_000,
  reasoningTokens: 60_000,
  cost: { usd: 0.2285 },
  latencyMs: 1200 * 1234,
  waitMs: 1200 * 350,
  timeToFirstTokenMs: 412,
};
const judge: UsagePart = {
  calls: 100,
  retries: 0,
  inputTokens: 50_000,
  outputTokens: 1_000,
  cost: { usd: 0.5, unpricedCalls: 40 },
  latencyMs: 100 * 80,
  waitMs: 0,
};

describe('the detail of what calls used', () => {
  test('has a line for each model and each of those who asked, with the means of a call', () => {
    const whole = {
      ...mini,
      calls: 1300,
      inputTokens: 260_000,
      outputTokens: 89_000,
      latencyMs: 1300 * 1145,
      waitMs: 1300 * 323,
    };
    expect(
      detailOf({
        ...whole,
        retries: 15,
        cost: { usd: 0.7285, unpricedCalls: 40 },
        cachedCalls: 7,
        models: { 'openai:/gpt-5-mini': mini, 'anthropic:/claude-opus-4-8-with-a-long-name': judge },
        metrics: { model: mini, 한국어_채점: judge },
      }),
    ).toBe(
      `
model               calls  retries  tokens in     out       USD  latency    wait
openai:/gpt-5-mini  1,200       12    210,000  88,000    0.2285    1.2 s  350 ms
anthropic:/claude-opus-4-8-with-a-long-name
                      100        0     50,000   1,000  ≥ 0.5000    80 ms    0 ms
all models          1,300       15    260,000  89,000  ≥ 0.7285    1.1 s  323 ms

asked by
model               1,200       12    210,000  88,000    0.2285    1.2 s  350 ms
한국어_채점           100        0     50,000   1,000  ≥ 0.5000    80 ms    0 ms

Latency and wait are means of a call: its own time, and what it waited for
limits and between attempts.
openai:/gpt-5-mini: the first token came after 412 ms.
The provider had 4,000 tokens of the input in its cache.
60,000 tokens of the output were thought and not said.
7 answers had been there already, and cost nothing again.
Calls that failed for good were tried again 3 times.
The price of 40 calls is not known: what they cost stands in no sum here.
`.trim(),
    );
  });

  test('says nothing twice where the model alone asks, and nothing where nobody asked', () => {
    const one: UsagePart = { ...none, calls: 1, inputTokens: 2, outputTokens: 3, cost: { usd: 0, unpricedCalls: 1 } };
    expect(detailOf({ ...one, models: { 'ours:/one': one }, metrics: { model: one } })).toBe(
      `
model      calls  retries  tokens in  out  USD  latency  wait
ours:/one      1        0          2    3    ?     0 ms  0 ms

Latency and wait are means of a call: its own time, and what it waited for
limits and between attempts.
The price of 1 call is not known: what they cost stands in no sum here.
`.trim(),
    );
    expect(detailOf({})).toBe('');
  });
});

describe('what was learned of limits', () => {
  const start = Date.parse('2026-01-01T00:00:00.000Z');
  const mini = 'openai|https://api.openai.com/v1|3f0c12ab|gpt-5-mini';

  test('is told by scope, in the order in which it was learned', () => {
    expect(
      detailOf({
        limits: [
          { at: start + 400, scope: mini, what: 'requests-per-minute', value: 500, why: 'header' },
          {
            at: start + 410,
            scope: 'anthropic|https://api.anthropic.com|9a',
            what: 'tokens-per-minute',
            value: 80000,
            why: 'header',
          },
          { at: start + 65_000, scope: mini, what: 'concurrency', value: 23.6, why: '429' },
          { at: start + 65_100, scope: mini, what: 'pause', value: 1500, why: '5xx' },
        ],
      }),
    ).toBe(
      `
What was learned of limits
  openai · https://api.openai.com/v1 · 3f0c12ab · gpt-5-mini
    after     0.4 s  requests a minute    500  header
    after 1 min 5 s  calls in flight       24  429
    after 1 min 5 s  pause              1.5 s  5xx
  anthropic · https://api.anthropic.com · 9a
    after 0.4 s  tokens a minute  80,000  header
`.trim(),
    );
  });

  test('is shortened to what came last', () => {
    const limits = Array.from({ length: 50 }, (_, n) => ({
      at: start + n * 1000,
      scope: mini,
      what: 'concurrency' as const,
      value: n + 1,
      why: 'probe',
    }));
    const lines = detailOf({ limits }).split('\n');
    expect(lines).toHaveLength(2 + 1 + 20);
    expect(lines[2]).toBe('    30 earlier changes: in the JSON');
    expect(lines.at(-1)).toBe('    after 49.0 s  calls in flight  50  probe');
  });
});
