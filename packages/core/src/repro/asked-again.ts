import type { Json, LanguageModel, Model, Row, SentCall, Service, ServiceKind, ServiceRef, Work } from '../contracts/index.ts';
import { canonicalJson } from '../data/canonical-json.ts';
import { bodyHash, withBodies } from '../door/replay/long-bodies.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { promptedModel } from '../models/language-model.ts';
import { resolveModel, resolveService } from '../plan/resolve-model.ts';
import type { Registrations } from '../registry/plugins.ts';
import type { RowCall, RowRecord } from './row-record.ts';

/** What a stored run was asked for, as far as it can be had again: options of `evaluate`. */
export interface AskedFor {
  readonly model?: unknown;
  readonly modelOptions?: Readonly<Record<string, Json>>;
  /** The services that metrics ask, by metric name. */
  readonly models?: ReadonlyMap<string, Readonly<Record<string, ServiceRef>>>;
  /** Makes the default judge, for the roles that want it. */
  readonly judge?: () => LanguageModel | undefined;
}

/** A service, and what it is to be asked. */
export interface Question {
  readonly service: Service;
  readonly request: Json;
  /** `object`: the program has made it, and it may send with a `fetch` of its own. */
  readonly made: 'by a plug-in' | 'object';
}

/** The question, or why it cannot be put again: a sentence. */
export type AskedAgain = Question | { readonly reason: string };

/** What the model asks for this row, as it is made from the run's request now; `undefined` for functions, and what is not there any more. */
export async function modelQuestion(
  record: RowRecord,
  asked: AskedFor,
  registrations: Registrations,
): Promise<Question | undefined> {
  const resolved = attempt(() => resolveModel(asked.model, asked.modelOptions ?? {}, registrations));
  if (resolved === undefined) return undefined;
  const { features, inputs, targets, id, cluster } = record.plan.data;
  const columns = ('model' in resolved ? resolved.model.reads : undefined) === 'inputs' ? inputs : features;
  const row = Object.fromEntries(Object.entries(record.row.row).filter(([name]) => columns.includes(name)));
  if (!('language' in resolved)) return isFunction(resolved.model) ? undefined : firstQuestion(resolved.model, row);
  const hidden = [targets, id, cluster].filter((name) => name !== undefined);
  const { model, problems } = promptedModel(resolved.language, resolved.prompt, { features, inputs, hidden });
  if (problems.length > 0) return undefined;
  // What a service is asked is of its own kind.
  const made = resolved.asked === undefined ? 'object' : 'by a plug-in';
  return { service: model.service as unknown as Service, request: model.request(row), made };
}

/**
 * The service that a recorded call asked, made again from the run's request and the plug-ins that are here; it is not asked. It must be
 * known by the same identity: who sends the same to another server does not do the same again.
 */
export async function askedAgain(
  call: RowCall & { readonly sent: SentCall },
  record: RowRecord,
  asked: AskedFor,
  registrations: Registrations,
): Promise<AskedAgain> {
  const ofModel = await modelQuestion(record, asked, registrations);
  const roles = Object.values(asked.models?.get(call.purpose) ?? {});
  const { candidates, trouble } = servicesFor(call.service, roles, asked.judge, registrations);
  const own = call.purpose === 'model' ? ofModel : undefined;
  const all = own === undefined ? candidates : [own.service, ...candidates];
  const wanted = canonicalJson(call.sent.identity);
  const service = all.find(({ identity }) => canonicalJson(identity) === wanted);
  if (service === undefined) {
    const [other] = all;
    if (other === undefined) return { reason: trouble ?? `${call.service} is not made by a plug-in that is here` };
    return {
      reason: `${call.service} is another one here: ${canonicalJson(other.identity)} instead of ${wanted}`,
    };
  }
  const texts = [record.row.row, ...record.trials.map(({ prediction }) => prediction ?? null), ofModel?.request ?? null];
  const request = withFoundBodies(call.sent.request, texts);
  if (request === undefined) {
    return {
      reason: 'a text of it was too long to be kept, and is neither in the row nor in what the model is asked now',
    };
  }
  return { service, request, made: service === own?.service ? own.made : 'by a plug-in' };
}

function servicesFor(
  uri: string,
  roles: readonly ServiceRef[],
  judge: AskedFor['judge'],
  registrations: Registrations,
): { readonly candidates: readonly Service[]; readonly trouble: string | undefined } {
  let trouble: string | undefined;
  const made = (ref: Exclude<ServiceRef, Service>): readonly Service[] => {
    try {
      if (typeof ref === 'string' || 'uri' in ref) return [resolveService(ref, registrations)];
      const service = judge?.();
      // A metric that wants a judge asks as a language model is asked.
      return service === undefined ? [] : [service as unknown as Service];
    } catch (error) {
      if (!TouchstoneError.isInstance(error)) throw error;
      if (error.code !== 'not-a-service') trouble ??= error.message.replace(/\.$/u, '');
      return [];
    }
  };
  const ofRoles = roles.flatMap((role) => (isService(role) ? [] : made(role)));
  const kinds: readonly ServiceKind[] = ['language', 'embedding', 'classifier'];
  return { candidates: [...ofRoles, ...kinds.flatMap((kind) => made({ uri, kind }))], trouble };
}

/** An object of the program may send by itself, and must not be asked to. */
function isService(role: ServiceRef): role is Service {
  return typeof role === 'object' && 'send' in role;
}

/** A function's code is not run to learn what it asks: it may do anything. */
function isFunction({ identity, spec }: Model): boolean {
  return spec !== undefined || (typeof identity === 'object' && identity !== null && 'function' in identity);
}

/** What a model object asks first, without asking it. */
async function firstQuestion(model: Model, row: Row): Promise<Question | undefined> {
  let found: Question | undefined;
  const notAsked = new Error('nothing is asked');
  const refuse = async (): Promise<never> => {
    throw notAsked;
  };
  const work: Work = {
    signal: new AbortController().signal,
    rowKey: '',
    trial: 0,
    random: () => 0,
    log: { info() {}, warn() {} },
    fetch: refuse,
    generate: refuse,
    embed: refuse,
    async ask(service, request) {
      found ??= { service: service as unknown as Service, request, made: 'by a plug-in' };
      throw notAsked;
    },
  };
  try {
    await model.predict([row], [work]);
  } catch {
    // It could not go on without an answer.
  }
  return found;
}

/** The request with the texts that were too long to be kept, from where they came. `undefined`: one is not found. */
function withFoundBodies(request: Json, sources: readonly unknown[]): Json | undefined {
  const known = new Map<string, string>();
  for (const text of sources.flatMap(textsIn)) {
    const body = JSON.stringify(text);
    if (body.length > LONG) known.set(bodyHash(body), body);
  }
  try {
    return withBodies(request, (hash) => {
      const body = known.get(hash);
      if (body === undefined) throw new RangeError(hash);
      return body;
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Shorter ones are kept as they are. */
const LONG = 4096;

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** What was resolvable once may have lost its pack, its file or its option meanwhile. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (TouchstoneError.isInstance(error)) return undefined;
    throw error;
  }
}
