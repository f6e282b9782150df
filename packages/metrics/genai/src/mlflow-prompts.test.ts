import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate, type GenerateRequest, type Metric } from '@touchstone/core';
import { afterAll, describe, expect, test } from 'vitest';
import { fakeJudge, promptOf } from './__fixtures__/fake-judge.ts';
import {
  answerCorrectness,
  answerRelevance,
  answerSimilarity,
  faithfulness,
  type JudgeMetricOptions,
  relevance,
} from './index.ts';

/** The recorded prompts of the real MLflow stand in for the user's own copy of it. */
const path = join(process.env.TOUCHSTONE_GOLDEN ?? '', 'mlflow-judge/cases.json');
interface Case {
  readonly id: string;
  readonly input: {
    readonly data: { readonly rows: readonly object[] };
    readonly evaluator_config?: { readonly col_mapping?: Readonly<Record<string, string>> };
  };
  readonly expected: {
    readonly metric?: { readonly metric_details: string };
    readonly exchanges?: readonly {
      readonly phase: string;
      readonly row: number;
      readonly request: { readonly body_raw: string };
    }[];
  };
}
const cases: readonly Case[] = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).cases : [];
const caseOf = (id: string): Case | undefined => cases.find((one) => one.id === id);

const folder = mkdtempSync(join(tmpdir(), 'mlflow-prompts-'));
afterAll(() => rmSync(folder, { recursive: true }));
const mlflowPrompts = { version: 'v1', folder } as const;

describe.skipIf(cases.length === 0)('with MLflow’s prompts, the judge is sent what MLflow sends, letter for letter', () => {
  test.each<[string, (options: JudgeMetricOptions) => Metric]>([
    ['answer-similarity', answerSimilarity],
    ['answer-correctness', answerCorrectness],
    ['faithfulness', faithfulness],
    ['answer-relevance', answerRelevance],
    ['relevance', relevance],
  ])('%s', async (id, make) => {
    writeFileSync(join(folder, `${id.replace('-', '_')}.txt`), caseOf(`details-${id}`)?.expected.metric?.metric_details ?? '');
    const one = caseOf(id);
    const recorded = (one?.expected.exchanges ?? []).flatMap(({ phase, request }) =>
      phase === 'full' ? [JSON.parse(request.body_raw)] : [],
    );
    const judge = fakeJudge(() => 'score: 4\njustification: x');
    const results = await evaluate({
      data: one?.input.data.rows,
      predictions: 'answer',
      targets: 'gt',
      columns: one?.input.evaluator_config?.col_mapping ?? {},
      limits: { concurrency: 1 },
      extraMetrics: [make({ model: judge, mlflowPrompts })],
    } as never);
    expect(Object.values(results.metrics)).toEqual([4, 0, 4]);
    expect(judge.asked.map(promptOf)).toEqual(recorded.map(({ messages }) => messages[0].content));
    expect(judge.asked[0]?.defaults).toEqual({ temperature: 0, topP: 1, maxOutputTokens: 200 });
    expect(judge.asked[0]?.output).toBeUndefined();
  });
});

test('braces of a row are text, as everything else of it', async () => {
  writeFileSync(join(folder, 'answer_relevance.txt'), 'Rate.\nInput:\n{input}\nOutput:\n{output}\n{grading_context_columns}');
  const judge = fakeJudge(() => 'score: 4\njustification: x');
  const metric = answerRelevance({ model: judge, mlflowPrompts });
  await evaluate({
    data: [{ inputs: '{output}', answer: '{input} {"a": 1} $& }' }],
    predictions: 'answer',
    extraMetrics: [metric],
  } as never);
  expect(promptOf(judge.asked[0] as GenerateRequest)).toBe('Rate.\nInput:\n{output}\nOutput:\n{input} {"a": 1} $& }\n');
});

test('without the file: the line of Python that writes it', () => {
  expect(() => faithfulness({ mlflowPrompts: { version: 'v1', folder: '/nowhere' } })).toThrow(
    /faithfulness: there is no prompt of MLflow in .*nowhere\/faithfulness\.txt\. Write it with your MLflow: python -c "import mlflow\.metrics\.genai as g; print\(g\.faithfulness\(\)\.metric_details, end=''\)" > faithfulness\.txt/u,
  );
  expect(() => faithfulness({ mlflowPrompts: 'v2' as never })).toThrow(
    "mlflowPrompts must be 'v1' or { version: 'v1', folder: '…' }",
  );
});
