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
  const shown = given === path ? `'${shortened(path)}'` : `'${shortened(given)}' (${shortened(path)})`;
  const stats = statsOf(path, shown);
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
    throw unreadable(shown, error);
  }
  return stats;
}

/** A text that was meant as data may be no possible name of a file: too long, or with a zero byte. */
function statsOf(path: string, shown: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw unreadable(shown, error);
  }
}

function unreadable(shown: string, cause: unknown): TouchstoneError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const why =
    { EACCES: 'you have no permission', ENAMETOOLONG: 'no file can have a name that long; texts are given as an array' }[code] ??
    messageOf(cause);
  return new TouchstoneError('data-not-readable', `${shown} cannot be read as a file: ${why}.`, { cause });
}

function shortened(path: string): string {
  return path.length > 300 ? `${path.slice(0, 100)}…` : path;
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
    .names.filter((name) => /\.(?:jsonl|ndjson|json|csv|tsv|parquet|arrows?|feather)(?:\.gz)?$/i.test(name))
    .sort();
  if (names.length === 0) return '';
  return ` There are: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}.`;
}
