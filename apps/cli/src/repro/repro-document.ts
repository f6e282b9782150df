import {
  type Annotation,
  type Answer,
  type AskedFor,
  askedAgain,
  type Json,
  modelQuestion,
  type Plan,
  type PredictionResult,
  type Row,
  type RowCall,
  type RowRecord,
  type Score,
  type SentCall,
  type TouchstoneRuntime,
  type Usage,
} from '@touchstone/core';
import { capturedRequest, type HttpRequest } from './captured-request.ts';
import { curlLine } from './curl-line.ts';
import { fetchedRequest, isFetched } from './fetched-request.ts';
import { withMarkedCredentials } from './marked-credentials.ts';

/** What `repro` prints as JSON. */
export interface ReproDocument {
  readonly run: { readonly id: string; readonly name: string };
  readonly evaluation: number;
  readonly row: { readonly number: number; readonly key: string; readonly cells: Row; readonly cluster?: string };
  /** `null`: the outputs stood in the data. */
  readonly model: string | null;
  readonly calls: readonly ReproCall[];
  /** What the model is asked for trials of which no answer is recorded, as it is made now. */
  readonly unanswered: readonly UnansweredCall[];
  readonly trials: readonly ReproTrial[];
  /** Sentences that explain what is missing. */
  readonly notes: readonly string[];
}

/** How it is done again: a command, or why there is none. */
export type Again = { readonly curl: string } | { readonly noCurl: string };

export type ReproCall = Again & {
  /** In this document, from 1. */
  readonly number: number;
  /** `model`, or the name of a metric. */
  readonly asker: string;
  readonly service: string;
  readonly trial?: number;
  readonly repeat?: number;
  /** Absent: it was not kept. */
  readonly request?: Json;
  readonly answer: Answer<Json>;
  /** It was not sent: the store's cache had the answer. */
  readonly cached: boolean;
  readonly attempts: number;
  readonly usage: Usage;
  readonly usd?: number;
  readonly latencyMs: number;
  readonly waitMs: number;
  readonly firstTokenMs?: number;
};

type UnansweredCall = Again & { readonly trial: number; readonly service: string; readonly request: Json };

export interface ReproTrial {
  readonly trial: number;
  readonly prediction?: PredictionResult;
  readonly scores: Readonly<Record<string, Score>>;
  readonly annotations: readonly Annotation[];
}

/** Everything that is known of the row, and how each of its calls is made again. Nothing is sent. */
export async function reproDocument(
  record: RowRecord,
  asked: AskedFor,
  touchstone: TouchstoneRuntime,
  narrow: { readonly metric?: string; readonly call?: number },
): Promise<ReproDocument> {
  const { run, evaluation, plan, row, trials } = record;
  const isWanted = (asker: string): boolean => narrow.metric === undefined || asker === narrow.metric;
  const numbered = record.calls.map((call, index) => ({ call, number: index + 1 }));
  const calls: ReproCall[] = [];
  for (const { call, number } of numbered) {
    if (!isWanted(call.purpose) || (narrow.call !== undefined && number !== narrow.call)) continue;
    calls.push({ ...callDocument(call, number), ...(await again(call, record, asked, touchstone)) });
  }
  return {
    run: { id: run.id, name: run.name },
    evaluation,
    row: {
      number: row.ordinal + 1,
      key: row.key,
      cells: row.row,
      ...(row.cluster === undefined ? {} : { cluster: row.cluster }),
    },
    model: plan.model?.id ?? null,
    calls,
    unanswered: narrow.call === undefined && isWanted('model') ? await unanswered(record, asked, touchstone) : [],
    trials: trials.map(({ scores, ...trial }) => ({
      ...trial,
      scores: Object.fromEntries(Object.entries(scores).filter(([name]) => isWanted(name))),
    })),
    notes: notesOf(record, isWanted),
  };
}

function callDocument(call: RowCall, number: number): Omit<ReproCall, 'curl' | 'noCurl'> {
  const { purpose, service, sent, answer, attempts, usage, usd, latencyMs, waitMs, firstTokenMs } = call;
  return {
    number,
    asker: purpose,
    service,
    ...(sent === undefined ? {} : { trial: sent.trial, repeat: sent.repeat, request: sent.request }),
    answer,
    cached: attempts === 0,
    attempts,
    // Stores keep what was not said as 0.
    usage: Object.fromEntries(Object.entries(usage).filter(([, tokens]) => tokens !== 0)),
    ...(usd === undefined || Number.isNaN(usd) ? {} : { usd }),
    latencyMs,
    waitMs,
    ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
  };
}

async function again(call: RowCall, record: RowRecord, asked: AskedFor, touchstone: TouchstoneRuntime): Promise<Again> {
  if (!hasSent(call)) return { noCurl: 'what was sent was not kept' };
  if (isFetched(call.sent)) return { curl: curlLine(fetchedRequest(call.sent)) };
  const request = await withMarkedCredentials(async () => {
    const question = await askedAgain(call, record, asked, touchstone.registrations);
    return 'reason' in question ? question.reason : capturedRequest(question);
  });
  return curlOf(request);
}

function hasSent(call: RowCall): call is RowCall & { readonly sent: SentCall } {
  return call.sent !== undefined;
}

/** Where keys read as themselves again: what holds one all the same, its variable is looked for. */
function curlOf(request: HttpRequest | string): Again {
  return typeof request === 'string' ? { noCurl: request } : { curl: curlLine(request) };
}

/** Of a call that has failed nothing is recorded but the error. What is sent again is what the model makes of the row now. */
async function unanswered(
  record: RowRecord,
  asked: AskedFor,
  { registrations }: TouchstoneRuntime,
): Promise<readonly UnansweredCall[]> {
  const answered = new Set(record.calls.flatMap(({ purpose, sent }) => (purpose === 'model' ? [sent?.trial ?? 0] : [])));
  const failed = record.trials.filter(
    ({ trial, prediction }) => prediction !== undefined && 'failed' in prediction && !answered.has(trial),
  );
  const calls: UnansweredCall[] = [];
  for (const { trial } of failed) {
    const call = await withMarkedCredentials(async () => {
      const question = await modelQuestion(record, asked, registrations);
      if (question === undefined) return undefined;
      return { service: question.service.id, request: question.request, captured: await capturedRequest(question) };
    });
    if (call === undefined) continue;
    const { captured, ...asks } = call;
    calls.push({ trial, ...asks, ...curlOf(captured) });
  }
  return calls;
}

function notesOf({ run, plan, calls, trials, keepsSent }: RowRecord, isWanted: (asker: string) => boolean): readonly string[] {
  const notes: string[] = [];
  const asked = (asker: string): boolean => plan.services.some(({ purpose }) => purpose === asker);
  const has = (asker: string): boolean => calls.some(({ purpose }) => purpose === asker);
  if (!keepsSent) {
    const what = 'by a version that kept answers and not what was asked';
    notes.push(`Run ${run.name} was recorded ${what}: calls of metrics cannot be told by row, and none can be made again.`);
  }
  if (isWanted('model') && !has('model')) notes.push(...noCallOfModel(plan));
  for (const { name } of plan.metrics) {
    if (!keepsSent || !isWanted(name) || has(name) || !asked(name) || plan.cassette !== undefined) continue;
    const scores = trials.flatMap(({ scores: own }) => own[name] ?? []);
    if (scores.some((score) => score.status === 'failed' && score.error.code !== 'prediction-failed')) {
      notes.push(`No answer to ${name} is recorded: of a call that fails, only the error is.`);
    }
  }
  return notes;
}

function noCallOfModel({ model, services, cassette }: Plan): readonly string[] {
  if (model === undefined) return ['There was no model: the outputs stood in the data.'];
  if (cassette !== undefined) return [`Answers came from the cassette ${cassette.file}, which holds what was asked.`];
  if (services.some(({ purpose }) => purpose === 'model')) return [];
  const isCode =
    model.spec !== undefined || (typeof model.identity === 'object' && model.identity !== null && 'function' in model.identity);
  return [
    isCode
      ? `${model.id} is code of yours, and made no calls through Touchstone: it was given the row.`
      : `${model.id} was asked for several rows at once: the call stands at the first of them.`,
  ];
}
