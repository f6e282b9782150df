import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createTouchstone, type EvaluateRequest, type EvaluationResult, type Json, type Metric } from '@touchstone/core';
import genai, {
  answerCorrectness,
  answerRelevance,
  answerSimilarity,
  faithfulness,
  makeGenaiMetric,
  makeGenaiMetricFromPrompt,
  relevance,
} from '@touchstone/metric-genai';
import anthropic from '@touchstone/model-anthropic';
import azure from '@touchstone/model-azure-openai';
import openai from '@touchstone/model-openai';
import { vi } from 'vitest';

/** What the real MLflow sent to its judges, and concluded. */
const path = join(process.env.TOUCHSTONE_GOLDEN ?? '', 'mlflow-judge/cases.json');
export const cases: readonly JudgeCase[] = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).cases : [];

export interface JudgeCase {
  readonly id: string;
  readonly about: string;
  readonly kind: 'evaluate' | 'construct' | 'direct';
  readonly env: Readonly<Record<string, string>>;
  readonly input: {
    readonly data?: { readonly kind: string; readonly rows: readonly Readonly<Record<string, Json>>[] };
    readonly targets?: string;
    readonly predictions?: string;
    readonly extra_metrics?: readonly AskedMetric[];
    readonly metric?: AskedMetric;
    readonly model?: { readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>> };
    readonly evaluator_config?: { readonly col_mapping?: Readonly<Record<string, string>>; readonly metric_prefix?: string };
    readonly arguments?: Readonly<Record<string, string | readonly string[]>>;
  };
  readonly expected: {
    readonly error: { readonly message: string } | null;
    readonly metrics?: Readonly<Record<string, number | 'NaN'>>;
    readonly value?: { readonly scores: readonly number[]; readonly justifications: readonly string[] };
    readonly files_raw?: Readonly<Record<string, string>>;
    readonly exchanges?: readonly Exchange[];
  };
}

export interface AskedMetric {
  readonly metric: string;
  readonly args?: Readonly<Record<string, Json>>;
}

interface Exchange {
  readonly phase: string;
  readonly metric: string | null;
  readonly row: number | null;
  readonly request: { readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly body_raw: string };
  readonly response: { readonly status: number; readonly body_raw: string };
}

/** A request that came to the provider. */
export interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: { readonly messages: readonly { readonly content: string }[]; readonly [name: string]: unknown };
  /** The recorded one that it corresponds to. */
  readonly recorded: Exchange | undefined;
}

const MADE: Readonly<Record<string, (options: object) => Metric>> = {
  answer_similarity: answerSimilarity,
  answer_correctness: answerCorrectness,
  faithfulness,
  answer_relevance: answerRelevance,
  relevance,
  make_genai_metric: (options) => makeGenaiMetric(options as never),
  make_genai_metric_from_prompt: (options) => makeGenaiMetricFromPrompt(options as never),
};

/** MLflow's arguments under our names. One answer a row, in MLflow's form, so that its recorded answers can be given. */
export function metricOf({ metric, args = {} }: AskedMetric, server: string, more: object = {}): Metric {
  const options = Object.fromEntries(
    Object.entries(args).flatMap(([name, value]): (readonly [string, unknown])[] => {
      if (name === 'max_workers') return [];
      const ours = name.replace(/_([a-z])/gu, (_, letter: string) => letter.toUpperCase());
      if (name === 'examples' && Array.isArray(value)) return [[ours, value.map(exampleOf)]];
      return [[ours, typeof value === 'string' ? value.replace('{judge}', server) : value]];
    }),
  );
  const make = MADE[metric];
  if (make === undefined) throw new Error(`no metric ${metric}`);
  return make({ ...options, answers: 'text', repairs: 0, ...more });
}

function exampleOf(example: Json): object {
  const { grading_context, ...rest }: Readonly<Record<string, unknown>> = Object(example);
  return { ...rest, ...(grading_context === undefined || grading_context === null ? {} : { gradingContext: grading_context }) };
}

const VARIABLES = [
  ...['KEY', 'BASE', 'TYPE', 'VERSION'].map((part) => `OPENAI_API_${part}`),
  ...['OPENAI_BASE_URL', 'OPENAI_ORGANIZATION', 'OPENAI_DEPLOYMENT_NAME', 'ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL'],
];

/** Replays a case: our metrics over its data, with a provider that answers a row as the recorded one did. */
export async function replay(
  one: JudgeCase,
  more: Partial<EvaluateRequest> = {},
  metricOptions: object = {},
): Promise<{ readonly result: EvaluationResult; readonly sent: readonly Sent[] }> {
  const sent: Sent[] = [];
  await using server = await provider(one, sent);
  // Whatever else is set on this machine is none of the case's business.
  for (const name of VARIABLES) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(one.env)) vi.stubEnv(name, value.replace('{judge}', server.url));
  const { data, targets, predictions, extra_metrics = [], evaluator_config = {}, model } = one.input;
  const touchstone = createTouchstone({ plugins: [openai(), azure(), anthropic(), genai({ judge: 'openai:/gpt-4' })] });
  const outputs = model?.outputs;
  const request = {
    data: data?.rows,
    ...(targets === undefined ? {} : { targets }),
    ...(predictions === undefined ? {} : { predictions }),
    ...(outputs === undefined ? {} : { model: ({ inputs }: { readonly inputs: string }) => outputs[inputs] }),
    ...(evaluator_config.col_mapping === undefined ? {} : { columns: evaluator_config.col_mapping }),
    ...(evaluator_config.metric_prefix === undefined ? {} : { evaluatorConfig: { metricPrefix: evaluator_config.metric_prefix } }),
    extraMetrics: extra_metrics.flatMap((asked) => (asked.metric === 'custom' ? [] : [metricOf(asked, server.url, metricOptions)])),
    limits: { attempts: 1 },
    ...more,
  };
  return { result: await touchstone.evaluate(request as never), sent };
}

/** What a call is answered for which MLflow has made none: a 3. */
const UNRECORDED = {
  ...{ id: 'x', object: 'chat.completion', created: 1, model: 'gpt-4', type: 'message', role: 'assistant', stop_reason: 'end_turn' },
  choices: [{ index: 0, message: { role: 'assistant', content: 'score: 3\njustification: unrecorded' }, finish_reason: 'stop' }],
  content: [{ type: 'text', text: 'score: 3\njustification: unrecorded' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2, input_tokens: 1, output_tokens: 1 },
};

async function provider(one: JudgeCase, sent: Sent[]) {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const body: Sent['body'] = JSON.parse(Buffer.concat(pieces).toString('utf8'));
      const recorded = recordedFor(one, body.messages[0]?.content ?? '');
      sent.push({ path: request.url ?? '', headers: request.headers, body, recorded });
      response.writeHead(recorded?.response.status ?? 200, { 'content-type': 'application/json' });
      response.end(recorded?.response.body_raw ?? JSON.stringify(UNRECORDED));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

/** The recorded call of the same metric for the row whose output stands in the prompt. */
function recordedFor({ input, expected }: JudgeCase, prompt: string): Exchange | undefined {
  // MLflow gave up after its trial: that is the answer to every row.
  const [only, ...others] = expected.exchanges ?? [];
  if (only?.phase === 'trial' && others.length === 0) return only;
  const outputs =
    input.model === undefined
      ? (input.data?.rows ?? []).map((row) => row[input.predictions ?? ''])
      : (input.data?.rows ?? []).map((row) => input.model?.outputs[String(row.inputs)]?.[input.predictions ?? '']);
  const row = outputs.findIndex((output) => prompt.includes(`Output:\n${quoted(prompt, textOf(output))}\n\n`));
  const full = (expected.exchanges ?? []).filter(
    ({ phase, metric }) => phase === 'full' && (metric === null || prompt.includes(`a score called ${metric.split('/')[0]} for`)),
  );
  const text = textOf(outputs[row]);
  return (
    full.find((exchange) => exchange.row === row) ??
    full.find(({ request }) => textOf(JSON.parse(request.body_raw).messages[0].content).includes(`Output:\n${text}\n`))
  );
}

function quoted(prompt: string, text: string): string {
  const mark = /<data ([0-9a-f]{16})>/u.exec(prompt)?.[1];
  const lines = text.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/u).map((line) => `| ${line}`);
  return [`<data ${mark}>`, ...lines, `</data ${mark}>`].join('\n');
}

function textOf(cell: Json | undefined): string {
  return typeof cell === 'string' ? cell : JSON.stringify(cell ?? null);
}

/** Score and justification columns of the recorded table, by column. */
export function recordedColumns({ expected }: JudgeCase): Readonly<Record<string, readonly unknown[]>> {
  const table: { columns: string[]; data: unknown[][] } = JSON.parse(expected.files_raw?.['eval_results_table.json'] ?? '{"columns":[],"data":[]}');
  return Object.fromEntries(
    table.columns.flatMap((column, at) => (/\/(?:score|justification)$/u.test(column) ? [[column, table.data.map((line) => line[at])]] : [])),
  );
}
