import { type SweepRequest, sweepCells, TouchstoneError } from '@touchstone/core';
import type { ConfiguredEvaluation } from './define-config.ts';
import { modelOf } from './model-reference.ts';
import type { RunDocument } from './run-document.ts';

type Models = NonNullable<SweepRequest['models']>;

/** The models of a sweep: of several `--model`, else of the config; `undefined` for one model. */
export async function sweptModels(
  { models, flags, cwd }: RunDocument,
  configured: Models | undefined,
  folder: string,
): Promise<Models | undefined> {
  if (models !== undefined) return modelsOf(models, cwd);
  return flags.model === undefined && configured !== undefined ? modelsOf(configured, folder) : undefined;
}

/** The model with its prompt that a cell of a sweep was. @throws TouchstoneError `cell-not-found` */
export async function modelOfCell(
  cell: string,
  document: RunDocument,
  base: ConfiguredEvaluation,
  folder: string,
): Promise<unknown> {
  const { flags, cwd } = document;
  const models = await sweptModels(document, base.models, folder);
  const model = await (flags.model === undefined ? modelOf(base.model, folder) : modelOf(flags.model, cwd));
  const { prompts } = base;
  const cells = sweepCells({ ...(models === undefined ? { model } : { models }), ...(prompts === undefined ? {} : { prompts }) });
  const found = cells.find(({ name }) => name === cell);
  if (found !== undefined) return found.evaluated;
  throw new TouchstoneError('cell-not-found', `The sweep of today has no cell '${cell}' any more.`);
}

/** Exports of files are loaded; those of a list keep the names that they were given by. */
async function modelsOf(models: Models, folder: string): Promise<Models> {
  const texts =
    Array.isArray(models) && models.every((model) => typeof model === 'string') && new Set(models).size === models.length;
  const named = texts ? Object.fromEntries(models.map((model: string) => [model, model])) : models;
  if (Array.isArray(named)) return Promise.all(named.map((model) => modelOf(model, folder)));
  const loaded = Object.entries(named).map(async ([name, model]) => [name, await modelOf(model, folder)] as const);
  return Object.fromEntries(await Promise.all(loaded));
}
