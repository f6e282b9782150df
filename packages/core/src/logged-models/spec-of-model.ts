import type { Json, Message } from '../contracts/index.ts';
import { canonicalJson } from '../data/canonical-json.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { TouchstoneError, throwProblems } from '../errors/touchstone-error.ts';
import { knownSchemes } from '../metrics/preset-table.ts';
import { chat, isChat } from '../models/chat.ts';
import type { LoadUserModuleOptions } from '../modules/load-user-module.ts';
import { checkLogModelOptions } from '../plan/check-options.ts';
import { resolveModel } from '../plan/resolve-model.ts';
import type { Registrations } from '../registry/plugins.ts';
import { credentialIn } from './credentials-in-spec.ts';
import { isModelAddress } from './model-address.ts';
import { isFileReference, modelFromFile } from './model-from-file.ts';
import { type ExportedModelSpec, MODEL_SPEC_SCHEMA, type ModelSpec, type UriModelSpec } from './model-spec.ts';

/** What is logged as a model. */
export interface LogModelOptions {
  /** Its name in the run, the end of `runs:/<run>/<name>`. Default: `model`. */
  readonly name?: string;
  /**
   * A URI (`openai:/gpt-5-mini`, `https://host/answer`), `chat(…)`, `http(…)`, or an export of a file: `./answer.ts#answer`. A function
   * or model that holds code is logged by its file, because only plain data is kept.
   */
  readonly model: unknown;
  /** What it does, as in MLflow: `chat` (default); of Hugging Face models `summarization`, `text-generation`, …. */
  readonly task?: string;
  /** What is sent, with placeholders: `{question}` is the row's column. Default: the row's `inputs` as the user's message. */
  readonly messages?: readonly Message[];
  /** Neutral names (`temperature`, `maxOutputTokens`, …); other keys reach the provider as they are. */
  readonly parameters?: Readonly<Record<string, Json>>;
  /** Options of the adapter: `{ baseUrl: 'http://localhost:8000/v1' }`. */
  readonly options?: Readonly<Record<string, Json>>;
  /** Registers it as the next version of this name as well. */
  readonly registeredModelName?: string;
}

export interface SpecSetting {
  readonly registrations: Registrations;
  readonly modules: LoadUserModuleOptions;
}

/**
 * A model as plain data, which has been tried: its adapter takes the URI and the options, or its file exports it.
 *
 * @throws TouchstoneError `not-loggable` for what is code and has no file, `credential-in-spec`, `bad-option`, `unknown-scheme`, …
 */
export async function specOfModel(given: LogModelOptions, setting: SpecSetting): Promise<ModelSpec> {
  throwProblems(checkLogModelOptions(given));
  const { model } = given;
  if (typeof model === 'string') {
    if (isFileReference(model)) return exportedSpec(model, given, setting);
    if (!isModelAddress(model)) return uriSpec(model, given, setting);
    throw new TouchstoneError(
      'not-loggable',
      `'${model}' is logged already: register it with registerModel('${model}', 'NAME').`,
    );
  }
  if (isChat(model) && typeof model.model === 'string') {
    const { messages, parameters, options } = model;
    return uriSpec(model.model, { ...defined({ messages, parameters, options }), ...given }, setting);
  }
  const { source, spec } = partsOf(model);
  if (isSource(source)) return uriSpec(source.uri, { ...given, options: { ...source.options, ...given.options } }, setting);
  if (isSpec(spec)) return exportedSpec(`${spec.module}#${spec.export}`, given, setting);
  throw new TouchstoneError(
    'not-loggable',
    `A ${typeof model === 'function' ? 'function' : 'model object'} is code, and what is logged is plain data: export it from a file and log that, e.g. logModel({ model: './answer.ts#answer' }).`,
  );
}

function uriSpec(uri: string, given: Omit<LogModelOptions, 'model'>, { registrations }: SpecSetting): ModelSpec {
  const { task, messages, parameters } = given;
  const scheme = uri.split(':')[0]?.toLowerCase() ?? '';
  const adapter = registrations.adapters.get(scheme);
  const hasTasks = Object.hasOwn(adapter?.value.about?.options ?? {}, 'task');
  if (task !== undefined && !hasTasks) checkTask(task);
  const options = { ...given.options, ...(task !== undefined && hasTasks ? { task } : {}) };
  const spec: UriModelSpec = {
    schema: MODEL_SPEC_SCHEMA,
    kind: 'uri',
    uri,
    package: knownSchemes[scheme] ?? adapter?.plugin ?? scheme,
    ...defined({ task, messages, parameters }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
  };
  const resolved = resolveModel(chatOf(spec), {}, registrations);
  if (resolved !== undefined && 'model' in resolved) {
    const [unused] = Object.keys(defined({ messages, parameters }));
    if (unused !== undefined) {
      throw new TouchstoneError('bad-option', `logModel: '${unused}' is for language models, and ${uri} is a model of rows.`);
    }
  }
  const where = credentialIn(spec);
  if (where !== undefined) {
    throw new TouchstoneError(
      'credential-in-spec',
      `${where} holds a credential, which is never stored: set a variable in the environment, and in headers write \${VARIABLE} for it.`,
    );
  }
  return asPlainData(spec);
}

/** The model that a spec by URI stands for, as `evaluate` takes it. */
export function chatOf({ uri, messages, parameters, options }: UriModelSpec) {
  return chat(uri, defined({ messages, parameters, options }));
}

const CHAT_TASKS = ['chat', 'chat.completions', 'llm/v1/chat'];

function checkTask(task: string): void {
  if (CHAT_TASKS.includes(task)) return;
  const hint = suggestion(task, CHAT_TASKS, { list: 'There are' });
  throw new TouchstoneError('bad-option', `logModel: 'task' is '${task}', and a model that answers is meant.${hint}`);
}

async function exportedSpec(
  reference: string,
  { messages, parameters, options, task }: Omit<LogModelOptions, 'model'>,
  { modules }: SpecSetting,
): Promise<ExportedModelSpec> {
  const [unused] = Object.keys(defined({ messages, parameters, options, task }));
  if (unused !== undefined) {
    throw new TouchstoneError(
      'bad-option',
      `logModel: '${unused}' is for models by URI: '${reference}' is code, which has its own.`,
    );
  }
  const { spec } = await modelFromFile(reference, modules);
  return {
    schema: MODEL_SPEC_SCHEMA,
    kind: 'export',
    id: reference,
    module: spec.module,
    export: spec.export,
    sourceHash: spec.sourceHash ?? '',
  };
}

/** @throws TouchstoneError `bad-option`: what JSON changes would be another model when it comes back */
function asPlainData(spec: ModelSpec): ModelSpec {
  const plain: ModelSpec = JSON.parse(JSON.stringify(spec));
  try {
    if (canonicalJson(plain) === canonicalJson(spec)) return plain;
  } catch {
    // Something in it is no JSON at all.
  }
  throw new TouchstoneError(
    'bad-option',
    'logModel: messages, parameters and options must be plain JSON: texts, numbers, true, false, null, lists and objects of these.',
  );
}

function partsOf(model: unknown): { readonly source?: unknown; readonly spec?: unknown } {
  return typeof model === 'object' && model !== null ? model : {};
}

function isSource(source: unknown): source is { readonly uri: string; readonly options: Readonly<Record<string, Json>> } {
  return (
    typeof source === 'object' && source !== null && 'uri' in source && typeof source.uri === 'string' && 'options' in source
  );
}

/** Of a user's file: only that has a hash. */
function isSpec(spec: unknown): spec is { readonly module: string; readonly export: string } {
  return (
    typeof spec === 'object' &&
    spec !== null &&
    'module' in spec &&
    typeof spec.module === 'string' &&
    'export' in spec &&
    typeof spec.export === 'string' &&
    'sourceHash' in spec
  );
}

function defined<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
