import { messageOf, TouchstoneError } from '@touchstone/core';
import { inFlagWords } from './flag-words.ts';
import type { RunDocument } from './run-document.ts';
import { say } from './say.ts';

/** Says what went wrong in the words that were used: flags, or the options of the config that a run's document names. A bug shows its stack when `TOUCHSTONE_DEBUG` is set. */
export function sayError(error: unknown, asked?: RunDocument | 'flags'): void {
  const message = messageOf(error);
  const flags = asked === 'flags' || (asked !== undefined && asked.evaluation === undefined);
  say(flags ? inFlagWords(message) : message);
  if (process.env.TOUCHSTONE_DEBUG !== undefined && !TouchstoneError.isInstance(error) && error instanceof Error) {
    say(error.stack ?? '');
  }
}
