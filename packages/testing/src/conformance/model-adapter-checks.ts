import {
  createTouchstone,
  definePlugin,
  type EvaluateRequest,
  type EvaluationResult,
  type Json,
  LOGGER,
  type ModelAdapter,
  messageOf,
  metric,
  type Plugin,
  type Row,
  type Service,
  ServiceError,
  type ServiceKind,
  TouchstoneError,
} from '@touchstone/core';
import { type Check, demand } from './check.ts';
import { outsideContacts } from './outside-contacts.ts';
import { registeredBy } from './registered-by.ts';
import { withEnvironment } from './with-environment.ts';

export interface ModelAdapterConformanceOptions {
  /** A usual URI: `echo:/small`. */
  readonly uri: string;
  readonly options?: Readonly<Record<string, Json>>;
  /** What the service answers when all is well. It gets each request that is sent, of whatever kind the URI stands for. */
  readonly respond: (request: Request) => Response | Promise<Response>;
  /** Those kinds that `respond` plays, where the URI stands for more. Default: all. */
  readonly kinds?: readonly ServiceKind[];
  /** The environment that it needs: `{ ECHO_API_KEY: 'test-key' }`. */
  readonly env?: Readonly<Record<string, string>>;
  /** URIs of its scheme that are none. */
  readonly malformed?: readonly string[];
  /** The features of a row, for a model that reads more than `inputs`. */
  readonly row?: Row;
}

/** The rules of an adapter of models, each as a check. */
export function modelAdapterChecks(plugin: () => Plugin, options: ModelAdapterConformanceOptions): readonly Check[] {
  const subject = new AdapterUnderTest(plugin, options);
  const services = subject.kinds();
  return [
    { name: 'says what its URIs are, and what they read of the environment', run: () => describesItself(subject) },
    { name: 'refuses what is no URI of its own', run: () => refusesMalformed(subject) },
    { name: 'makes its models without a key, and sends nothing for it', run: () => makesQuietly(subject) },
    ...(services.length === 0
      ? []
      : [
          { name: 'has an identity of plain data, without credentials', run: () => identifies(subject) },
          { name: 'names its limits, and in them no credential', run: () => namesLimits(subject) },
          { name: 'says what a request uses at most', run: () => estimates(subject) },
          { name: 'answers with plain data, through the fetch that it is given and no other', run: () => answers(subject) },
          { name: 'keeps calls apart', run: () => keepsApart(subject) },
          { name: 'sends once, and leaves it to others to try again', run: () => sendsOnce(subject) },
          { name: 'says in the common codes what went wrong', run: () => saysWhatWentWrong(subject) },
          { name: 'ends when its signal aborts', run: () => endsWhenAborted(subject) },
        ]),
    { name: 'can be evaluated, and shows no credential when it fails', run: () => canBeEvaluated(subject) },
  ];
}

class AdapterUnderTest {
  readonly options: ModelAdapterConformanceOptions;
  readonly #plugin: () => Plugin;

  constructor(plugin: () => Plugin, options: ModelAdapterConformanceOptions) {
    this.#plugin = plugin;
    this.options = options;
  }

  get plugin(): Plugin {
    return this.#plugin();
  }

  adapter(): ModelAdapter {
    const scheme = this.options.uri.slice(0, this.options.uri.indexOf(':'));
    const adapters = registeredBy(this.plugin).adapters;
    const adapter = adapters.find((one) => one.scheme === scheme);
    demand(
      adapter !== undefined,
      `The plug-in registers no scheme '${scheme}', which the uri has. It registers: ${adapters.map((one) => one.scheme).join(', ') || 'none'}.`,
    );
    return adapter;
  }

  make(uri = this.options.uri) {
    return this.adapter().make(uri, this.options.options ?? {});
  }

  /** Values that must never be seen anywhere. */
  credentials(): readonly string[] {
    const secret = new Set(
      this.adapter().about?.variables.flatMap((one) => (one.credential === true ? [one.name, ...(one.also ?? [])] : [])),
    );
    return Object.entries(this.options.env ?? {}).flatMap(([name, value]) => (secret.has(name) ? [value] : []));
  }

  /** The environment without keys: a model is made without them, and says at its first question what is missing. */
  withoutCredentials(): Readonly<Record<string, string>> {
    const secrets = this.credentials();
    return Object.fromEntries(Object.entries(this.options.env ?? {}).filter(([, value]) => !secrets.includes(value)));
  }

  kinds(): readonly ServiceKind[] {
    try {
      return this.services().map(({ kind }) => kind);
    } catch {
      // What is wrong is said by a check.
      return [];
    }
  }

  services(): readonly { readonly kind: ServiceKind; readonly service: Service<never, Json> }[] {
    const { languageModel, embeddingModel, classifier } = this.make();
    // Each is asked with requests of its own kind only.
    return Object.entries({ language: languageModel, embedding: embeddingModel, classifier }).flatMap(([kind, service]) =>
      service === undefined || this.options.kinds?.includes(kind as ServiceKind) === false
        ? []
        : [{ kind: kind as ServiceKind, service: service as unknown as Service<never, Json> }],
    );
  }

  within<T>(work: () => Promise<T> | T, env = this.options.env ?? {}): Promise<T> {
    return withEnvironment(env, work);
  }
}

function requestOf(kind: ServiceKind, text: string): never {
  const request = kind === 'language' ? { messages: [{ role: 'user', content: text }] } : { texts: [text] };
  return request as never;
}

interface Sent {
  readonly answer: { readonly value: Json; readonly usage?: Readonly<Record<string, number>> };
  readonly requests: readonly Request[];
}

/** Sends one request through a fetch that notes what passes. */
async function send(
  service: Service<never, Json>,
  request: never,
  respond: (request: Request) => Response | Promise<Response>,
  signal = new AbortController().signal,
): Promise<Sent> {
  const requests: Request[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const asked = new Request(input, init);
    requests.push(asked.clone());
    init?.signal?.throwIfAborted();
    return respond(asked);
  };
  try {
    const answer = await service.send(request, { signal, fetch, attempt: 1, firstToken: () => undefined });
    return { answer: answer as Sent['answer'], requests };
  } catch (error) {
    throw Object.assign(new SendFailed(requests.length), { cause: error });
  }
}

class SendFailed extends Error {
  readonly sent: number;
  constructor(sent: number) {
    super('the request failed');
    this.sent = sent;
  }
}

async function failureOf(work: Promise<unknown>): Promise<{ readonly error: unknown; readonly sent: number } | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error instanceof SendFailed ? { error: error.cause, sent: error.sent } : { error, sent: 0 };
  }
}

function describesItself(subject: AdapterUnderTest): void {
  const { about, scheme } = subject.adapter();
  demand(
    about !== undefined,
    `The scheme '${scheme}' says nothing of itself: give registry.adapter an about, for touchstone adapters.`,
  );
  demand(about.form.includes(scheme), `about.form must show how its URIs look, '${scheme}:/…', and is '${about.form}'.`);
  demand(about.description.trim() !== '', 'about.description is empty.');
  const named = new Set(about.variables.flatMap(({ name, also = [] }) => [name, ...also]));
  for (const name of Object.keys(subject.options.env ?? {}))
    demand(
      named.has(name),
      `It reads ${name}, and about.variables does not list it: touchstone doctor and adapters would not tell.`,
    );
}

async function refusesMalformed(subject: AdapterUnderTest): Promise<void> {
  await subject.within(() => {
    for (const uri of subject.options.malformed ?? []) {
      try {
        subject.make(uri);
      } catch (error) {
        demand(
          TouchstoneError.isInstance(error),
          `'${uri}' throws ${messageOf(error)}: throw a TouchstoneError with a code and a sentence.`,
        );
        continue;
      }
      demand(false, `'${uri}' is taken, and would fail with the first row: throw a TouchstoneError('malformed-uri', …).`);
    }
  });
}

async function makesQuietly(subject: AdapterUnderTest): Promise<void> {
  const env = subject.withoutCredentials();
  const contacts = await outsideContacts(() => subject.within(() => void subject.make(), env));
  demand(contacts.length === 0, `It contacts ${contacts.join(', ')} when a model is made: nothing is sent before the first row.`);
  const needed = subject.adapter().about?.variables.filter(({ needed, credential }) => needed && credential === true) ?? [];
  if (needed.length === 0) return;
  await subject.within(() => {
    const { model } = subject.make();
    const all = [...subject.services().map(({ service }) => service), ...(model === undefined ? [] : [model])];
    for (const one of all) {
      try {
        one.ready?.();
      } catch (error) {
        demand(
          TouchstoneError.isInstance(error) && needed.some(({ name }) => error.message.includes(name)),
          `Without its key it says '${messageOf(error)}': name the variable, ${needed[0]?.name}.`,
        );
        continue;
      }
      demand(
        false,
        `It needs ${needed[0]?.name}, and is ready without it: throw in ready(), so that it is said before the first row.`,
      );
    }
  }, env);
}

async function identifies(subject: AdapterUnderTest): Promise<void> {
  await subject.within(() => {
    const again = subject.services();
    for (const [index, { kind, service }] of subject.services().entries()) {
      const identity = JSON.stringify(service.identity);
      demand(
        identity !== undefined && identity === JSON.stringify(again[index]?.service.identity),
        `The identity of its ${kind} model is another one each time: answers would never be found again.`,
      );
      demand(JSON.stringify(JSON.parse(identity)) === identity, `The identity of its ${kind} model is no plain JSON.`);
      for (const secret of subject.credentials())
        demand(
          !identity.includes(secret) && !service.id.includes(secret),
          `The identity of its ${kind} model holds the credential, and is stored.`,
        );
    }
  });
}

async function namesLimits(subject: AdapterUnderTest): Promise<void> {
  const env = subject.options.env ?? {};
  const scopesOf = (given: Readonly<Record<string, string>>) =>
    subject.within(() => Promise.all(subject.services().map(({ service }) => service.scopes())), given);
  const [first, again] = [await scopesOf(env), await scopesOf(env)];
  demand(JSON.stringify(first) === JSON.stringify(again), 'scopes() says something else each time, so no limit is ever learned.');
  for (const scopes of first) {
    demand(
      scopes.length > 0 && scopes.every((scope) => scope !== ''),
      'scopes() names no limit: give the account, and the account with the model.',
    );
    for (const secret of subject.credentials())
      demand(!scopes.some((scope) => scope.includes(secret)), 'scopes() holds the credential: use credentialFingerprint(…).');
  }
  const secrets = subject.credentials();
  if (secrets.length === 0) return;
  const other = Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, secrets.includes(value) ? `${value}-of-another` : value]),
  );
  const others = await scopesOf(other);
  for (const [index, scopes] of first.entries())
    demand(
      scopes[0] !== others[index]?.[0],
      'Two accounts have one scope, so one would wait for the limits of the other: put credentialFingerprint(…) in it.',
    );
}

async function estimates(subject: AdapterUnderTest): Promise<void> {
  await subject.within(() => {
    for (const { kind, service } of subject.services()) {
      const usage = service.estimate?.(requestOf(kind, 'How long may I keep a book?'));
      demand(
        usage === undefined || isUsage(usage),
        `estimate() of its ${kind} model gives ${JSON.stringify(usage)}: numbers from 0, or nothing.`,
      );
    }
  });
}

function isUsage(usage: object): boolean {
  return Object.values(usage).every((value) => value === undefined || (Number.isFinite(value) && Number(value) >= 0));
}

async function answers(subject: AdapterUnderTest): Promise<void> {
  await subject.within(async () => {
    for (const { kind, service } of subject.services()) {
      const request = requestOf(kind, '책은 며칠 동안 빌릴 수 있나요?');
      const before = JSON.stringify(request);
      let sent: Sent | undefined;
      const contacts = await outsideContacts(async () => {
        sent = await send(service, request, subject.options.respond).catch((error: unknown) => {
          demand(
            false,
            `Its ${kind} model fails at the answer of respond: ${messageOf(error instanceof SendFailed ? error.cause : error)}`,
          );
        });
      });
      demand(contacts.length === 0, `Its ${kind} model contacts ${contacts.join(', ')} past io.fetch.`);
      demand(sent !== undefined && sent.requests.length > 0, `Its ${kind} model answers without asking io.fetch.`);
      const { value, usage } = sent.answer;
      demand(
        value !== undefined && JSON.stringify(JSON.parse(JSON.stringify(value))) === JSON.stringify(value),
        `The answer of its ${kind} model is no plain JSON, and it is written down as that.`,
      );
      demand(JSON.stringify(request) === before, `Its ${kind} model changes the request.`);
      demand(
        usage === undefined || isUsage(usage),
        `The usage of its ${kind} model is ${JSON.stringify(usage)}: numbers from 0, left out where nothing is said.`,
      );
    }
  });
}

async function keepsApart(subject: AdapterUnderTest): Promise<void> {
  await subject.within(async () => {
    for (const { kind, service } of subject.services()) {
      const texts = ['alpha', 'bravo', '찰리', 'delta'];
      const all = await Promise.all(texts.map((text) => send(service, requestOf(kind, text), subject.options.respond)));
      for (const [index, { requests }] of all.entries()) {
        const [request] = requests;
        const said = request === undefined ? '' : `${decodeURIComponent(request.url)} ${await request.text()}`;
        const seen = texts.filter((text) => said.includes(text));
        demand(
          seen.length === 1 && seen[0] === texts[index],
          `Of four requests at once to its ${kind} model one holds ${seen.join(', ') || 'no text'}, and should hold ${texts[index]}.`,
        );
      }
    }
  });
}

async function sendsOnce(subject: AdapterUnderTest): Promise<void> {
  await subject.within(async () => {
    for (const { kind, service } of subject.services()) {
      const failure = await failureOf(
        send(service, requestOf(kind, 'again?'), () => new Response('{"error":{"message":"busy"}}', { status: 503 })),
      );
      demand(failure !== undefined, `Its ${kind} model makes an answer of status 503.`);
      demand(
        failure.sent === 1,
        `Its ${kind} model sends ${failure.sent} times at status 503: the door tries again, within limits and budget.`,
      );
      demand(
        ServiceError.isInstance(failure.error) && failure.error.retryable,
        `At status 503 it throws ${messageOf(failure.error)}: throw a ServiceError that is retryable, as responseError(…) makes.`,
      );
    }
  });
}

const json = { 'content-type': 'application/json' };
const FAILURES: readonly { readonly what: string; readonly respond: () => Response; readonly codes: readonly string[] }[] = [
  {
    what: 'status 401',
    respond: () => new Response('{"error":{"message":"who are you?"}}', { status: 401, headers: json }),
    codes: ['auth'],
  },
  {
    what: 'status 429',
    respond: () => new Response('{"error":{"message":"slow down"}}', { status: 429, headers: { ...json, 'retry-after': '2' } }),
    codes: ['rate-limit'],
  },
  {
    what: 'status 500',
    respond: () => new Response('{"error":{"message":"oops"}}', { status: 500, headers: json }),
    codes: ['server', 'overloaded'],
  },
  {
    what: 'a page in place of an answer',
    respond: () => new Response('<html><body>Welcome to the hotel</body></html>', { headers: { 'content-type': 'text/html' } }),
    codes: ['bad-response'],
  },
  { what: 'half an answer', respond: () => new Response('{"choi', { headers: json }), codes: ['bad-response'] },
];

async function saysWhatWentWrong(subject: AdapterUnderTest): Promise<void> {
  await subject.within(async () => {
    for (const { kind, service } of subject.services()) {
      for (const { what, respond, codes } of FAILURES) {
        const failure = await failureOf(send(service, requestOf(kind, 'what?'), respond));
        demand(failure !== undefined, `Its ${kind} model makes an answer of ${what}.`);
        const { error } = failure;
        demand(
          ServiceError.isInstance(error),
          `At ${what} its ${kind} model throws ${messageOf(error)}, which is no ServiceError.`,
        );
        demand(
          codes.includes(error.code),
          `At ${what} its ${kind} model says '${error.code}' (${error.message}), and the code is '${codes[0]}'.`,
        );
        if (error.code === 'rate-limit')
          demand(
            error.waitMs === 2_000,
            `The answer says retry-after: 2, and the error of its ${kind} model waitMs ${error.waitMs}.`,
          );
      }
      const failure = await failureOf(
        send(service, requestOf(kind, 'what?'), () => {
          throw new TypeError('fetch failed');
        }),
      );
      demand(
        ServiceError.isInstance(failure?.error) && failure.error.code === 'network',
        `When the network fails, its ${kind} model says ${failure === undefined ? 'nothing' : messageOf(failure.error)}, and the code is 'network'.`,
      );
    }
  });
}

const SOON = 5_000;

async function endsWhenAborted(subject: AdapterUnderTest): Promise<void> {
  await subject.within(async () => {
    for (const { kind, service } of subject.services()) {
      const controller = new AbortController();
      const never = (request: Request): Promise<Response> =>
        new Promise((_, reject) => {
          request.signal.addEventListener('abort', () => reject(request.signal.reason));
          controller.abort(new Error('stopped'));
        });
      const { promise: late, resolve } = Promise.withResolvers<'late'>();
      const timer = setTimeout(() => resolve('late'), SOON);
      const ended = failureOf(send(service, requestOf(kind, 'wait'), never, controller.signal));
      const first = await Promise.race([ended, late]);
      clearTimeout(timer);
      demand(first !== 'late', `Its ${kind} model waits on when its signal aborts: hand io.signal to fetch, or to the SDK.`);
    }
  });
}

const length = metric('conformance_length', ({ predictions }) => predictions.length);

async function canBeEvaluated(subject: AdapterUnderTest): Promise<void> {
  const { uri, options = {}, row, respond } = subject.options;
  const { model, languageModel } = await subject.within(() => subject.make());
  if (model === undefined && languageModel === undefined) return;
  const said: string[] = [];
  const log = (message: string): void => void said.push(message);
  const quiet = definePlugin({ name: 'quiet', register: (registry) => registry.provide(LOGGER, { info: log, warn: log }) });
  const evaluate = (answer: (request: Request) => Response | Promise<Response>) =>
    subject.within(async () => {
      const { fetch } = globalThis;
      globalThis.fetch = async (input, init) => answer(new Request(input, init));
      try {
        // The columns are known only here.
        const touchstone = createTouchstone({ plugins: [quiet, subject.plugin] }) as unknown as {
          evaluate(request: EvaluateRequest): Promise<EvaluationResult>;
        };
        return await touchstone.evaluate({
          model: uri,
          modelOptions: options,
          data: [row ?? { inputs: 'How long may I keep a book?' }, row ?? { inputs: '책은 며칠 동안 빌릴 수 있나요?' }],
          extraMetrics: [length],
          limits: { attempts: 1 },
        });
      } finally {
        globalThis.fetch = fetch;
      }
    });
  const result = await evaluate(respond);
  demand(result.coverage.conformance_length?.scored === 2, `An evaluation of '${uri}' ends with ${result}`);
  const secrets = subject.credentials();
  if (secrets.length === 0) return;
  // As services do that repeat the key which they refuse.
  const refused = await evaluate(
    () => new Response(JSON.stringify({ error: { message: `Wrong key: ${secrets.join(' ')}` } }), { status: 401, headers: json }),
  );
  const shown = [String(refused), JSON.stringify(refused), ...said, ...refused.warnings].join('\n');
  for (const secret of secrets)
    demand(
      !shown.includes(secret),
      'The credential is shown when the service refuses it: send it in a header that the door knows, and keep it out of messages.',
    );
}
