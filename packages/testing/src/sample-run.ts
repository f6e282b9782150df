import type { CallRecord, Plan, PlannedMetric, RunRecord } from '@touchstone/core';

/** A run record with an id of its own. */
export function sampleRun(change: Partial<RunRecord> = {}): RunRecord {
  return {
    id: crypto.randomUUID().replaceAll('-', ''),
    name: 'quiet-otter',
    experiment: 'default',
    status: 'running',
    startedAt: 1_790_000_000_000,
    tags: {},
    provenance: { node: '24.0.0' },
    ...change,
  };
}

/** A plan with this many metrics. */
export function samplePlan(metrics: number, change: Partial<Plan> = {}): Plan {
  return {
    data: { name: 'questions', columns: ['question', 'answer'], inputs: ['question'], features: ['question'], seed: 0 },
    trials: 1,
    metrics: Array.from({ length: metrics }, (_, index) => sampleMetric(`metric${index}`)),
    skippedMetrics: [],
    evaluators: ['default'],
    services: [],
    limits: { concurrency: 10, timeoutMs: 60_000, errorBudget: 0.1, threads: 0, attempts: 3 },
    fingerprint: 'f'.repeat(64),
    ...change,
  };
}

function sampleMetric(name: string): PlannedMetric {
  return {
    name,
    key: `${name}/v1`,
    form: 'row',
    signature: `${name}/v1`,
    greaterIsBetter: true,
    columns: { predictions: { from: 'prediction', column: 'answer' } },
    dependsOn: [],
  };
}

/** Strings that stores have lost before: the sentence of a test fails with the one that was changed. */
export const HOSTILE_TEXTS: readonly string[] = [
  '',
  ' leading and trailing ',
  'a\u0000b',
  '\u0000',
  '\ud800',
  'a\udc00b',
  '\udfff\ud800',
  '👩‍👩‍👧‍👦',
  '한국어 텍스트',
  '\u1112\u1161\u11ab', // decomposed 한: must not be normalised
  'it\'s "quoted"; DROP TABLE run; --',
  '\\u0041',
  '\ufeffbyte order mark',
  '\uffff\ufffe',
  'line\r\nbreak\u2028\u2029',
  'null',
  '123',
  '__proto__',
  'x'.repeat(100_000),
];

/** What is known of a call that a test does not care about. */
export function sampleCall(): CallRecord {
  return { evaluation: 1, service: 'fake:/one', purpose: 'model', attempts: 1, usage: {}, latencyMs: 10, waitMs: 0 };
}
