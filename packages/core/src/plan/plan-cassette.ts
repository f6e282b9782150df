import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { PlannedCassette } from '../contracts/index.ts';
import { readCassette } from '../door/replay/cassette-file.ts';
import { type Problem, TouchstoneError } from '../errors/touchstone-error.ts';
import type { CassetteOption } from './evaluate-request.ts';

/** The cassette of the request, read once so that all that is wrong with it is said before the first row. Writes nothing. */
export function planCassette(option: CassetteOption | undefined, problems: Problem[]): PlannedCassette | undefined {
  if (option === undefined) return undefined;
  const { file, mode = 'auto' } = typeof option === 'string' ? { file: option } : option;
  try {
    const recorded = readCassette(file);
    if (recorded === undefined && mode === 'replay') {
      problems.push({
        code: 'cassette-not-found',
        message: `There is no cassette '${file}' to replay: record it first, with cassette: { file: '${file}', mode: 'auto' }.`,
      });
    }
    if (mode !== 'replay' && !isWritable(file)) {
      problems.push({ code: 'cassette-not-writable', message: `The cassette '${file}' cannot be written there.` });
    }
    return { file, mode, recorded: recorded?.size ?? 0 };
  } catch (error) {
    if (!TouchstoneError.isInstance(error)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

/** Whether nothing, or perhaps nothing, will have to be sent: then a key that is missing is no mistake yet. */
export function mayNeedNoKey(cassette: PlannedCassette | undefined): boolean {
  if (cassette === undefined) return false;
  return cassette.mode === 'replay' || (cassette.mode === 'auto' && cassette.recorded > 0);
}

/** Its folder is made when it is written. */
function isWritable(file: string): boolean {
  let folder = dirname(resolve(file));
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}
