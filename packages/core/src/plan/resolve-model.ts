import type {
  AdaptedModel,
  Json,
  LanguageModel,
  Metric,
  Model,
  ModelAdapter,
  Service,
  ServiceAddress,
  ServiceKind,
  ServiceRef,
} from '../contracts/index.ts';
import { closest, suggestion } from '../errors/did-you-mean.ts';
import { messageOf, type Problem, TouchstoneError } from '../errors/touchstone-error.ts';
import { LOGGED_SCHEMES } from '../logged-models/model-address.ts';
import { knownSchemes } from '../metrics/preset-table.ts';
import { isChat } from '../models/chat.ts';
import { functionModel } from '../models/function-model.ts';
import type { PromptOptions } from '../models/language-model.ts';
import { missingPack, perhapsLeftOut } from '../registry/left-out.ts';
import type { Registrations } from '../registry/plugins.ts';
import { mlflowSchemes } from './mlflow-names.ts';

/** What `model` stands for: a model, or a language model that still has to learn what it is sent. */
export type ResolvedModel =
  | { readonly model: Model }
  | {
      readonly language: LanguageModel;
      readonly prompt: PromptOptions;
      /** The URI that it was made of. */
      readonly asked?: string;
    };

type Options = Readonly<Record<string, Json>>;

/**
 * A function, a model object, a language model, `chat(…)` or a URI; `undefined` for static data.
 * @throws TouchstoneError `unknown-scheme`, `malformed-uri`, `not-a-model`, `adapter-failed`, and what the adapter throws (`missing-key`)
 */
export function resolveModel(model: unknown, options: Options, registrations: Registrations): ResolvedModel | undefined {
  if (model === undefined || model === null) return undefined;
  if (typeof model === 'string') return ofUri(model, {}, options, registrations);
  if (isChat(model) && typeof model.model === 'string') {
    const { messages, parameters } = model;
    return ofUri(model.model, { messages, parameters }, { ...model.options, ...options }, registrations);
  }
  if (Object.keys(options).length > 0) {
    throw new TouchstoneError(
      'misplaced-option',
      'modelOptions are for models by URI: this one is an object of the program, which has its own.',
    );
  }
  if (isChat(model)) {
    const { model: language, messages, parameters } = model;
    if (isLanguageModel(language)) return { language, prompt: { messages, parameters } };
  }
  if (typeof model === 'function') return { model: functionModel(model as (row: never) => unknown) };
  if (isModel(model)) return { model };
  if (isLanguageModel(model)) return { language: model, prompt: {} };
  if (typeof model === 'object' && 'predict' in model) {
    throw new TouchstoneError(
      'not-a-model',
      'model is an object with predict, and a model object has id and identity as well: what is shown, and all that can change its outputs.',
    );
  }
  throw new TouchstoneError(
    'not-a-model',
    `model is ${Array.isArray(model) ? 'a list' : `a value of type ${typeof model}`}: it can be a function of a row, a model object, or a URI such as 'openai:/gpt-5-mini'.`,
  );
}

/**
 * The services that metrics ask, by metric name and role; a URI becomes what its adapter makes of it.
 * What is wrong with them is said before the first row, like everything else.
 */
export function resolveServices(
  metrics: readonly Metric[],
  { registrations, judge }: { readonly registrations: Registrations; readonly judge: LanguageModel | undefined },
  problems: Problem[],
): ReadonlyMap<string, Readonly<Record<string, Service>>> {
  return new Map(
    metrics.map(({ name, models }) => {
      const services: Record<string, Service> = {};
      for (const [role, model] of Object.entries(models)) {
        try {
          const service = serviceOf(model, registrations, judge);
          if (service !== undefined) services[role] = service;
        } catch (error) {
          if (!TouchstoneError.isInstance(error)) throw error;
          problems.push(...error.problems.map(({ code, message }) => ({ code, message: `${name}, role '${role}': ${message}` })));
        }
      }
      return [name, services];
    }),
  );
}

/** `undefined`: the default judge where there is none, which has been said. */
function serviceOf(ref: ServiceRef, registrations: Registrations, judge: LanguageModel | undefined): Service | undefined {
  if (isService(ref)) return ref;
  if (typeof ref === 'string' || 'uri' in ref) return resolveService(ref, registrations);
  // A language model asks with requests of its own kind; the metric that wants a judge knows them.
  return judge as unknown as Service | undefined;
}

const KINDS: Readonly<Record<ServiceKind, string>> = {
  language: 'a language model',
  embedding: 'an embedding model',
  classifier: 'a classifier',
};

/** The service of a URI. @throws TouchstoneError as `resolveModel`, and `not-a-service` when the URI stands for another kind of it */
export function resolveService(ref: ServiceAddress, registrations: Registrations): Service {
  const { uri, kind } = typeof ref === 'string' ? ({ uri: ref, kind: 'language' } as const) : ref;
  const { made, plugin } = adapt(uri, 'it', {}, registrations);
  const all = { language: made.languageModel, embedding: made.embeddingModel, classifier: made.classifier };
  const service = all[kind];
  // Metrics ask a service with requests of its own kind; which kind that is, the role has said.
  if (service !== undefined) return service as unknown as Service;
  const others = (Object.keys(KINDS) as ServiceKind[]).filter((other) => all[other] !== undefined).map((other) => KINDS[other]);
  const is = others.length > 0 ? others.join(' and ') : 'a model';
  throw new TouchstoneError('not-a-service', `'${uri}' (${plugin}) is ${is}, and what is needed is ${KINDS[kind]}.`);
}

function isService(value: unknown): value is Service {
  return typeof value === 'object' && value !== null && 'send' in value && typeof value.send === 'function';
}

function isLanguageModel(value: unknown): value is LanguageModel {
  return isService(value) && value.kind === 'language';
}

function isModel(model: object | number | boolean | bigint | symbol): model is Model {
  return (
    typeof model === 'object' &&
    'predict' in model &&
    typeof model.predict === 'function' &&
    'id' in model &&
    typeof model.id === 'string' &&
    'identity' in model &&
    model.identity !== undefined
  );
}

/** Options that the adapter does not know are parameters of requests, if it makes a language model. */
function ofUri(uri: string, prompt: PromptOptions, options: Options, registrations: Registrations): ResolvedModel {
  const { prompt: asked, system, ...rest } = options;
  const adapter = adapterOf(uri, 'model', registrations);
  const own = Object.keys(adapter.value.about?.options ?? {});
  const isOwn = ([name]: readonly [string, Json]): boolean =>
    own.some((option) => name === option || name.startsWith(`${option}.`));
  const known = Object.fromEntries(Object.entries(rest).filter(isOwn));
  const parameters = Object.fromEntries(Object.entries(rest).filter((entry) => !isOwn(entry)));
  const { made, plugin } = adapt(uri, 'model', known, registrations);
  if (made.languageModel !== undefined) {
    const said = saidOf(asked, system) ?? { messages: prompt.messages };
    return { language: made.languageModel, prompt: { ...said, parameters: { ...prompt.parameters, ...parameters } }, asked: uri };
  }
  if (made.model !== undefined) {
    const said = { ...(asked === undefined ? {} : { prompt: asked }), ...(system === undefined ? {} : { system }) };
    const [unknown] = Object.keys({ ...parameters, ...said });
    if (unknown === undefined) return { model: made.model };
    throw new TouchstoneError(
      'unknown-option',
      `'${uri}' has no option '${unknown}'.${suggestion(unknown, own, { list: 'There are' })}`,
    );
  }
  throw new TouchstoneError('not-a-model', `'${uri}' (${plugin}) is a service, and cannot be evaluated as a model.`);
}

/** What the options `prompt` and `system` say; without a prompt the inputs are what the user says. */
function saidOf(prompt: Json | undefined, system: Json | undefined): PromptOptions | undefined {
  const first = system === undefined ? [] : [{ role: 'system', content: String(system) } as const];
  if (prompt !== undefined) return { messages: [...first, { role: 'user', content: String(prompt) }] };
  return system === undefined ? undefined : { system: String(system) };
}

function adapt(
  uri: string,
  what: string,
  options: Options,
  registrations: Registrations,
): { readonly made: AdaptedModel; readonly plugin: string } {
  const adapter = adapterOf(uri, what, registrations);
  try {
    return { made: adapter.value.make(uri, options), plugin: adapter.plugin };
  } catch (error) {
    if (TouchstoneError.isInstance(error)) throw error;
    throw new TouchstoneError('adapter-failed', `'${uri}' could not be made by ${adapter.plugin}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function adapterOf(
  uri: string,
  what: string,
  registrations: Registrations,
): { readonly value: ModelAdapter; readonly plugin: string } {
  const scheme = /^([a-z][a-z0-9+.-]*):\/?\S/iu.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    throw new TouchstoneError(
      'malformed-uri',
      `${what} is '${uri}', which is no URI: write scheme:/name, e.g. openai:/gpt-5-mini.`,
    );
  }
  const adapter = registrations.adapters.get(answeringScheme(scheme));
  if (adapter === undefined) throw unknownScheme(uri, answeringScheme(scheme), registrations);
  return adapter;
}

/** As in MLflow, a variable of the environment sends what is OpenAI's by its name to Azure. */
export function answeringScheme(scheme: string): string {
  const azure = scheme === 'openai' && /^azure(?:_?ad)?$/iu.test(process.env.OPENAI_API_TYPE?.trim() ?? '');
  return azure ? 'azure-openai' : scheme;
}

function unknownScheme(uri: string, scheme: string, registrations: Registrations): TouchstoneError {
  if (LOGGED_SCHEMES.includes(scheme)) {
    const message = `'${uri}' is a logged model, which can be evaluated, and not asked by metrics or functions: name it by its own URI.`;
    return new TouchstoneError('not-a-service', message);
  }
  const pack = Object.hasOwn(knownSchemes, scheme) ? knownSchemes[scheme] : undefined;
  if (pack !== undefined)
    return new TouchstoneError('unknown-scheme', `'${uri}' needs ${pack}, ${missingPack(pack, registrations)}`);
  const known = new Set([...registrations.adapters.keys(), ...Object.keys(knownSchemes), ...LOGGED_SCHEMES]);
  const logged = closest(scheme, LOGGED_SCHEMES);
  const close = logged === undefined ? suggestion(scheme, known, { list: 'Known are' }) : ` Did you mean '${logged}'?`;
  const hint = Object.hasOwn(mlflowSchemes, scheme) ? ` ${mlflowSchemes[scheme]}` : `${close}${perhapsLeftOut(registrations)}`;
  return new TouchstoneError('unknown-scheme', `There is no model scheme '${scheme}' (of '${uri}').${hint}`);
}
