import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createTouchstone,
  defineEvaluator,
  definePlugin,
  type EvaluatorOutcome,
  JUDGE,
  type LanguageModel,
  memoryStore,
  metric,
  PRICES,
  ServiceError,
} from '../index.ts';

const length = metric('length', ({ predictions }) => predictions.length);
const data = [{ answer: '네' }, { answer: '아니요' }, { answer: 'please' }];
const request = { data, predictions: 'answer', extraMetrics: [length] } as const;

/** A language model that answers as told, and counts what it was sent. */
function judging(answer: (question: string) => string | Error, used: object = { inputTokens: 10, outputTokens: 2 }) {
  const sent: string[] = [];
  const judge: LanguageModel = {
    kind: 'language',
    id: 'fake:/judge',
    identity: 'fake',
    scopes: async () => ['fake|here|no-key'],
    estimate: () => ({ inputTokens: 10, outputTokens: 2 }),
    async send({ messages }) {
      const question = String(messages.at(-1)?.content);
      sent.push(question);
      const said = answer(question);
      if (said instanceof Error) throw said;
      return { value: { text: said }, usage: used };
    },
  };
  return { judge, sent };
}

const summary = defineEvaluator({
  name: 'summary',
  inject: { judge: JUDGE },
  finish: async (scored, { judge }, { ask, metrics }) => {
    const rows = await scored.count(() => true);
    const question = `${rows} answers of ${metrics['length/mean']} letters: good?`;
    const { value, cached } = await ask(judge, { messages: [{ role: 'user', content: question }] });
    return { metrics: { 'summary/cached': cached ? 1 : 0 }, artifacts: { 'summary.txt': value.text ?? '' } };
  },
});

describe('what an evaluator concludes from', () => {
  test('the aggregates of all metrics, and the outcomes of those it waits for', async () => {
    const seen: unknown[] = [];
    const counts = defineEvaluator({
      name: 'counts',
      finish: async (scored) => ({
        metrics: { 'counts/short': await scored.count((row) => Number(row['length/score']) < 2) },
        tables: { short: [{ answer: '네' }] },
      }),
    });
    const silent = defineEvaluator({ name: 'silent' });
    const share = defineEvaluator({
      name: 'share',
      after: ['counts', 'silent'],
      finish: (_scored, _services, { outcomes, metrics }) => {
        // @ts-expect-error 'others' is not among `after`
        expect(outcomes.others).toBeUndefined();
        seen.push(metrics, outcomes.silent);
        return { metrics: { 'share/short': (outcomes.counts.metrics?.['counts/short'] ?? 0) / 3 } };
      },
    });
    const results = await createTouchstone().evaluate({ ...request, evaluators: [share, counts, silent] });
    expect(results.metrics).toMatchObject({ 'length/mean': 10 / 3, 'counts/short': 1, 'share/short': 1 / 3 });
    expect(seen).toEqual([{ 'length/mean': 10 / 3, 'length/variance': expect.any(Number), 'length/p90': 5.4 }, {}]);
  });

  test.each([
    ['of data without targets', { predictions: 'answer' }, { prediction: 'outputs', inputs: ['question'] }],
    [
      'of data with targets',
      { predictions: 'answer', targets: 'truth' },
      { prediction: 'answer', target: 'truth', inputs: ['question'] },
    ],
    ['of a model', { model: () => 'Seoul', targets: 'truth' }, { prediction: 'outputs', target: 'truth', inputs: ['question'] }],
  ])('the names of the columns, %s', async (_, asked, columns) => {
    const seen: unknown[] = [];
    const looking = defineEvaluator({
      name: 'looking',
      async finish(scored, _services, context) {
        for await (const row of scored.rows()) seen.push(row.columns[context.columns.prediction]);
        seen.push(context.columns);
        return {};
      },
    });
    const rows = [{ question: '수도는?', truth: 'Seoul', answer: '부산' }];
    const request = { data: rows, inputs: 'question', evaluators: looking, extraMetrics: [length], ...asked };
    await createTouchstone().evaluate(request as never);
    expect(seen).toEqual(['model' in asked ? 'Seoul' : '부산', columns]);
  });

  test('nothing, where the one it waits for could not finish', async () => {
    const broken = defineEvaluator({
      name: 'broken',
      finish: (): EvaluatorOutcome => {
        throw new Error('표가 없습니다');
      },
    });
    const second = defineEvaluator({ name: 'second', after: ['broken'], finish: () => ({ metrics: { second: 1 } }) });
    const third = defineEvaluator({ name: 'third', after: ['second'], finish: () => ({ metrics: { third: 1 } }) });
    const results = await createTouchstone().evaluate({ ...request, evaluators: [third, second, broken] });
    expect(results.warnings).toEqual([
      "Evaluator 'broken' could not finish: 표가 없습니다",
      "Evaluator 'second' could not finish, because 'broken' could not.",
      "Evaluator 'third' could not finish, because 'second' could not.",
    ]);
    expect(results.metrics).not.toHaveProperty('third');
    expect(results.run.status).toBe('finished');
  });
});

describe('what an evaluator asks at the end', () => {
  test('goes through the door: it is retried, counted under its name, priced, and in the call log', async () => {
    let tries = 0;
    const { judge, sent } = judging(() =>
      tries++ === 0 ? new ServiceError('server', 'busy', { waitMs: 1, retryable: true }) : '좋습니다',
    );
    const prices = definePlugin({ name: 'prices', register: (registry) => registry.provide(PRICES, { usd: () => 0.25 }) });
    const results = await createTouchstone({ plugins: [prices] }).evaluate({ ...request, evaluators: summary, judge });
    expect(new TextDecoder().decode(await results.readArtifact('summary.txt'))).toBe('좋습니다');
    expect(sent).toEqual(Array(2).fill(`3 answers of ${10 / 3} letters: good?`));
    expect(results.usage).toMatchObject({
      calls: 1,
      retries: 1,
      inputTokens: 10,
      cost: { usd: 0.25 },
      metrics: { summary: { calls: 1, cost: { usd: 0.25 } } },
    });
  });

  test('is not asked again by a resume, and ends the run where the cap ends it', async () => {
    const { judge, sent } = judging(() => 'fine');
    const store = memoryStore();
    let works = false;
    const fussy = metric('fussy', ({ predictions }) => {
      if (!works && predictions === '아니요') throw new Error('not today');
      return true;
    });
    const ask = { ...request, extraMetrics: [length, fussy], evaluators: summary, judge, store, run: { key: 'nightly' } };
    const first = await createTouchstone().evaluate({ ...ask, limits: { errorBudget: 0.9 } });
    expect(first.metrics['summary/cached']).toBe(0);
    works = true;
    const again = await createTouchstone().evaluate({ ...ask, limits: { errorBudget: 0.9 }, resume: { retryFailed: true } });
    expect(again.coverage.fussy).toMatchObject({ scored: 3, failed: 0 });
    expect(again.metrics['summary/cached']).toBe(1);
    expect(sent).toHaveLength(1);

    const prices = definePlugin({ name: 'prices', register: (registry) => registry.provide(PRICES, { usd: () => 2 }) });
    const capped = await createTouchstone({ plugins: [prices] }).evaluate({
      ...request,
      evaluators: summary,
      judge,
      limits: { maxCost: { usd: 1 } },
    });
    expect(capped.run).toMatchObject({ status: 'incomplete', reason: expect.stringMatching(/cost|\$|usd/iu) });
    expect(capped.warnings).toEqual([expect.stringMatching(/^Evaluator 'summary' could not finish: /u)]);
    expect(sent).toHaveLength(1);
  });

  test('is replayed from a cassette, and missed there without a call', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'finish-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'calls.jsonl');
    const { judge, sent } = judging(() => '기록되었습니다');
    const asked = { ...request, evaluators: summary, judge };
    await createTouchstone().evaluate({ ...asked, cassette: { file, mode: 'record' } });
    const replayed = await createTouchstone().evaluate({ ...asked, cassette: { file, mode: 'replay' } });
    expect(new TextDecoder().decode(await replayed.readArtifact('summary.txt'))).toBe('기록되었습니다');
    const other = await createTouchstone().evaluate({ ...asked, data: data.slice(1), cassette: { file, mode: 'replay' } });
    expect(other.run.status).toBe('incomplete');
    expect(sent).toHaveLength(1);
  });
});
