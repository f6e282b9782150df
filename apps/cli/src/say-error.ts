import { messageOf, TouchstoneError } from '@touchstone/core';
import { inFlagWords } from './flag-words.ts';
import type { RunDocument } from './run-document.ts';
import { say } from './say.ts';

/** Says what went wrong in the words that were used: flags, or the options of the config. A bug shows its stack when `TOUCHSTONE_DEBUG` is set. */
export function sayError(error: unknown, document?: RunDocument): void {
  const message = messageOf(error);
  say(document !== undefined && document.evaluation === undefined ? inFlagWords(message) : message);
  if (process.env.TOUCHSTONE_DEBUG !== undefined && !TouchstoneError.isInstance(error) && error instanceof Error) {
    say(error.stack ?? '');
  }
}
