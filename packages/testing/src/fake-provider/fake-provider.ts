import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { FakeAnswers } from './answers.ts';
import { callLog, type FakeCall, type FakeCounts } from './call-log.ts';
import { checkFaults, type FaultRule } from './faults.ts';
import { forget } from './forget.ts';
import { type HiddenLimits, hiddenLimits, type ProviderLimits } from './hidden-limits.ts';
import type { Latency } from './latency.ts';
import type { ModelTraits } from './model-traits.ts';
import type { ProviderState } from './provider-state.ts';
import { redirectedFetch } from './redirected-fetch.ts';
import { BASES } from './route.ts';
import { type CertificateOptions, selfSignedCertificate } from './self-signed-certificate.ts';
import { serve } from './serve.ts';

export interface FakeProviderOptions {
  /** Of everything that is drawn: default answers, faults, latencies. Default 0. */
  readonly seed?: number;
  readonly answers?: FakeAnswers;
  /** The first rule that applies decides. Default: none. */
  readonly faults?: readonly FaultRule[];
  readonly limits?: ProviderLimits;
  /** Milliseconds to the first byte of an answer. Default 0. */
  readonly latency?: Latency;
  /** Milliseconds between the events of a stream. Default 0. */
  readonly tokenMs?: number;
  /**
   * Which keys and tokens are known. `any` (default): each that comes, and OpenAI, Azure and Anthropic want one; `optional`: also none, as
   * local servers have it; or a list, and all APIs want one of it.
   */
  readonly credentials?: 'any' | 'optional' | readonly string[];
  /** The models (deployments) that there are, with what is special about them. Default: every name is a model. */
  readonly models?: Readonly<Record<string, ModelTraits>>;
  /** Default 0: a free one. */
  readonly port?: number;
  /** HTTPS with a certificate made at the start, signed by itself. */
  readonly tls?: true | CertificateOptions;
  /** How many calls are kept for `calls()`, the newest; all are counted. Default 100,000. */
  readonly keepCalls?: number;
}

/** Where the APIs are: what is given to a client as its base URL. */
export interface FakeProviderUrls {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** `…/v1`: `new OpenAI({ baseURL })` */
  readonly openai: string;
  /** The origin: `new AzureOpenAI({ endpoint })`; the v1 API is at `…/openai/v1`. */
  readonly azure: string;
  /** `…/anthropic`: `new Anthropic({ baseURL })` */
  readonly anthropic: string;
  /** `…/huggingface`: behind it `/v1` for the router and `/models/ORG/NAME` for `endpointUrl`. */
  readonly huggingface: string;
  /** `…/invocations` */
  readonly mlflow: string;
  /** `…/app`, and everything below. */
  readonly app: string;
}

export interface FakeProvider extends FakeProviderUrls, AsyncDisposable {
  /** Sends what is meant for the real APIs here, and refuses every other host but loopback. For clients whose address cannot be set. */
  readonly fetch: typeof globalThis.fetch;
  /** PEM, with `tls`: trust it to get an answer. */
  readonly certificate: string | undefined;
  /** The newest `keepCalls` calls, oldest first. The one that is being answered is among them. */
  calls(): readonly FakeCall[];
  counts(): FakeCounts;
  /** Requests in work from each moment on at which that changed. */
  concurrency(): readonly { readonly at: number; readonly inFlight: number }[];
  /** Replaces the parts of the limits that are given, at once, also in the middle of a run; `undefined` takes one away. */
  limit: HiddenLimits['change'];
  /** Replaces all rules. */
  faults(rules: readonly FaultRule[]): void;
  /** As after the start: no calls, unused limits, request 1 next. What was set stays. */
  reset(): void;
}

/**
 * A server on loopback that speaks the APIs of OpenAI, Azure OpenAI, Anthropic, Hugging Face and MLflow, as strict as they are, with
 * scripted answers, seeded faults and limits that its clients have to find out.
 *
 * @throws TouchstoneError `fault-unknown`, `fault-probability`
 * @example
 * await using provider = await fakeProvider({ answers: { chat: ({ prompt }) => `You said: ${prompt}` } });
 * const client = new OpenAI({ baseURL: provider.openai, apiKey: 'test-key' });
 */
export async function fakeProvider(options: FakeProviderOptions = {}): Promise<FakeProvider> {
  const state = stateOf(options);
  const identity = options.tls === undefined ? undefined : selfSignedCertificate(options.tls === true ? {} : options.tls);
  const server = identity === undefined ? createServer() : createSecureServer({ cert: identity.certificate, key: identity.key });
  server.on('request', (req, res) => serve(req, res, state));
  const port = await listen(server, options.port ?? 0);
  const origin = `${identity === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  return {
    ...urlsOf(origin),
    fetch: redirectedFetch(origin),
    certificate: identity?.certificate,
    calls: state.log.calls,
    counts: state.log.counts,
    concurrency: state.log.concurrency,
    limit: state.limits.change,
    faults(rules) {
      checkFaults(rules);
      state.faults = rules;
    },
    reset: () => forget(state),
    [Symbol.asyncDispose]: () => close(server),
  };
}

export function urlsOf(origin: string): FakeProviderUrls {
  return {
    origin,
    openai: origin + BASES.openai,
    azure: origin + BASES.azure,
    anthropic: origin + BASES.anthropic,
    huggingface: origin + BASES.huggingface,
    mlflow: origin + BASES.mlflow,
    app: origin + BASES.app,
  };
}

function stateOf(options: FakeProviderOptions): ProviderState {
  checkFaults(options.faults ?? []);
  return {
    seed: options.seed ?? 0,
    answers: options.answers ?? {},
    credentials: options.credentials ?? 'any',
    models: options.models,
    latency: options.latency ?? 0,
    tokenMs: options.tokenMs ?? 0,
    faults: options.faults ?? [],
    limits: hiddenLimits(options.limits),
    log: callLog(options.keepCalls ?? 100_000),
    attempts: new Map(),
    responses: new Map(),
    cachedPrefixes: new Set(),
  };
}

async function listen(server: Server, port: number): Promise<number> {
  // A client that takes an idle connection at the moment at which the server closes it sees a reset that nobody scripted.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', backlog: 4096 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Also those that hang.
  server.closeAllConnections();
  await closed;
}
