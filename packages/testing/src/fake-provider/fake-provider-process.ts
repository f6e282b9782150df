import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { TouchstoneError } from '@touchstone/core';
import type { FakeCall, FakeCounts } from './call-log.ts';
import { type FakeProviderUrls, urlsOf } from './fake-provider.ts';
import type { FaultRule } from './faults.ts';
import type { ProviderLimits } from './hidden-limits.ts';

export interface FakeProviderProcessOptions {
  /** A module whose default export is the options of `fakeProvider`. */
  readonly script?: string;
  readonly port?: number;
  readonly seed?: number;
}

/** A provider that lives on when the client is killed, and dies with the test. What it tells of calls holds no credentials. */
export interface FakeProviderProcess extends FakeProviderUrls, AsyncDisposable {
  readonly pid: number;
  /** Keys and credential headers are fingerprints; numbers are as JSON has them. */
  calls(): Promise<readonly FakeCall[]>;
  counts(): Promise<FakeCounts>;
  /** `null` takes a limit away. */
  limit(limits: { readonly [K in keyof ProviderLimits]?: ProviderLimits[K] | null }): Promise<void>;
  /** Rules without `when`. */
  faults(rules: readonly FaultRule[]): Promise<void>;
  reset(): Promise<void>;
}

/**
 * Starts a fake provider as its own process.
 *
 * @throws TouchstoneError `fake-provider-not-started` with what the process said
 */
export async function fakeProviderProcess(options: FakeProviderProcessOptions = {}): Promise<FakeProviderProcess> {
  const flags = Object.entries({ script: options.script, port: options.port, seed: options.seed }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
  const main = new URL(import.meta.url.endsWith('.ts') ? './fake-provider-main.ts' : './fake-provider-main.js', import.meta.url);
  const child = spawn(process.execPath, [fileURLToPath(main), '--with-parent', ...flags], { stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const first = await Promise.race([once(createInterface(child.stdout), 'line'), exited.then(() => undefined)]);
  const { pid } = child;
  if (first === undefined || pid === undefined) {
    throw new TouchstoneError(
      'fake-provider-not-started',
      `The fake provider did not start: ${said.trim() || 'it said nothing.'}`,
      { kind: 'run' },
    );
  }
  const origin = String(first[0]);
  return {
    ...urlsOf(origin),
    pid,
    calls: () => control<readonly FakeCall[]>(origin, 'GET', 'calls'),
    counts: () => control<FakeCounts>(origin, 'GET', 'counts'),
    limit: (limits) => control(origin, 'POST', 'limit', limits),
    faults: (rules) => control(origin, 'POST', 'faults', rules),
    reset: () => control(origin, 'POST', 'reset'),
    async [Symbol.asyncDispose]() {
      child.kill();
      await exited;
    },
  };
}

/** What the provider's own control pages say. They are of this package and version, so their form is known. */
async function control<T>(origin: string, method: string, page: string, body?: unknown): Promise<T> {
  const response = await fetch(`${origin}/_fake/${page}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new TouchstoneError('fake-provider-control', `The fake provider refused ${page}: ${text}`);
  return JSON.parse(text);
}
