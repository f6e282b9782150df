import { CLOCK, createTouchstone, definePlugin, type EvaluationResult, LOGGER, type Score } from '@touchstone/core';
import genai, { answerRelevance, faithfulness, gEval, makeGenaiMetric } from '@touchstone/metric-genai';
import anthropic from '@touchstone/model-anthropic';
import azure from '@touchstone/model-azure-openai';
import huggingface from '@touchstone/model-huggingface';
import openai from '@touchstone/model-openai';
import { type FakeProvider, type FakeProviderOptions, fakeProvider } from '@touchstone/testing/fake-provider';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { TestFolder } from './__fixtures__/test-folder.ts';

// Judges behind the real SDKs, which ask a provider that only imitates one.

afterEach(() => vi.unstubAllEnvs());

/** Nobody wants to wait for the pauses between attempts. */
const quick = definePlugin({
  name: 'quick',
  register: (registry) => {
    let slept = 0;
    registry.provide(CLOCK, {
      now: () => Date.now(),
      monotonic: () => performance.now() + slept,
      sleep: async (ms) => {
        slept += ms;
        await new Promise((resolve) => setImmediate(resolve));
      },
    });
    registry.provide(LOGGER, { info: () => undefined, warn: () => undefined });
  },
});

function touchstoneWith(provider: FakeProvider) {
  vi.stubEnv('OPENAI_API_TYPE', undefined);
  for (const [name, value] of Object.entries({
    OPENAI_API_KEY: 'k1',
    OPENAI_BASE_URL: provider.openai,
    AZURE_OPENAI_API_KEY: 'k2',
    AZURE_OPENAI_ENDPOINT: provider.azure,
    OPENAI_API_VERSION: '2024-10-21',
    ANTHROPIC_API_KEY: 'k3',
    ANTHROPIC_BASE_URL: provider.anthropic,
    HF_TOKEN: 'k4',
  })) {
    vi.stubEnv(name, value);
  }
  return createTouchstone({ plugins: [quick, openai(), azure(), anthropic(), huggingface(), genai()] });
}

const rows = [
  { inputs: 'Is it open?', answer: 'Yes.', context: 'It is open.' },
  { inputs: '열려 있나요?', answer: '아니요.', context: '닫혀 있다.' },
];

async function scores(results: EvaluationResult, metric: string): Promise<readonly (Score | undefined)[]> {
  const found: (Score | undefined)[] = [];
  for await (const row of results.rows()) found.push(row.scores[metric]);
  return found;
}

type Chat = NonNullable<NonNullable<FakeProviderOptions['answers']>['chat']>;

/** The fields of an answer as the schema of the request wants them, or the lines that the prompt asks for. */
const answering =
  (score: number): Chat =>
  ({ tools, schema }) =>
    tools.includes('answer')
      ? { toolCalls: [{ name: 'answer', arguments: { justification: '도구로', score } }] }
      : schema === undefined
        ? `justification: in lines\nscore: ${score}`
        : JSON.stringify({ justification: 'by schema', score });

describe('every SDK brings the verdict, in the form that its model takes', () => {
  test.each<[judge: string, options: object, answers: string, justification: string]>([
    ['openai:/gpt-4o', {}, 'structured', 'by schema'],
    ['openai:/gpt-5-mini', { api: 'responses' }, 'structured', 'by schema'],
    ['openai:/gpt-4o', { stream: true }, 'structured', 'by schema'],
    ['azure-openai:/ours', {}, 'structured', 'by schema'],
    ['anthropic:/claude-sonnet-5', {}, 'structured', 'by schema'],
    ['anthropic:/claude-sonnet-5', { stream: true }, 'structured', 'by schema'],
    ['anthropic:/claude-3-5-haiku-20241022', {}, 'structured', '도구로'],
    ['anthropic:/claude-3-5-haiku-20241022', { stream: true }, 'structured', '도구로'],
  ])('%s %j', async (judge, judgeOptions, answers, justification) => {
    await using provider = await fakeProvider({ answers: { chat: answering(4) } });
    const results = await touchstoneWith(provider).evaluate({
      data: rows,
      predictions: 'answer',
      judge,
      judgeOptions,
      extraMetrics: [answerRelevance()],
    } as never);
    expect(results.metrics).toEqual({
      'answer_relevance/v1/mean': 4,
      'answer_relevance/v1/variance': 0,
      'answer_relevance/v1/p90': 4,
    });
    expect(await scores(results, 'answer_relevance')).toMatchObject(
      rows.map(() => ({ justification, details: { answers, attempts: 1, servedBy: expect.any(String) } })),
    );
    expect(results.usage.metrics?.answer_relevance).toMatchObject({ calls: 2, retries: 0 });
  });

  test('with probabilities, which G-Eval weights the score by; a model that thinks is asked without', async () => {
    // The fake provider's tokens are of four characters: the score stands alone in the last one.
    const answer = 'justification: because..\nscore: 4';
    expect(answer.length % 4).toBe(1);
    await using provider = await fakeProvider({ answers: { chat: answer } });
    const judged = async (judge: string) => {
      const helpful = gEval({ name: 'helpful', criteria: '도움이 된다.', steps: ['Read.'], answers: 'text' });
      const asked = { data: rows, predictions: 'answer', judge, extraMetrics: [helpful] } as never;
      return scores(await touchstoneWith(provider).evaluate(asked), 'helpful');
    };
    for (const score of await judged('openai:/gpt-4o'))
      expect(score).toMatchObject({ status: 'scored', details: { expected: { said: 4, mass: expect.any(Number) } } });
    expect(provider.calls().map(({ body }) => body)).toEqual(
      rows.map(() => expect.objectContaining({ logprobs: true, top_logprobs: 20 })),
    );
    for (const score of await judged('openai:/gpt-5-mini')) {
      expect(score).toMatchObject({ status: 'scored', value: 4 });
      expect(score).not.toMatchObject({ details: { expected: {} } });
    }
  });

  test('in two lines, where that is asked for', async () => {
    await using provider = await fakeProvider({ answers: { chat: answering(3) } });
    const results = await touchstoneWith(provider).evaluate({
      data: rows,
      predictions: 'answer',
      judge: 'anthropic:/claude-sonnet-5',
      extraMetrics: [answerRelevance({ answers: 'text' })],
    } as never);
    expect(results.metrics['answer_relevance/v1/mean']).toBe(3);
    expect(provider.calls().every(({ body }) => !JSON.stringify(body).includes('json_schema'))).toBe(true);
  });

  test('a server that knows no schemas is asked in lines from then on', async () => {
    await using provider = await fakeProvider({
      answers: {
        chat: (request) =>
          request.schema === undefined
            ? `justification: in lines\nscore: 2`
            : new Response(
                JSON.stringify({
                  error: { message: "Unrecognized request argument: 'response_format'", type: 'invalid_request_error' },
                }),
                {
                  status: 400,
                  headers: { 'content-type': 'application/json' },
                },
              ),
      },
    });
    const results = await touchstoneWith(provider).evaluate({
      data: rows,
      predictions: 'answer',
      judge: 'openai:/gpt-4o',
      limits: { concurrency: 1 },
      extraMetrics: [answerRelevance()],
    } as never);
    expect(results.metrics['answer_relevance/v1/mean']).toBe(2);
    expect(provider.counts().byStatus).toEqual({ 200: 2, 400: 1 });
  });
});

describe('with faults', () => {
  const ROWS = 1000;
  const data = Array.from({ length: ROWS }, (_, n) => ({ inputs: `질문 ${n}?`, answer: `row#${n}#`, context: `passage ${n}` }));
  const tone = makeGenaiMetric({
    name: 'tone',
    definition: 'd',
    gradingPrompt: 'formal or casual',
    labels: { formal: 1, casual: 0 },
  });

  const FINAL = ['content-filter', 'judge-refused', 'judge-cut-off', 'judge-unreadable'];

  /** The verdict says of which row it is; a metric has another scale. */
  const byRow: Chat = ({ messages, schema }) => {
    const row = /row#(\d+)#/u.exec(messages[0]?.text ?? '')?.[1] ?? '';
    const labelled = JSON.stringify(schema).includes('casual');
    return JSON.stringify({
      justification: `of ${row}`,
      score: labelled ? (Number(row) % 2 === 0 ? 'formal' : 'casual') : 1 + (Number(row) % 5),
    });
  };

  test('a fifth of all answers are faults: every row has one score of each metric, its own, or a reason', async () => {
    await using provider = await fakeProvider({
      seed: 7,
      answers: { chat: byRow },
      faults: [
        { fault: 'server-error', probability: 0.03 },
        { fault: 'rate-limit', waitMs: 5, headers: 'retry-after-ms', probability: 0.03 },
        { fault: 'reset', probability: 0.02 },
        { fault: 'html', probability: 0.02 },
        { fault: 'invalid-json', probability: 0.02 },
        { fault: 'empty', probability: 0.02 },
        { fault: 'length', probability: 0.02 },
        { fault: 'refusal', probability: 0.02 },
        { fault: 'content-filter', probability: 0.02 },
      ],
    });
    const results = await touchstoneWith(provider).evaluate({
      data,
      predictions: 'answer',
      judge: 'openai:/gpt-4o',
      extraMetrics: [answerRelevance(), faithfulness(), tone],
    } as never);
    expect(results.run).toMatchObject({ status: 'finished', rows: ROWS });
    for (const [name, key] of [
      ['answer_relevance', 'answer_relevance/v1'],
      ['faithfulness', 'faithfulness/v1'],
      ['tone', 'tone/v1'],
    ] as const) {
      const all = await scores(results, name);
      expect(all).toHaveLength(ROWS);
      const reasons = new Set<string>();
      for (const [row, score] of all.entries()) {
        if (score?.status === 'scored') {
          expect(score.justification).toBe(`of ${row}`);
          expect(score.value).toBe(name === 'tone' ? (row % 2 === 0 ? 'formal' : 'casual') : 1 + (row % 5));
        } else {
          expect(score?.status).toBe('failed');
          if (score?.status === 'failed') reasons.add(score.error.code);
        }
      }
      const coverage = results.coverage[key];
      expect(coverage).toMatchObject({ skipped: 0 });
      expect((coverage?.scored ?? 0) + (coverage?.failed ?? 0)).toBe(ROWS);
      expect(coverage?.scored).toBeGreaterThan(900);
      // What is no use to ask again; and what was cut off or empty twice.
      expect([...reasons].filter((code) => !FINAL.includes(code))).toEqual([]);
      expect(reasons).toContain('judge-refused');
    }
    expect(Object.values(results.metrics).every(Number.isFinite)).toBe(true);
    expect(results.usage.retries).toBeGreaterThan(300);
  });

  test('a judge that is never read: no aggregate, no NaN, and a sentence that says why', async () => {
    await using provider = await fakeProvider({ answers: { chat: 'I would rather not say.' } });
    const results = await touchstoneWith(provider).evaluate({
      data: rows,
      predictions: 'answer',
      judge: 'openai:/gpt-4o',
      extraMetrics: [answerRelevance(), faithfulness()],
    } as never);
    expect(results.metrics).toEqual({});
    expect(results.run).toMatchObject({ status: 'failed', reason: 'nothing was scored: judge-unreadable (2 of 2 rows)' });
    expect(results.warnings.join('\n')).toContain('answer_relevance: no valid scores (judge-unreadable 2).');
    expect(JSON.stringify(results)).not.toMatch(/NaN/u);
  });
});

describe('on the command line', () => {
  function folderWithRows(): TestFolder {
    const folder = new TestFolder();
    folder.writeRows('rows.jsonl', rows);
    folder.install('@touchstone/model-openai', 'packages/models/openai');
    return folder;
  }
  const asked = ['run', '--json', '--data', 'rows.jsonl', '--predictions', 'answer', '--metric', 'answer_relevance'];

  test('--judge and --judge-option; without a judge it says how to set one, and nothing was spent', async () => {
    await using provider = await fakeProvider({ credentials: 'optional', answers: { chat: answering(5) } });
    const folder = folderWithRows();
    const none = await folder.start(asked).ended;
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toContain(
      `answer_relevance needs a judge, and none is set: name one for the run with --judge openai:/gpt-5, for the metric with --metric 'NAME {"model": "openai:/gpt-5"}', or for all runs with judge in touchstone.config.ts.`,
    );
    const judge = [
      '--judge',
      'openai:/gpt-4o',
      '--judge-option',
      `base-url=${provider.openai}`,
      '--judge-option',
      'temperature=0.5',
    ];
    const { exitCode, stdout, stderr } = await folder.start([...asked, ...judge]).ended;
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
    const result = JSON.parse(stdout);
    expect(result.metrics['answer_relevance/v1/mean']).toBe(5);
    expect(result.signatures['answer_relevance/v1']).toMatch(/\|judge:openai:\/gpt-4o#[0-9a-f]{8}$/u);
    expect(result.artifacts).toHaveProperty('genai_custom_metrics', 'genai_custom_metrics.json');
    expect(provider.calls().map(({ body }) => body)).toEqual(
      rows.map(() => expect.objectContaining({ temperature: 0.5, top_p: 1 })),
    );
  });

  test('the judge of the config; the plan has its calls and what they may cost', async () => {
    const folder = folderWithRows();
    folder.write(
      'touchstone.config.ts',
      `import { defineConfig } from '@touchstone/cli'; export default defineConfig({ judge: 'openai:/gpt-4o' });`,
    );
    const { exitCode, stdout } = await folder.start([...asked, '--dry-run'], { env: { OPENAI_API_KEY: 'k' } }).ended;
    expect(exitCode).toBe(0);
    const { services } = JSON.parse(stdout);
    expect(services).toMatchObject([{ id: 'openai:/gpt-4o', purpose: 'answer_relevance', estimate: { calls: 2 } }]);
    expect(services[0].estimate.inputTokens).toBeGreaterThan(500);
    expect(services[0].estimate.usd[1]).toBeGreaterThan(services[0].estimate.usd[0]);
  });
});
