import type { Answer, Json, Score } from '@touchstone/core';
import type { Again, ReproCall, ReproDocument, ReproTrial } from './repro-document.ts';

/** All of it for people: nothing is cut, because a letter may be what is looked for. */
export function formatRepro(document: ReproDocument): string {
  const { run, evaluation, row, calls, unanswered, trials, notes } = document;
  const several = trials.length > 1;
  const parts = [
    [`run ${shown(run.name)} (${run.id.slice(0, 8)}) · evaluation ${evaluation} · row ${row.number} · ${shown(row.key)}`],
    section(
      'data',
      Object.entries(row.cells).flatMap(([name, cell]) => named(name, textOf(cell))),
    ),
    ...calls.map((call) => section(callHead(call, several), callLines(call))),
    ...unanswered.map((call) =>
      section(`no answer is recorded · model under test · ${call.service}${several ? ` · trial ${call.trial}` : ''}`, [
        ...named('asks now', requestLines(call.request).join('\n')),
        ...againLines(call),
      ]),
    ),
    ...trials.map((trial) => section(several ? `how it was read · trial ${trial.trial}` : 'how it was read', trialLines(trial))),
    notes.map(shown),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [shown(title), ...lines.map((line) => (line === '' ? '' : `  ${line}`))];
}

function callHead({ number, asker, service, trial = 0, repeat = 0 }: ReproCall, several: boolean): string {
  const who = asker === 'model' ? 'model under test' : asker;
  const which = [...(several ? [`trial ${trial}`] : []), ...(repeat > 0 ? [`repeat ${repeat}`] : [])];
  return [`call ${number}`, who, service, ...which].join(' · ');
}

function callLines(call: ReproCall): readonly string[] {
  return [
    ...(call.request === undefined ? [] : named('sent', requestLines(call.request).join('\n'))),
    ...named('answered', answerLines(call.answer).join('\n')),
    ...named('how', howOf(call)),
    ...againLines(call),
  ];
}

/** A command stands at the edge, so that it can be copied with its here-document. */
function againLines(again: Again): readonly string[] {
  return 'curl' in again ? ['again:', ...again.curl.split('\n')] : named('again', `no curl line: ${again.noCurl}`);
}

/** Messages as a conversation, all else as JSON. */
function requestLines(request: Json): readonly string[] {
  if (!isObject(request) || !isList(request.messages)) return [JSON.stringify(request, null, 2)];
  const { messages, ...rest } = request;
  return [
    ...messages.flatMap((message): readonly string[] => {
      if (!isObject(message)) return [JSON.stringify(message)];
      const { role, content, ...more } = message;
      const others = Object.keys(more).length === 0 ? '' : ` ${JSON.stringify(more)}`;
      return [`[${String(role)}]${others}`, ...(content === null || content === undefined ? [] : [textOf(content)])];
    }),
    ...members(rest),
  ];
}

function answerLines({ value }: Answer<Json>): readonly string[] {
  if (!isObject(value) || typeof value.text !== 'string') return [textOf(value)];
  const { text, ...rest } = value;
  return [text, ...members(rest)];
}

function members(object: { readonly [name: string]: Json }): readonly string[] {
  return Object.entries(object).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
}

function howOf({ answer, usage, usd, latencyMs, waitMs, firstTokenMs, attempts, cached }: ReproCall): string {
  const { inputTokens, outputTokens } = usage;
  const said = [
    ...(answer.finish === undefined ? [] : [`ended by ${answer.finish}`]),
    ...(answer.servedBy === undefined ? [] : [`served by ${answer.servedBy}`]),
    ...(inputTokens === undefined ? [] : [`${inputTokens} tokens in`]),
    ...(outputTokens === undefined ? [] : [`${outputTokens} out`]),
    ...(cached ? [] : [usd === undefined ? 'price not known' : `$${Number(usd.toPrecision(3))}`]),
    `${Math.round(latencyMs)} ms`,
    ...(firstTokenMs === undefined ? [] : [`first token after ${Math.round(firstTokenMs)} ms`]),
    ...(waitMs >= 1 ? [`waited ${Math.round(waitMs)} ms`] : []),
    ...(cached ? ['from the cache: nothing was sent'] : attempts > 1 ? [`${attempts} attempts`] : []),
  ];
  return said.join(' · ');
}

function trialLines({ prediction, scores, annotations }: ReproTrial): readonly string[] {
  return [
    ...(prediction === undefined
      ? []
      : 'failed' in prediction
        ? named('prediction', `failed (${prediction.failed.code}): ${prediction.failed.message}`)
        : Object.entries(prediction.columns).flatMap(([name, cell]) =>
            named(name === prediction.main ? `prediction (${name})` : name, textOf(cell)),
          )),
    ...Object.entries(scores).flatMap(([name, score]) => named(name, scoreText(score))),
    ...annotations.flatMap(({ name, value, author, reason }) =>
      named(name, `${JSON.stringify(value)}, says ${author}${reason === undefined ? '' : `: ${reason}`}`),
    ),
  ];
}

function scoreText(score: Score): string {
  if (score.status === 'skipped') return `skipped (${score.code}): ${score.reason}`;
  if (score.status === 'failed') return `failed (${score.error.code}): ${score.error.message}`;
  const { value, justification, details, flags, summandsOnly } = score;
  return [
    summandsOnly === true ? 'no score of its own: it is part of the whole' : String(value),
    ...(justification === undefined ? [] : [`because: ${justification}`]),
    ...(details === undefined ? [] : [`details: ${JSON.stringify(details)}`]),
    ...(flags === undefined ? [] : [`flags: ${flags.join(', ')}`]),
  ].join('\n');
}

/** `name  text`; what has several lines stands below its name. */
function named(name: string, text: string): readonly string[] {
  const lines = text.split(/\r\n|[\n\r]/u).map(shown);
  const [only = ''] = lines;
  return lines.length === 1 ? [`${shown(name)}: ${only}`] : [`${shown(name)}:`, ...lines.map((line) => `  ${line}`)];
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? 'null');
}

/** Letters that a terminal would obey become pictures; all else stays, blanks too. */
function shown(text: string): string {
  return text.toWellFormed().replace(/[^\P{Cc}\t]|\p{Bidi_Control}/gu, (letter) => {
    const code = letter.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '␡' : '\ufffd';
  });
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `Array.isArray` does not narrow readonly arrays. */
function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
