import type { Json } from '@touchstone/core';
import { jsonObjects } from './json-objects.ts';
import { type Verdict, verdictOfJson, verdictOfText } from './read-verdict.ts';
import type { Scale } from './scale.ts';

/** Version of the rules below: changes when an answer is read otherwise. Stored with every score. */
export const PARSER_VERSION = 1;

/** What an answer of a judge says. */
export type ReadAnswer =
  | { readonly status: 'read'; readonly value: number | boolean | string; readonly justification: string }
  | { readonly status: 'out-of-range'; readonly said: string }
  /** `why` is the end of a sentence that begins with what was answered. */
  | { readonly status: 'unreadable'; readonly why: string };

/**
 * The verdict and its reason in an answer: JSON first (also in a fence, or with words around it), then lines `score: …` and
 * `justification: …` in either order, then an answer that is nothing but a verdict, then `4/5` somewhere in it.
 * What is said twice in different ways, or is not clearly a verdict on the scale, is unreadable: a guess would be a number nobody gave.
 * Never throws.
 */
export function parseAnswer(text: string, scale: Scale): ReadAnswer {
  const trimmed = text.trim();
  if (trimmed === '') return unreadable('it is empty');
  if (trimmed.length > LONGEST) return unreadable('it is longer than any judgement');
  return ofJson(trimmed, scale) ?? ofLabels(trimmed, scale) ?? ofWhole(trimmed, scale) ?? ofFraction(trimmed, scale) ?? NO_SCORE;
}

/** Characters of an answer. */
const LONGEST = 100_000;

const NO_SCORE = unreadable('it gives no score');

function unreadable(why: string): ReadAnswer {
  return { status: 'unreadable', why };
}

const SCORE_KEY = /^(?:score|rating)$/iu;
const REASON_KEY = /^(?:justification|reasoning|reason|explanation|rationale)$/iu;
/** The same key twice in one object: a parser would take the last. */
const SCORE_IN_JSON = /(?<!\\)"(?:score|rating)"\s*:\s*(?<value>"(?:[^"\\]|\\.)*"|[^,}\s]+)/giu;

function ofJson(text: string, scale: Scale): ReadAnswer | undefined {
  const objects = jsonObjects(text).flatMap(({ value, text: piece }) => {
    const score = Object.entries(value).find(([key]) => SCORE_KEY.test(key));
    return score === undefined ? [] : [{ value, score: score[1], piece }];
  });
  const [first] = objects;
  if (first === undefined) return undefined;
  const given = objects.flatMap(({ piece }) => Array.from(piece.matchAll(SCORE_IN_JSON), ({ groups }) => groups?.value ?? ''));
  const verdicts = [verdictOfJson(first.score, scale), ...given.map((one) => verdictOfJson(parsedValue(one), scale))];
  const reason = Object.entries(first.value).find(([key]) => REASON_KEY.test(key))?.[1];
  return agreed(verdicts, reasonText(reason));
}

function parsedValue(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function reasonText(reason: Json | undefined): string {
  if (reason === undefined || reason === null) return '';
  return typeof reason === 'string' ? reason.trim() : JSON.stringify(reason);
}

/** What may stand before a label: quotation, list and markdown marks. */
const BEFORE = String.raw`[ \t>*_#\x60"'“”\-•]{0,20}`;
const SCORE = String.raw`(?:(?:final|overall)\s+)?(?:score|rating|점수)`;
const REASON = `(?:justification|reasoning|explanation|rationale|이유|근거)`;
const COLON = String.raw`[ \t*_\x60"'”]{0,10}[:=：][\s*_\x60"'“]{0,10}`;
/** A verdict ends where the line or the reason begins. */
const REST = String.raw`(?<rest>[^\n\r]*?)(?=[\s,;.]{0,10}(?:${REASON}${COLON})|[\n\r]|$)`;
const SCORE_LINE = new RegExp(`^${BEFORE}${SCORE}${COLON}${REST}`, 'gimu');
const SCORE_INSIDE = new RegExp(String.raw`(?<![\p{L}\p{N}_-])${SCORE}${COLON}${REST}`, 'giu');
const REASON_PART = new RegExp(
  String.raw`(?:^${BEFORE}|(?<=[\s,;.]))${REASON}${COLON}(?<text>[\s\S]*?)(?=^${BEFORE}${SCORE}${COLON}|$(?![\s\S]))`,
  'imu',
);

function ofLabels(text: string, scale: Scale): ReadAnswer | undefined {
  const lines = [...text.matchAll(SCORE_LINE)];
  const found = lines.length > 0 ? lines : [...text.matchAll(SCORE_INSIDE)];
  if (found.length === 0) return undefined;
  return agreed(
    found.map(({ groups }) => verdictBeforeWords(groups?.rest ?? '', scale)),
    (REASON_PART.exec(text)?.groups?.text ?? '').trim(),
  );
}

/** `4`, `4 (mostly right)`, `4 because it is right`; but not `4 - 5`: words may follow that hold no other number. */
function verdictBeforeWords(text: string, scale: Scale): Verdict {
  const whole = verdictOfText(text, scale);
  if (whole.status !== 'unreadable') return whole;
  const [, head, words] = /^([^\s(]+)(?:\s*\(|\s+[-–—]\s|\.\s|\s+because\s)(.*)$/u.exec(text) ?? [];
  return head === undefined || words === undefined || /\p{N}/u.test(words) ? whole : verdictOfText(head, scale);
}

/** The one verdict that all of these are. */
function agreed(verdicts: readonly Verdict[], justification: string): ReadAnswer {
  const [first] = verdicts;
  if (first === undefined) return NO_SCORE;
  if (verdicts.some(({ status }) => status === 'unreadable')) return unreadable('its score is none on the scale');
  if (verdicts.some((one) => JSON.stringify(one) !== JSON.stringify(first))) return unreadable('it gives several scores');
  return first.status === 'read' ? { ...first, justification } : (first as ReadAnswer);
}

function ofWhole(text: string, scale: Scale): ReadAnswer | undefined {
  const verdict = verdictOfText(text, scale);
  return verdict.status === 'unreadable' ? undefined : agreed([verdict], '');
}

/** `I give it 4/5.` A single number among words may be anything; with the end of the scale below it, it is a score. */
const FRACTION = /(?<![\p{Nd}.,/])[-−]?\p{Nd}+(?:\.\p{Nd}+)?\s*(?:\/|out of)\s*\p{Nd}+(?![\p{Nd}/]|[.,]\p{Nd})/giu;

function ofFraction(text: string, scale: Scale): ReadAnswer | undefined {
  if (scale.kind !== 'numeric') return undefined;
  const found = Array.from(text.matchAll(FRACTION), ([fraction]) => verdictOfText(fraction, scale));
  return found.length === 0 ? undefined : agreed(found, text);
}
