import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, TouchstoneError } from '../errors/touchstone-error.ts';
import { isPlainFileName, RESULT_FILE, rowsFile } from './artifact-files.ts';
import type { ResultParts } from './result-parts.ts';
import { SAVED_FORMAT, type SavedResult, STAGING } from './saved-format.ts';

/**
 * Writes a result into a folder as plain files. Everything is written to a folder inside it first and then renamed into place,
 * `result.json` last: a reader finds the old result, the new one, or none, never a mixture.
 *
 * @throws TouchstoneError `folder-not-empty` when the folder holds something else; `result-not-written` when the disk refuses
 */
export async function saveResult(parts: ResultParts, folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const files = filesOf(parts, await Promise.all(parts.evaluations.map((evaluation) => evaluation.prediction())));
    const outdated = await outdatedFiles(folder, files);
    const staging = await stage(folder, files);
    await rm(join(folder, RESULT_FILE), { force: true });
    for (const name of outdated) await rm(join(folder, name), { force: true });
    // The last of them is `result.json`.
    for (const name of files.keys()) await rename(join(staging, name), join(folder, name));
    await removeStaging(folder);
  } catch (error) {
    if (TouchstoneError.isInstance(error)) throw error;
    throw new TouchstoneError('result-not-written', `The result could not be saved in '${folder}': ${messageOf(error)}.`, {
      kind: 'store',
      cause: error,
    });
  }
}

type Chunks = AsyncIterable<string | Uint8Array>;

function filesOf(
  { document, evaluations, tables, contents }: ResultParts,
  predictions: readonly string[],
): Map<string, () => Chunks> {
  const files = new Map<string, () => Chunks>();
  for (const [position, evaluation] of evaluations.entries()) {
    files.set(rowsFile(position), () => jsonLines(evaluation.rows()));
  }
  for (const [name, file] of Object.entries(document.artifacts)) {
    const content = contents.get(name);
    const table = Object.hasOwn(tables, name) ? tables[name] : undefined;
    if (content !== undefined) files.set(file, () => once(content));
    else if (table !== undefined) files.set(file, () => table.toSplitJSON());
  }
  const saved: SavedResult = {
    touchstone: SAVED_FORMAT,
    ...document,
    tables: Object.keys(document.artifacts).filter((name) => !contents.has(name)),
    evaluations: evaluations.map(({ index, plan, table }, position) => ({
      index,
      table,
      rows: rowsFile(position),
      plan,
      ...(predictions[position] === undefined ? {} : { prediction: predictions[position] }),
    })),
  };
  files.set(RESULT_FILE, () => once(async () => `${JSON.stringify(saved, null, 2)}\n`));
  return files;
}

/** Writes all files beside their places. When that fails, the folder is as it was before. */
async function stage(folder: string, files: ReadonlyMap<string, () => Chunks>): Promise<string> {
  const staging = join(folder, `${STAGING}${randomUUID()}`);
  await mkdir(staging);
  try {
    for (const [name, chunks] of files) await writeDurably(join(staging, name), chunks());
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
  return staging;
}

async function* jsonLines(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const item of items) yield `${JSON.stringify(item)}\n`;
}

async function* once(content: () => Promise<string | Uint8Array>): AsyncGenerator<string | Uint8Array> {
  yield await content();
}

async function writeDurably(path: string, chunks: Chunks): Promise<void> {
  const file = await open(path, 'wx');
  try {
    let waiting = '';
    for await (const chunk of chunks) {
      if (typeof chunk !== 'string') {
        await file.writeFile(chunk);
        continue;
      }
      waiting += chunk;
      if (waiting.length < 65_536) continue;
      await file.writeFile(waiting);
      waiting = '';
    }
    await file.writeFile(waiting);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Files of an earlier saved result that the new one does not have.
 * @throws TouchstoneError `folder-not-empty` when the folder is no saved result, or a file that is none of its own would be overwritten
 */
async function outdatedFiles(folder: string, files: ReadonlyMap<string, unknown>): Promise<readonly string[]> {
  const names = await readdir(folder);
  if (names.includes(RESULT_FILE)) {
    const earlier = filesOfSaved(await readFile(join(folder, RESULT_FILE), 'utf8'));
    if (earlier === undefined) throw notEmpty(folder, names);
    const inTheWay = names.filter((name) => files.has(name) && !earlier.has(name));
    if (inTheWay.length > 0) throw notEmpty(folder, inTheWay);
    return [...earlier].filter((name) => !files.has(name));
  }
  // A save that was interrupted between two renames leaves files of its own, which the next one writes again.
  if (names.length > 0 && !names.some((name) => name.startsWith(STAGING))) throw notEmpty(folder, names);
  return [];
}

/** `undefined`: it is no saved result. */
function filesOfSaved(text: string): ReadonlySet<string> | undefined {
  try {
    const saved: unknown = JSON.parse(text);
    if (typeof saved !== 'object' || saved === null || !('touchstone' in saved)) return undefined;
    const artifacts = 'artifacts' in saved && typeof saved.artifacts === 'object' ? Object.values(saved.artifacts ?? {}) : [];
    const evaluations = 'evaluations' in saved && Array.isArray(saved.evaluations) ? saved.evaluations : [];
    const files = [...artifacts, ...evaluations.map((_, position) => rowsFile(position)), RESULT_FILE];
    return new Set(files.filter((file): file is string => typeof file === 'string' && isPlainFileName(file)));
  } catch {
    return undefined;
  }
}

function notEmpty(folder: string, names: readonly string[]): TouchstoneError {
  const shown = [...names].sort().slice(0, 3).join(', ');
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return new TouchstoneError(
    'folder-not-empty',
    `'${folder}' holds other files (${shown}${more}); a result is saved in a new or empty folder, or over an earlier saved result.`,
  );
}

async function removeStaging(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.startsWith(STAGING)) await rm(join(folder, name), { recursive: true, force: true });
}
