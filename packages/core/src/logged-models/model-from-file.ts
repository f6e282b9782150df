import type { LanguageModel, Model, Spec } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { type ChatModel, isChat } from '../models/chat.ts';
import { functionModel } from '../models/function-model.ts';
import { type LoadUserModuleOptions, loadUserExport } from '../modules/load-user-module.ts';

/** A model that a user's file exports, and how it is found again. */
export interface ModelFromFile {
  readonly model: Model | ChatModel | LanguageModel;
  readonly spec: Spec;
}

/**
 * The model that an export of a user's file is or makes: `./answer.ts#answer`.
 *
 * @param id as it is shown; the reference by default
 * @throws TouchstoneError `not-a-model`, and what loading the file throws
 */
export async function modelFromFile(
  reference: string,
  options: LoadUserModuleOptions = {},
  id = reference,
): Promise<ModelFromFile> {
  const { value, spec } = await loadUserExport(reference, options);
  if (isFunction(value)) return { spec, model: functionModel(value, { id, spec }) };
  if (isModel(value)) {
    const { module, export: name, sourceHash = null } = spec;
    return { spec, model: { ...value, identity: { module, export: name, source: sourceHash, model: value.identity } } };
  }
  // What identifies these is who answers and what is sent, wherever they were written.
  if (isChat(value) || isLanguageModel(value)) return { spec, model: value };
  throw new TouchstoneError(
    'not-a-model',
    `'${reference}' is no model: export a function of a row, or what batchModel, chat or a model pack gives.`,
  );
}

/** Whether a name means an export of a user's file: `./answer.ts#answer`, `models/polite.js`. */
export function isFileReference(text: string): boolean {
  if (/^[a-z][a-z\d+.-]+:/iu.test(text)) return false;
  return /^\.{0,2}\//u.test(text) || /\.[cm]?[jt]sx?(#|$)/u.test(text);
}

function isFunction(value: unknown): value is (row: never) => unknown {
  return typeof value === 'function';
}

function isModel(value: unknown): value is Model {
  return typeof value === 'object' && value !== null && 'predict' in value && 'identity' in value;
}

function isLanguageModel(value: unknown): value is LanguageModel {
  return typeof value === 'object' && value !== null && 'send' in value && 'kind' in value && value.kind === 'language';
}
