import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { evaluationOf, metricOf, planOf } from './__fixtures__/stored-evaluation.ts';
import { EvaluationResult } from './evaluation-result.ts';
import type { ResultRun } from './result-parts.ts';
import type { EvaluationSummary } from './summary.ts';

const run: ResultRun = {
  id: 'a'.repeat(32),
  name: 'first',
  experiment: 'demo',
  status: 'finished',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:00:02.000Z',
  rows: 2,
};
const interval = { estimate: 0.5, low: 0.25, high: 0.75, level: 0.95, method: 'bounded-logit', n: 2 };
const coverage = { scored: 2, skipped: 0, failed: 0, reasons: {} };
const usage = { calls: 1, cachedCalls: 2, retries: 3, inputTokens: 4, outputTokens: 5, cost: { usd: 0.5 } };
const plan = planOf({
  columns: ['q', 'answer'],
  predictions: 'answer',
  metrics: [metricOf('rougeL/v1'), metricOf('exact_match/v1', { shown: false })],
});
const lines = [
  { row: { q: 'a', answer: 'x' }, scores: [0.25, true] },
  { row: { q: 'b', answer: 'y' }, scores: [0.75, false] },
];
const summary = {
  metrics: { 'rougeL/v1/mean': 0.5, 'exact_match/v1': 0.5 },
  intervals: { 'rougeL/v1/mean': interval },
  coverage: { 'rougeL/v1': coverage, 'exact_match/v1': coverage },
  usage,
};

describe('one evaluation', () => {
  const first = evaluationOf(
    plan,
    lines,
    {
      ...summary,
      skippedMetrics: [{ name: 'toxicity', reason: 'not installed', hint: 'npm i @touchstone/metric-toxicity' }],
      warnings: ['watch out'],
    },
    { tables: { by_topic: [{ topic: 'geo', n: 2 }] }, artifacts: { 'note.txt': 'hello' } },
  );
  const result = EvaluationResult.from({ run, evaluations: [first] });

  test('the document is that of the command line, without keys that have no value', () => {
    expect(JSON.stringify(result)).toBe(
      JSON.stringify({
        run,
        metrics: { 'rougeL/v1/mean': 0.5, 'exact_match/v1': 0.5 },
        intervals: { 'rougeL/v1/mean': interval },
        coverage: { 'rougeL/v1': coverage, 'exact_match/v1': coverage },
        signatures: { 'rougeL/v1': 'rougeL|v1', 'exact_match/v1': 'exact_match|v1' },
        skippedMetrics: [{ name: 'toxicity', reason: 'not installed', hint: 'npm i @touchstone/metric-toxicity' }],
        usage,
        artifacts: { eval_results_table: 'eval_results_table.json', by_topic: 'by_topic.json', 'note.txt': 'note.txt' },
        warnings: ['watch out'],
      }),
    );
  });

  test('members', async () => {
    expect(result.metrics['rougeL/v1/mean']).toBe(0.5);
    expect(result.intervals['rougeL/v1/mean']).toEqual(interval);
    expect(result.coverage['exact_match/v1']).toEqual(coverage);
    expect(await result.tables.eval_results_table.toArray()).toEqual([
      { q: 'a', outputs: 'x', 'rougeL/v1/score': 0.25 },
      { q: 'b', outputs: 'y', 'rougeL/v1/score': 0.75 },
    ]);
    expect(await result.tables.by_topic?.toJSON()).toEqual({ columns: ['topic', 'n'], data: [['geo', 2]] });
    expect(await result.readArtifact('note.txt').then(decode)).toBe('hello');
    expect(await result.readArtifact('by_topic').then(decode)).toBe('{"columns":["topic","n"],"data":[\n["geo",2]\n]}\n');
    await expect(result.readArtifact('notes.txt')).rejects.toThrow(
      "This result has no artifact 'notes.txt'. Did you mean 'note.txt'?",
    );
  });

  test('rows() has the scores that the table does not show', async () => {
    const scores = await Array.fromAsync(result.rows(), (row) => row.scores.exact_match);
    expect(scores).toEqual([
      { status: 'scored', value: true },
      { status: 'scored', value: false },
    ]);
  });

  test('the console shows the text', () => {
    const text = [
      'first · demo · finished · 2 rows · 2.0 s',
      '',
      'metric           value     95 % interval  scored',
      'rougeL/v1/mean  0.5000  [0.2500, 0.7500]     2/2',
      'exact_match/v1  0.5000                       2/2',
      '',
      'Skipped metrics',
      '  toxicity: not installed → npm i @touchstone/metric-toxicity',
      '',
      'Warnings',
      '  watch out',
      '',
      '1 call (and 2 from the cache) · 4 tokens in · 5 tokens out · 0.5000 USD',
    ].join('\n');
    expect(String(result)).toBe(text);
    expect(inspect(result)).toBe(text);
    expect(inspect({ result }, { depth: 5 })).toContain('first · demo');
  });
});

describe('several evaluations', () => {
  const second = (change: Partial<EvaluationSummary>, rest: Parameters<typeof evaluationOf>[3] = {}) =>
    evaluationOf(plan, lines.slice(0, 1), { ...summary, ...change, warnings: ['late'] }, { index: 2, ...rest });

  test('metrics of the same key: the later evaluation wins as a whole, and a warning says so', () => {
    const nothing = { scored: 0, skipped: 0, failed: 1, reasons: { timeout: 1 } };
    const result = EvaluationResult.from({
      run,
      evaluations: [
        evaluationOf(plan, lines, { ...summary, metrics: { ...summary.metrics, 'triage/rude': 1 }, warnings: ['early'] }),
        second({
          metrics: { 'exact_match/v1': 1 },
          intervals: {},
          coverage: { 'rougeL/v1': nothing, 'exact_match/v1': coverage },
        }),
      ],
    });
    // The first evaluation's mean of rougeL must not stand beside the second's coverage of it.
    expect(result.metrics).toEqual({ 'triage/rude': 1, 'exact_match/v1': 1 });
    expect(result.intervals).toEqual({});
    expect(result.coverage).toEqual({ 'rougeL/v1': nothing, 'exact_match/v1': coverage });
    expect(result.warnings).toEqual([
      'Evaluation 1: early',
      'Evaluation 2: late',
      'rougeL/v1, exact_match/v1: an earlier evaluation of this run computed them as well; the result shows evaluation 2.',
    ]);
    expect(result.usage).toEqual({ calls: 2, cachedCalls: 4, retries: 6, inputTokens: 8, outputTokens: 10, cost: { usd: 1 } });
  });

  test('the time to the first token is a mean over the calls of all that were streamed', () => {
    const streamed = (calls: number, timeToFirstTokenMs: number) => ({ ...usage, calls, timeToFirstTokenMs });
    const first = evaluationOf(plan, lines, { ...summary, usage: streamed(1, 100) });
    const timeOf = (...evaluations: (typeof first)[]): number | undefined =>
      EvaluationResult.from({ run, evaluations }).usage.timeToFirstTokenMs;
    expect(timeOf(first)).toBe(100);
    expect(timeOf(first, second({ usage: streamed(3, 500) }))).toBe(400);
    expect(timeOf(first, second({}))).toBe(100);
    expect(timeOf(second({}))).toBeUndefined();
  });

  test('each has its own table, and rows() goes through all', async () => {
    const result = EvaluationResult.from({ run, evaluations: [evaluationOf(plan, lines, summary), second({})] });
    expect(result.artifacts).toEqual({
      eval_results_table: 'eval_results_table.json',
      eval_results_table_2: 'eval_results_table_2.json',
    });
    expect((await result.tables.eval_results_table.toArray()).length).toBe(2);
    expect((await result.tables.eval_results_table_2?.toArray())?.length).toBe(1);
    expect((await Array.fromAsync(result.rows(), ({ ordinal }) => ordinal)).join()).toBe('0,1,0');
    expect(result.plans).toEqual([plan, plan]);
  });

  test("evaluators' metrics, tables and artifacts of the same name: the later wins; a result table's name is taken", () => {
    const rest = { tables: { by_topic: [], eval_results_table: [] }, artifacts: { 'a/b.txt': 'x', by_topic: 'y' } };
    const triage = { 'triage/rude': 1 };
    const bare = planOf({ columns: ['answer'], predictions: 'answer' });
    const result = EvaluationResult.from({
      run,
      evaluations: [
        evaluationOf(bare, [], { metrics: triage }, { tables: { by_topic: [] } }),
        evaluationOf(bare, [], { metrics: triage }, { index: 2, ...rest }),
      ],
    });
    expect(result.artifacts).toEqual({
      eval_results_table: 'eval_results_table.json',
      by_topic: 'by_topic.json',
      eval_results_table_2: 'eval_results_table_2.json',
      'a/b.txt': 'a_b.txt',
    });
    expect(result.warnings).toEqual([
      'triage/rude: an earlier evaluation of this run computed it as well; the result shows evaluation 2.',
      "'by_topic' was given by several evaluations of this run; the result holds that of evaluation 2.",
      "An evaluator gave a table named 'eval_results_table', which is the name of a result table; it was left out.",
      "An evaluator gave an artifact named 'by_topic', which is the name of a table; it was left out.",
    ]);
  });

  test('a run without an evaluation has an empty table and says that nothing was computed', async () => {
    const result = EvaluationResult.from({
      run: { ...run, status: 'failed', reason: 'the data has no rows', rows: 0 },
      evaluations: [],
    });
    expect(await result.tables.eval_results_table.toJSON()).toEqual({ columns: [], data: [] });
    expect(result.artifacts).toEqual({});
    expect(String(result)).toBe(
      'first · demo · failed · 0 rows · 2.0 s\n\nNo metric was computed.\n\nFailed: the data has no rows',
    );
  });
});

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
