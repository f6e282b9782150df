import type { Json, Message } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';

/** The form of specs that this version writes; earlier ones it reads. */
export const MODEL_SPEC_SCHEMA = 1;

/**
 * A model as plain data: what is kept when it is logged, and what it is made of again. Never code, and never a credential: `${VARIABLE}`
 * in a header stays what it is, and is read when a request is sent.
 */
export type ModelSpec = UriModelSpec | ExportedModelSpec;

/** A model by URI, with what it is sent. */
export type UriModelSpec = {
  readonly schema: typeof MODEL_SPEC_SCHEMA;
  readonly kind: 'uri';
  /** `openai:/gpt-5-mini`, `huggingface:/org/model`, `https://host/answer`. */
  readonly uri: string;
  /** The package whose adapter answers for the URI: what to install where there is none. */
  readonly package: string;
  /** What it does, in MLflow's words: `chat`. Of a scheme whose models have several tasks it is one of `options`. */
  readonly task?: string;
  /** With placeholders: `{question}` is the row's column. Absent: the row's `inputs` as the user's message. */
  readonly messages?: readonly Message[];
  readonly parameters?: { readonly [name: string]: Json };
  /** Options of the adapter. */
  readonly options?: { readonly [name: string]: Json };
};

/** An export of a user's own file: a function, or a model that holds code. */
export type ExportedModelSpec = {
  readonly schema: typeof MODEL_SPEC_SCHEMA;
  readonly kind: 'export';
  /** As it is shown: `./answer.ts#answer`. */
  readonly id: string;
  /** Relative to the working directory: `./answer.ts`. */
  readonly module: string;
  readonly export: string;
  /** SHA-256 (hex) of the file when the model was logged. */
  readonly sourceHash: string;
};

/**
 * A stored spec, which may be of another version or damaged.
 *
 * @param address of the model, for messages
 * @throws TouchstoneError `model-spec-newer`, `bad-model-spec`
 */
export function readModelSpec(stored: Json, address: string): ModelSpec {
  if (isObject(stored) && typeof stored.schema === 'number' && stored.schema > MODEL_SPEC_SCHEMA) {
    throw new TouchstoneError(
      'model-spec-newer',
      `${address} was logged by a newer Touchstone: its spec has schema ${stored.schema}, and this one knows schemas up to ${MODEL_SPEC_SCHEMA}. Update with npm install @touchstone/core@latest.`,
    );
  }
  if (isUriSpec(stored) || isExportedSpec(stored)) return stored;
  throw new TouchstoneError(
    'bad-model-spec',
    `${address} is no model that could be read: its stored spec is damaged. Log it again.`,
  );
}

function isUriSpec(spec: Json): spec is UriModelSpec {
  return (
    isOfThisSchema(spec) &&
    spec.kind === 'uri' &&
    typeof spec.uri === 'string' &&
    typeof spec.package === 'string' &&
    isAbsentOr(spec.task, (task) => typeof task === 'string') &&
    isAbsentOr(spec.messages, Array.isArray) &&
    isAbsentOr(spec.parameters, isObject) &&
    isAbsentOr(spec.options, isObject)
  );
}

function isExportedSpec(spec: Json): spec is ExportedModelSpec {
  return isOfThisSchema(spec) && spec.kind === 'export' && EXPORTED.every((field) => typeof spec[field] === 'string');
}

const EXPORTED = ['id', 'module', 'export', 'sourceHash'] as const;

function isOfThisSchema(spec: Json): spec is { readonly [field: string]: Json } {
  return isObject(spec) && spec.schema === MODEL_SPEC_SCHEMA;
}

function isAbsentOr(value: Json | undefined, accepts: (value: Json) => boolean): boolean {
  return value === undefined || accepts(value);
}

function isObject(value: Json): value is { readonly [field: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
