import { type RunStatus, TouchstoneError } from '@touchstone/core';

/** The exit codes are a promise (cli.md). 1 is for gates, and for a check that has found something. */
export const EXIT = { ok: 0, failed: 1, request: 2, incomplete: 3, interrupted: 130 } as const;

export function exitCodeOfStatus(status: RunStatus): number {
  if (status === 'finished') return EXIT.ok;
  return status === 'interrupted' ? EXIT.interrupted : EXIT.incomplete;
}

export function exitCodeOfError(error: unknown): number {
  return TouchstoneError.isInstance(error) && error.kind === 'request' ? EXIT.request : EXIT.incomplete;
}
