import { messageOf } from '@touchstone/core';
import { type Arrival, now, type OpenCall } from './call-log.ts';
import { chooseFault, type Fault } from './faults.ts';
import type { Refused } from './hidden-limits.ts';
import { drawLatency } from './latency.ts';
import { pause } from './pause.ts';
import type { ProviderState } from './provider-state.ts';
import type { Route } from './route.ts';
import { ScriptedFault, ScriptedResponse } from './scripted-answer.ts';
import type { Instead, Task } from './wire/endpoint.ts';
import type { Failure, Family } from './wire/family.ts';
import type { Incoming } from './wire/incoming.ts';
import { Declined, type JsonReply, type Reply } from './wire/reply.ts';
import { waitHeaders } from './wire/wait-headers.ts';

/** How the bytes of an answer go wrong. */
export type Breakage = Extract<
  Fault,
  { fault: 'reset' | 'truncated' | 'stream-error' | 'invalid-json' | 'non-utf8' | 'oversized' }
>;

/** What is to be done with the connection. */
export type Verdict =
  | {
      readonly kind: 'answer';
      readonly reply: Reply;
      readonly headers: Readonly<Record<string, string>>;
      readonly breakage?: Breakage;
      readonly family: Family;
    }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' };

/** A request on its way: written to the log, and leaving its limits when it is over. */
export interface Exchange {
  readonly incoming: Incoming;
  readonly call: OpenCall;
  verdict(): Promise<Verdict>;
  /** Once, when the connection is done with it. */
  end(outcome: 'answered' | 'gone' | 'cut'): void;
}

/** The way of a request: fault before all else, credential, form, limits, latency, answer. */
export function exchange(incoming: Incoming, state: ProviderState, arrival: Arrival, { family, endpoint }: Route): Exchange {
  const { request, random } = incoming;
  const credential = family.credential(incoming.headers);
  const { random: _, ...told } = request;
  const call = state.log.arrive({ ...told, key: credential }, arrival);
  const account = credential ?? 'nobody';
  let leave: (() => void) | undefined;
  /** A script is asked once: when it answers with a fault, what is left to answer is the default. */
  let { answers } = state;

  return {
    incoming,
    call,
    verdict: () => judged(() => chooseFault(state.faults, request, random)),
    end(outcome) {
      leave?.();
      state.log.end(call, arrival, outcome);
    },
  };

  async function judged(chosen: () => Fault | undefined): Promise<Verdict> {
    try {
      return await withFault(chosen());
    } catch (error) {
      if (error instanceof Declined) return answer(error.reply);
      if (error instanceof ScriptedResponse) return answer({ response: error.response });
      if (error instanceof ScriptedFault) {
        answers = {};
        return judged(() => error.fault);
      }
      // A script, a rule or a latency: a test should see it, not hang.
      return answer({ status: 500, json: providerFailure(error) });
    }
  }

  async function withFault(fault: Fault | undefined): Promise<Verdict> {
    if (fault !== undefined) call.fault = fault.fault;
    switch (fault?.fault) {
      case 'hang':
        return { kind: 'hang' };
      case 'rate-limit':
        return answer(rateLimited(fault));
      case 'quota':
        return failed({ kind: 'quota' });
      case 'auth':
        return failed({ kind: 'bad-credential', credential: credential ?? '', shown: 'whole' });
      case 'server-error':
        return failed({ kind: 'server-error', status: fault.status ?? 500 });
      case 'overloaded':
        return failed({ kind: 'overloaded' });
      case 'html':
        return answer({ status: fault.status ?? 200, contentType: 'text/html; charset=utf-8', body: PAGE });
      case 'slow':
        await pause(fault.ms);
        return answered(undefined);
      case 'reset':
        return fault.at === 'within' ? answered(undefined, fault) : { kind: 'reset' };
      case 'content-filter':
        return fault.of === 'prompt' ? failed({ kind: 'prompt-filtered' }) : answered('filtered');
      case 'empty':
      case 'refusal':
      case 'length':
        return answered(fault.fault);
      case 'truncated':
      case 'stream-error':
      case 'invalid-json':
      case 'non-utf8':
      case 'oversized':
        return answered(undefined, fault);
      case undefined:
        return answered(undefined);
    }
  }

  async function answered(instead: Instead | undefined, breakage?: Breakage): Promise<Verdict> {
    checkCredential();
    const task = open();
    if (leave === undefined) {
      const refused = enter(task);
      if (refused !== undefined) return refused;
      const ms = drawLatency(state.latency, request, random);
      if (ms > 0) await pause(ms);
    }
    const reply = await task.answer(instead);
    if (breakage?.fault === 'stream-error' && !('events' in reply)) return failed({ kind: 'server-error', status: 500 });
    return answer(reply, breakage);
  }

  function checkCredential(): void {
    const { credentials } = state;
    if (credential === undefined) {
      const wanted = credentials === 'any' ? family.needsCredential : credentials !== 'optional';
      if (wanted) throw declined({ kind: 'no-credential' });
    } else if (credentials !== 'any' && credentials !== 'optional' && !credentials.includes(credential)) {
      throw declined({ kind: 'bad-credential', credential, shown: 'masked' });
    }
  }

  function open(): Task {
    if (endpoint === undefined) throw declined({ kind: 'unknown-path' });
    if (endpoint.method !== 'any' && endpoint.method !== request.method) throw declined({ kind: 'wrong-method' });
    if (endpoint.method === 'POST') checkJson();
    return endpoint.open(incoming, { ...state, answers });
  }

  function checkJson(): void {
    if (!/^application\/json\b/i.test(incoming.headers['content-type'] ?? '')) throw declined({ kind: 'content-type' });
    if (typeof request.body !== 'object' || request.body === null) throw declined({ kind: 'no-json' });
  }

  /** Its place within the limits, until the exchange ends. */
  function enter(task: Task): Verdict | undefined {
    const admission = state.limits.enter({ account, model: request.model, tokens: task.tokens }, now());
    if (!admission.admitted) {
      call.limitedBy = admission.by;
      return answer(refusedBy(admission, task.tokens));
    }
    leave = () => admission.leave(call.tokens ?? 0, now());
    return undefined;
  }

  function refusedBy(refused: Refused, tokens: number): JsonReply {
    const standing = state.limits.standing({ account, model: request.model }, now());
    const reply = family.failure({ kind: 'limited', refused, standing, tokens }, incoming);
    const style =
      state.limits.headers === 'none'
        ? 'none'
        : family.api === 'azure' || family.api === 'openai'
          ? 'retry-after-ms'
          : 'retry-after';
    return { ...reply, headers: { ...reply.headers, ...waitHeaders(refused.waitMs, style) } };
  }

  function rateLimited(fault: Extract<Fault, { fault: 'rate-limit' }>): JsonReply {
    const refused: Refused = { admitted: false, by: 'requests', ...(fault.waitMs === undefined ? {} : { waitMs: fault.waitMs }) };
    const reply = family.failure({ kind: 'limited', refused, standing: {}, tokens: 0 }, incoming);
    return { ...reply, headers: { ...reply.headers, ...waitHeaders(fault.waitMs, fault.headers ?? 'retry-after') } };
  }

  function declined(failure: Failure): Declined {
    return new Declined(family.failure(failure, incoming));
  }

  function failed(failure: Failure): Verdict {
    return answer(family.failure(failure, incoming));
  }

  function answer(reply: Reply, breakage?: Breakage): Verdict {
    const standing = state.limits.headers === 'full' ? state.limits.standing({ account, model: request.model }, now()) : {};
    const headers = { ...family.headers(incoming), ...family.limitHeaders(standing) };
    return { kind: 'answer', reply, headers, family, ...(breakage && { breakage }) };
  }
}

export function providerFailure(error: unknown) {
  return { error: { message: `The fake provider failed: ${messageOf(error)}`, type: 'fake_provider_failure' } };
}

const PAGE = `<!doctype html>
<html><head><title>502 Bad Gateway</title></head>
<body><h1>Bad Gateway</h1><p>The upstream server did not answer in time.</p></body></html>
`;
