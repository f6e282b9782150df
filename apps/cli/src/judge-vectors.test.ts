import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate, type Json, type LanguageModel, type Score, TouchstoneError } from '@touchstone/core';
import { type GenaiMetricOptions, makeGenaiMetric } from '@touchstone/metric-genai';
import { describe, expect, test } from 'vitest';

/** What MLflow's own tests state of its judges; the others of the file are in `mlflow-vectors.test.ts`. */
const path = join(process.env.TOUCHSTONE_GOLDEN ?? '', '../spec/mlflow-vectors.json');
const vectors: readonly Vector[] = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).vectors : [];

interface Vector {
  readonly id: string;
  readonly metric: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly params: Readonly<Record<string, unknown>>;
  readonly expected: unknown;
}

const of = (...names: readonly string[]): readonly Vector[] => vectors.filter(({ metric }) => names.includes(metric));
const base = {
  name: 'quality',
  definition: 'How good it is.',
  gradingPrompt: 'Score 1: bad. Score 5: good.',
  includeInput: false,
} as const;

/** A judge that says the same of every row, or something of each. */
function judge(answers: readonly (string | null)[]): LanguageModel {
  let asked = 0;
  return {
    kind: 'language',
    id: 'fake:/judge',
    identity: {},
    scopes: async () => ['fake'],
    send: async () => ({ value: { text: answers[asked++ % answers.length] ?? null } }),
  };
}

async function judged(answers: readonly (string | null)[], options: Partial<GenaiMetricOptions> = {}) {
  const metric = makeGenaiMetric({ ...base, answers: 'text', repairs: 0, model: judge(answers), ...options });
  const data = answers.map((_, index) => ({ answer: `answer ${index}` }));
  const results = await evaluate({ data, predictions: 'answer', limits: { concurrency: 1 }, extraMetrics: [metric] } as never);
  const scores: (Score | undefined)[] = [];
  for await (const row of results.rows()) scores.push(row.scores.quality);
  return { results, scores };
}

/** Where ours says more or something else than MLflow, all by §8 row 6: decimals, fences, either order; no guess, and the text as it was. */
const OTHERWISE: Readonly<Record<string, readonly [value: number | string, justification?: string]>> = {
  v154: [4, '{"foo":"bar"}'],
  v159: [4.5, 'ok'],
  v160: ['judge-out-of-range'],
  v162: [4, 'ok'],
  v163: [4, 'line1\nline2'],
  v165: [4.7, 'x'],
  v166: [4.7, 'x'],
  v169: ['judge-unreadable'],
  v170: [4, ''],
  v171: [4, 'x'],
  v172: [5, 'Great Score'],
  v174: [3, 'ok'],
  v175: [3, ''],
};

describe.skipIf(vectors.length === 0)('judge vectors of MLflow', () => {
  test.each(of('judge_response_parse'))('$id parsing', async ({ id, inputs, expected }) => {
    const { scores } = await judged([inputs.text as string | null]);
    const [score] = scores;
    const { score: value, justification } = expected as { score: number | null; justification: string | null };
    const [ours, reason] = OTHERWISE[id] ?? [value ?? 'judge-unreadable', justification ?? undefined];
    if (typeof ours === 'string') return expect(score).toMatchObject({ status: 'failed', error: { code: ours } });
    expect(score).toMatchObject({ status: 'scored', value: ours, justification: reason });
  });

  test.each(of('genai_aggregations'))('$id aggregates', async ({ inputs, params, expected }) => {
    const aggregations = params.aggregations as readonly string[];
    const answers = (inputs.scores as readonly (number | null)[]).map((score) =>
      score === null ? 'no score' : `score: ${score}`,
    );
    const wanted = expected as Readonly<Record<string, number | string | null>>;
    if ('error' in wanted) {
      // §8 row 4: before the judge is paid.
      return expect(() => makeGenaiMetric({ ...base, aggregations })).toThrow(TouchstoneError);
    }
    const { results } = await judged(answers, { aggregations });
    // §8 row 2: no number, no key.
    const numbers = Object.entries(wanted).filter(([, value]) => typeof value === 'number');
    expect(results.metrics).toEqual(Object.fromEntries(numbers.map(([name, value]) => [`quality/v1/${name}`, value])));
    if (numbers.length === 0) expect(results.warnings.join(' ')).toMatch(/quality: no valid scores/u);
  });

  test.each(of('judge_error_row'))('$id an error costs the row', async ({ inputs }) => {
    const failing: LanguageModel = { ...judge(['']), send: async () => Promise.reject(new Error(String(inputs.error))) };
    const { scores } = await judged([''], { model: failing });
    expect(scores[0]).toMatchObject({ status: 'failed', error: { message: expect.stringContaining(String(inputs.error)) } });
  });

  test.each(of('make_genai_metric_validation'))('$id $inputs is refused', ({ inputs, params }) => {
    const keys = inputs.example_grading_context_keys as readonly string[] | undefined;
    const context: Readonly<Record<string, string>> = Object.fromEntries((keys ?? []).map((key) => [key, 'x']));
    const make = () =>
      makeGenaiMetric({
        ...base,
        gradingContextColumns: (params.grading_context_columns ?? []) as string[],
        ...(params.version === undefined ? {} : { version: String(params.version) }),
        ...(keys === undefined ? {} : { examples: [{ output: 'o', score: 1, gradingContext: context }] }),
      });
    expect(make).toThrow(TouchstoneError);
  });

  test.each(of('evaluation_example_render'))('$id an example in the prompt', async ({ inputs, expected }) => {
    const asked: string[] = [];
    const { input, output, grading_context, score, justification } = inputs as Readonly<Record<string, Json>>;
    const context: Readonly<Record<string, string>> = Object(grading_context ?? {});
    const listening: LanguageModel = {
      ...judge(['']),
      send: async ({ messages }) => {
        asked.push(String(messages[0]?.content));
        return { value: { text: 'score: 1' } };
      },
    };
    const example = {
      ...(input === null ? {} : { input: String(input) }),
      output: String(output),
      score: Number(score),
      justification: String(justification),
    };
    const metric = makeGenaiMetric({
      ...base,
      model: listening,
      includeInput: input !== null,
      gradingContextColumns: Object.keys(context),
      examples: [{ ...example, gradingContext: context }],
    });
    const row = { inputs: 'i', answer: 'a', ...Object.fromEntries(Object.keys(context).map((column) => [column, 'x'])) };
    await evaluate({
      data: [row],
      predictions: 'answer',
      ...('targets' in row ? { targets: 'targets' } : {}),
      extraMetrics: [metric],
    } as never);
    expect(asked[0]).toContain(String(expected));
  });

  test('every vector of judges is checked here, or by another test', () => {
    const here = [
      'judge_response_parse',
      'genai_aggregations',
      'judge_error_row',
      'make_genai_metric_validation',
      'evaluation_example_render',
    ];
    const judges = /^(?:judge_|prompt_template_|make_genai_metric|evaluation_example_render|genai_aggregations$)/u;
    const others = new Set(vectors.flatMap(({ metric }) => (judges.test(metric) && !here.includes(metric) ? [metric] : [])));
    expect([...others].filter((metric) => !(metric in ELSEWHERE))).toEqual([]);
  });
});

/** Vectors of MLflow's inside: §8 row 5 (one pass, nothing drops out) is `make-genai-metric.test.ts`, requests are `mlflow-judges.test.ts`. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  prompt_template_format: 'pieces of a template that drop out: none does here',
  prompt_template_partial_then_format: 'a template that is filled twice: here it is once',
  make_genai_metric_from_prompt: 'quoted texts, in mlflow-judges.test.ts (prompt-direct)',
  judge_context_block: 'quoted texts, in make-genai-metric.test.ts; letter for letter in mlflow-prompts.test.ts',
  judge_uri_parse: 'URIs of models: core and the model packs',
  judge_call: 'URIs of models: core and the model packs',
  judge_request: 'mlflow-judges.test.ts, and the model packs',
  judge_request_bedrock: 'Bedrock is left out',
};
