import { createHash } from 'node:crypto';
import {
  type AskedAnswer,
  type Failed,
  type Generated,
  type GenerateRequest,
  type Json,
  type LanguageModel,
  type Message,
  messageOf,
  type Scored,
  ServiceError,
  type Work,
} from '@touchstone/core';
import { type AnswerMode, answerInstruction, answerSchema } from './answer-format.ts';
import { PARSER_VERSION, parseAnswer, type ReadAnswer } from './parse-answer.ts';
import { describeScale, type Scale } from './scale.ts';

/** How a judge is asked for its answers; `auto`: by a JSON Schema, and by words where the judge does not take one. */
export type Answers = 'auto' | AnswerMode;

/** One question to a judge: a row, a metric, and all that says how the answer is read. */
export interface Question {
  /** The metric, as the judge and people read it. */
  readonly about: string;
  readonly scale: Scale;
  /** What the judge is sent. */
  prompt(mode: AnswerMode): string;
  readonly answers: Answers;
  /** How often an answer that cannot be read is asked for again. */
  readonly repairs: number;
  readonly parameters?: Readonly<Record<string, Json>> | undefined;
  readonly defaults?: Readonly<Record<string, Json>> | undefined;
}

/** What a judge said of a row, or why it said nothing that counts; with where it comes from. */
export type Judgement =
  | {
      readonly value: number | boolean | string;
      readonly justification: string;
      readonly provenance: Provenance;
      /** The whole answer that it was read from. */
      readonly answered: Generated;
    }
  | { readonly failed: { readonly code: string; readonly message: string }; readonly provenance: Provenance };

/** How a judge is asked one question: {@link askJudge}, or what does more than it. */
export type AskJudge = typeof askJudge;

/** Where a judgement comes from: kept in the details of the score. */
export interface Provenance {
  readonly judge: string;
  /** The model as its provider names it in the answer. */
  readonly servedBy?: string;
  /** SHA-256 of what was sent, 16 hex digits. */
  readonly promptHash: string;
  readonly parserVersion: number;
  readonly answers: AnswerMode;
  /** Answers that were asked for. */
  readonly attempts: number;
  /** The last answer, where it could not be read. */
  readonly raw?: string;
  /** Of a score that is the mean over the numbers that the judge might have said: what it did say, and their probability together. */
  readonly expected?: { readonly said: number; readonly mass: number };
  /** Of evaluation steps that the judge wrote itself. */
  readonly steps?: readonly string[];
  /** What was done otherwise than asked, in the adapter's words. */
  readonly notes?: readonly string[];
}

/** The request of a question, as it is sent first: for estimates, and to be asked. */
export function requestOf(
  question: Question,
  mode: AnswerMode = question.answers === 'text' ? 'text' : 'structured',
): GenerateRequest {
  const { parameters, defaults, scale } = question;
  return {
    messages: [{ role: 'user', content: question.prompt(mode) }],
    ...(parameters === undefined ? {} : { parameters }),
    ...(defaults === undefined ? {} : { defaults }),
    ...(mode === 'structured' ? { output: { schema: answerSchema(scale) } } : {}),
  };
}

/**
 * Asks a judge, reads its answer, and asks once more where that cannot be read.
 *
 * @param repeat which of several independent judgements of the same question
 * @throws ServiceError what the judge's provider throws, but for a judge that takes no JSON Schema (asked in words then) and a question that
 *   is longer than it reads
 */
export async function askJudge(
  question: Question,
  judge: LanguageModel,
  work: Pick<Work, 'ask' | 'retrying'>,
  repeat = 0,
): Promise<Judgement> {
  for (let round = 0; ; round++) {
    const { judgement, isNew } = await judgementOf(question, judge, work, repeat + round * ROUND);
    // What an earlier part of the run was answered, and could not use, is no further try.
    if (!('failed' in judgement) || isNew || work.retrying !== true || round === MOST_ROUNDS) return judgement;
  }
}

/** Between the independent judgements of one question and those of its further tries. */
const ROUND = 1_000;
const MOST_ROUNDS = 50;

/** @returns `isNew`: something was asked for it that was not recorded before */
async function judgementOf(
  question: Question,
  judge: LanguageModel,
  work: Pick<Work, 'ask'>,
  repeat: number,
): Promise<{ readonly judgement: Judgement; readonly isNew: boolean }> {
  const tag = repeat === 0 ? undefined : { repeat };
  let mode: AnswerMode = question.answers === 'text' || takesNoSchema.has(judge) ? 'text' : 'structured';
  let request = requestOf(question, mode);
  const ask = (): Promise<AskedAnswer<Generated>> => work.ask(judge, request, tag);
  let answer: AskedAnswer<Generated>;
  try {
    answer = await ask();
  } catch (error) {
    if (isTooLong(error)) return { judgement: tooLong(judge, mode, error, request), isNew: true };
    if (mode === 'text' || question.answers === 'structured' || !isBadRequest(error)) throw error;
    mode = 'text';
    request = requestOf(question, mode);
    answer = await ask();
    // It was the schema.
    takesNoSchema.add(judge);
  }
  const promptHash = hashOf(request);
  let isNew = !answer.cached;
  for (let attempts = 1; ; attempts++) {
    const read = readAnswer(answer, question.scale);
    const provenance: Provenance = {
      judge: judge.id,
      ...(answer.servedBy === undefined ? {} : { servedBy: answer.servedBy }),
      promptHash,
      parserVersion: PARSER_VERSION,
      answers: mode,
      attempts,
      ...(answer.value.notes === undefined ? {} : { notes: answer.value.notes }),
    };
    if (read.status === 'read') {
      const { value, justification } = read;
      return { judgement: { value, justification, provenance, answered: answer.value }, isNew };
    }
    const raw = answer.value.text ?? answer.value.refusal ?? '';
    const failure = failureOf(read, answer, question);
    if (!failure.repairable || attempts > question.repairs) {
      return { judgement: { failed: failure, provenance: { ...provenance, raw: shortened(raw) } }, isNew };
    }
    request = { ...request, messages: [...request.messages, ...repairOf(raw, failure.message, mode, question)] };
    answer = await ask();
    isNew ||= !answer.cached;
  }
}

/** A judgement as the score of a metric. */
export function scoreOf(
  judgement: Judgement,
  about: string,
  more: { readonly details?: object; readonly flags?: readonly string[] } = {},
): Scored | Failed {
  const details: Json = JSON.parse(JSON.stringify({ ...judgement.provenance, ...more.details }));
  if ('failed' in judgement) {
    const { code, message } = judgement.failed;
    const retryable = code !== 'judge-context-too-long';
    return { status: 'failed', error: { code, message: `${about}: ${message}`, retryable, details } };
  }
  return {
    status: 'scored',
    value: judgement.value,
    justification: judgement.justification,
    details,
    ...(more.flags === undefined || more.flags.length === 0 ? {} : { flags: more.flags }),
  };
}

/** Judges of this process that have refused a JSON Schema, so that not every row finds out anew. */
const takesNoSchema = new WeakSet<LanguageModel>();

type Unread = Exclude<ReadAnswer, { status: 'read' }> | { readonly status: 'refused' | 'cut-off' | 'filtered' };

function readAnswer({ value, finish }: AskedAnswer<Generated>, scale: Scale): Unread | Extract<ReadAnswer, { status: 'read' }> {
  if (finish === 'refusal' || value.refusal !== undefined) return { status: 'refused' };
  if (finish === 'filter') return { status: 'filtered' };
  // What was cut off had not come to its end: a score in it may be one that the judge was about to reject.
  if (finish === 'length') return { status: 'cut-off' };
  return parseAnswer(value.text ?? '', scale);
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly repairable: boolean;
}

function failureOf(read: Unread, { value }: AskedAnswer<Generated>, { scale }: Question): Failure {
  switch (read.status) {
    case 'refused':
      return {
        code: 'judge-refused',
        message: `the judge refused: ${shortened(value.refusal ?? value.text ?? '')}`,
        repairable: false,
      };
    case 'filtered':
      return { code: 'content-filter', message: "the provider's content filter stopped the judge's answer", repairable: false };
    case 'cut-off':
      return {
        code: 'judge-cut-off',
        message: 'the judge used all of its output tokens before it was done; set parameters: { maxOutputTokens: … } higher',
        repairable: true,
      };
    case 'out-of-range':
      return {
        code: 'judge-out-of-range',
        message: `the judge's score is ${shortened(read.said)}, and the scale is ${describeScale(scale)}`,
        repairable: true,
      };
    case 'unreadable':
      return { code: 'judge-unreadable', message: `the judge's answer cannot be read: ${read.why}`, repairable: true };
  }
}

/** The conversation goes on; a judge that said nothing is only asked again. */
function repairOf(raw: string, why: string, mode: AnswerMode, { about, scale }: Question): readonly Message[] {
  const again = `${why.replace(/; set parameters.*$/u, '')}. Judge again, by the same rubric, and be brief.\n\n${answerInstruction(mode, about, scale)}`;
  const said: readonly Message[] = raw.trim() === '' ? [] : [{ role: 'assistant', content: shortened(raw) }];
  return [...said, { role: 'user', content: `That does not count: ${again}` }];
}

function hashOf({ messages, output }: GenerateRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([messages, output ?? null]))
    .digest('hex')
    .slice(0, 16);
}

/** Characters of an answer that are kept, and shown to the judge again. */
const KEPT = 4_000;

function shortened(text: string): string {
  return text.length > KEPT ? `${text.slice(0, KEPT)}…` : text;
}

function isBadRequest(error: unknown): boolean {
  return ServiceError.isInstance(error) && error.code === 'bad-request';
}

/** Providers have no common code for it, only similar words. */
function isTooLong(error: unknown): boolean {
  return (
    isBadRequest(error) &&
    /context.?(?:length|window|size)|(?:prompt|input|request|message)s? (?:is|are|was) too (?:long|large)|maximum.{0,20}(?:context|tokens)|too many (?:input )?tokens|exceeds? .{0,40}(?:context|token)/iu.test(
      messageOf(error),
    )
  );
}

function tooLong(judge: LanguageModel, mode: AnswerMode, error: unknown, request: GenerateRequest): Judgement {
  const message = `the row is longer than ${judge.id} reads (${shortened(messageOf(error))}): set maxLength to cut long texts in their middle`;
  return {
    failed: { code: 'judge-context-too-long', message },
    provenance: { judge: judge.id, promptHash: hashOf(request), parserVersion: PARSER_VERSION, answers: mode, attempts: 1 },
  };
}
