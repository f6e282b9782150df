import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, TouchstoneError } from '../errors/touchstone-error.ts';
import { RESULT_FILE } from './artifact-files.ts';
import type { ResultDocument, ResultParts } from './result-parts.ts';
import { tableOfRows } from './result-table.ts';
import { damagedPart, isSavedResult, SAVED_FORMAT, type SavedResult, STAGING, savedVersion } from './saved-format.ts';
import { savedRows, savedTable } from './saved-table.ts';

/**
 * A result that was saved. Its document is read and checked now, tables, rows and artifacts when they are asked for.
 * All is plain data: nothing that the files name is imported or run.
 *
 * @throws TouchstoneError `result-not-found`, `result-broken`, `result-too-new`
 */
export async function loadResult(folder: string): Promise<ResultParts> {
  const names = await list(folder);
  const saved = await readDocument(folder, names);
  const missing = [...Object.values(saved.artifacts), ...saved.evaluations.map(({ rows }) => rows)].filter(
    (file) => !names.includes(file),
  );
  if (missing.length > 0) {
    const are = missing.length === 1 ? 'is' : 'are';
    throw broken(folder, `${missing.join(', ')} ${are} missing`);
  }
  const path = (artifact: string): string => join(folder, saved.artifacts[artifact] ?? RESULT_FILE);
  const { eval_results_table = tableOfRows('eval_results_table', []), ...tables } = Object.fromEntries(
    saved.tables.map((name) => [name, savedTable(name, path(name))]),
  );
  const contents = Object.keys(saved.artifacts).filter((name) => !saved.tables.includes(name));
  return {
    document: documentOf(saved),
    evaluations: saved.evaluations.map(({ index, plan, table, rows, prediction }) => ({
      index,
      plan,
      table,
      // Results that were saved before it was written down: the plan says it, unless the model named its output.
      prediction: async () => prediction ?? (plan.data.targets === undefined ? 'outputs' : (plan.data.predictions ?? 'outputs')),
      rows: () => savedRows(join(folder, rows)),
    })),
    tables: { eval_results_table, ...tables },
    contents: new Map(contents.map((name) => [name, () => readContent(folder, path(name))])),
  };
}

async function list(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw notFound(`There is no folder '${folder}'.`, error);
    if (code === 'ENOTDIR') throw notFound(`'${folder}' is a file; a saved result is a folder with ${RESULT_FILE} in it.`, error);
    throw notFound(`The folder '${folder}' cannot be read: ${messageOf(error)}.`, error);
  }
}

async function readDocument(folder: string, names: readonly string[]): Promise<SavedResult> {
  if (!names.includes(RESULT_FILE)) {
    const interrupted = names.some((name) => name.startsWith(STAGING));
    const why = interrupted ? 'saving into it was interrupted; save the result again' : `it has no ${RESULT_FILE}`;
    throw notFound(`There is no saved result in '${folder}': ${why}.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(await readFile(join(folder, RESULT_FILE), 'utf8'));
  } catch (error) {
    throw broken(folder, `${RESULT_FILE} cannot be read as JSON: ${messageOf(error)}`, error);
  }
  const version = savedVersion(value);
  if (version === undefined) throw notFound(`${RESULT_FILE} in '${folder}' is not a result that Touchstone saved.`);
  if (version > SAVED_FORMAT.version) {
    throw new TouchstoneError(
      'result-too-new',
      `The result in '${folder}' was saved by a newer Touchstone (format ${version}, this one reads ${SAVED_FORMAT.version}): update it, e.g. npm i @touchstone/core@latest.`,
      { kind: 'store' },
    );
  }
  if (!isSavedResult(value))
    throw broken(folder, `in ${RESULT_FILE}, '${damagedPart(value)}' is missing or is not what it should be`);
  return value;
}

function documentOf(saved: SavedResult): ResultDocument {
  const { run, metrics, intervals, coverage, signatures, skippedMetrics, usage, artifacts, warnings } = saved;
  return { run, metrics, intervals, coverage, signatures, skippedMetrics, usage, artifacts, warnings };
}

async function readContent(folder: string, path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw broken(folder, messageOf(error), error);
  }
}

function notFound(message: string, cause?: unknown): TouchstoneError {
  return new TouchstoneError('result-not-found', message, cause === undefined ? {} : { cause });
}

function broken(folder: string, what: string, cause?: unknown): TouchstoneError {
  return new TouchstoneError('result-broken', `The result saved in '${folder}' is damaged: ${what}. Save it again.`, {
    kind: 'store',
    ...(cause === undefined ? {} : { cause }),
  });
}
