import { hash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { messageOf } from '@touchstone/core';
import type { FakeCall, FakeCounts } from './call-log.ts';
import { checkFaults, type FaultRule } from './faults.ts';
import { forget } from './forget.ts';
import { isObject } from './json-access.ts';
import type { ProviderState } from './provider-state.ts';

/**
 * What a provider in a process of its own is asked and told by the tests, below `/_fake`: `GET calls`, `GET counts`, `POST reset`,
 * `POST limit`, `POST faults`. It is not logged, and no credential leaves by it.
 */
export function controlPage(method: string, path: string, text: string, res: ServerResponse, state: ProviderState): void {
  try {
    const answer = PAGES[`${method} ${path.slice('/_fake/'.length)}`]?.(state, text === '' ? undefined : JSON.parse(text));
    reply(res, answer === undefined ? 404 : 200, answer ?? { error: `There is no ${method} ${path}.` });
  } catch (error) {
    reply(res, 400, { error: messageOf(error) });
  }
}

const PAGES: Readonly<Record<string, (state: ProviderState, body: unknown) => unknown>> = {
  'GET calls': (state) => withoutCredentials(state.log.calls()),
  'GET counts': (state) => countsWithoutCredentials(state.log.counts()),
  'POST reset': (state) => {
    forget(state);
    return {};
  },
  'POST limit': (state, body) => {
    // A limit that is taken away comes as null: JSON has no undefined.
    const changed = isObject(body) ? Object.entries(body) : [];
    state.limits.change(Object.fromEntries(changed.map(([name, limit]) => [name, limit ?? undefined])));
    return {};
  },
  'POST faults': (state, body) => {
    const rules: readonly FaultRule[] = Array.isArray(body) ? body : [];
    checkFaults(rules);
    state.faults = rules;
    return {};
  },
};

function reply(res: ServerResponse, status: number, json: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(JSON.stringify(json));
}

const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization', 'api-key', 'x-api-key', 'cookie']);

/** Shorter ones are no secrets, and may be parts of words. */
const LEAST_SECRET = 8;

function withoutCredentials(calls: readonly FakeCall[]): unknown {
  const keys = new Set(calls.map(({ key }) => key ?? '').filter((key) => key.length >= LEAST_SECRET));
  const shown = calls.map((call) => ({
    ...call,
    key: call.key === undefined ? undefined : fingerprint(call.key),
    headers: Object.fromEntries(
      Object.entries(call.headers).map(([name, value]) => [name, SECRET_HEADERS.has(name) ? fingerprint(value) : value]),
    ),
  }));
  // Errors may repeat the key.
  const text = [...keys].reduce(
    (text, key) => text.replaceAll(JSON.stringify(key).slice(1, -1), fingerprint(key)),
    JSON.stringify(shown),
  );
  return JSON.parse(text);
}

function countsWithoutCredentials(counts: FakeCounts): FakeCounts {
  return {
    ...counts,
    byKey: Object.fromEntries(Object.entries(counts.byKey).map(([key, count]) => [key === '' ? '' : fingerprint(key), count])),
  };
}

function fingerprint(credential: string): string {
  return `sha256:${hash('sha256', credential).slice(0, 12)}`;
}
