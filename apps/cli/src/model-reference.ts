import { type ChatModel, functionModel, type LanguageModel, loadUserExport, type Model, TouchstoneError } from '@touchstone/core';
import { bundledPackages } from './bundled-packages.ts';

/**
 * A model from `./file.ts#export`; anything else is core's to understand.
 * @param folder where a relative file is looked for
 * @throws TouchstoneError `not-a-model`, and what loading the file throws
 */
export async function modelOf(model: unknown, folder: string): Promise<unknown> {
  if (typeof model !== 'string' || !isFileReference(model)) return model;
  const { value, spec } = await loadUserExport(model, { cwd: folder, alias: bundledPackages });
  if (isFunction(value)) return functionModel(value, { id: model, spec });
  if (isModel(value))
    return {
      ...value,
      identity: { module: spec.module, export: spec.export, source: spec.sourceHash ?? null, model: value.identity },
    };
  // What identifies these is who answers and what is sent, wherever they were written.
  if (isLanguageModel(value)) return value;
  throw new TouchstoneError(
    'not-a-model',
    `'${model}' is no model: export a function of a row, or what batchModel, chat or a model pack gives.`,
  );
}

/** Whether a name means an export of a user's file: `./answer.ts#answer`, `metrics/polite.js`. */
export function isFileReference(text: string): boolean {
  return /^\.{0,2}\//u.test(text) || /\.[cm]?[jt]sx?(#|$)/u.test(text);
}

function isFunction(value: unknown): value is (row: never) => unknown {
  return typeof value === 'function';
}

function isModel(value: unknown): value is Model {
  return typeof value === 'object' && value !== null && 'predict' in value && 'identity' in value;
}

function isLanguageModel(value: unknown): value is LanguageModel | ChatModel {
  if (typeof value !== 'object' || value === null) return false;
  return '~chat' in value || ('send' in value && 'kind' in value && value.kind === 'language');
}
