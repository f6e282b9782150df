import { accessSync, constants, readdirSync, type Stats, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { suggestion } from '../errors/did-you-mean.ts';
import { messageOf, TouchstoneError } from '../errors/touchstone-error.ts';

/**
 * Checks that a path is a file, or a pipe, that can be read.
 *
 * @param given what the user typed, for the message; the path itself by default
 * @throws TouchstoneError `data-not-readable` naming the path, with the file of the same folder that was probably meant
 */
export function checkReadableFile(path: string, given: string = path): Stats {
  const shown = given === path ? `'${path}'` : `'${given}' (${path})`;
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    const { names, folder } = listFolder(dirname(path));
    const hint = folder === 'missing' ? ` There is no folder ${dirname(path)} either.` : suggestion(basename(path), names);
    throw new TouchstoneError('data-not-readable', `There is no file ${shown}.${hint}`);
  }
  if (stats.isDirectory()) {
    throw new TouchstoneError(
      'data-not-readable',
      `${shown} is a folder; give the file in it that holds the data.${filesIn(path)}`,
    );
  }
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    throw new TouchstoneError('data-not-readable', `${shown} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  return stats;
}

function listFolder(folder: string): { readonly names: readonly string[]; readonly folder: 'present' | 'missing' } {
  try {
    return { names: readdirSync(folder), folder: 'present' };
  } catch {
    return { names: [], folder: 'missing' };
  }
}

function filesIn(folder: string): string {
  const names = listFolder(folder)
    .names.filter((name) => /\.(?:jsonl|ndjson|json|csv|tsv|parquet|arrow)(?:\.gz)?$/i.test(name))
    .sort();
  if (names.length === 0) return '';
  return ` There are: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}.`;
}
