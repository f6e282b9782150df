import { createInterface } from 'node:readline/promises';
import { TouchstoneError } from '@touchstone/core';

/**
 * Asks a person, who has to say yes.
 * @param what will happen: `Deleting nightly`
 * @throws TouchstoneError `not-confirmed` where nobody can be asked
 */
export async function confirmed(what: string, question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new TouchstoneError('not-confirmed', `${what} needs --yes where nobody can be asked.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/iu.test(answer.trim());
}
