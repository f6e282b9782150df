import { loadEnvFile } from 'node:process';
import { messageOf, TouchstoneError } from '@touchstone/core';

/** Takes environment variables from a file. @param given the path as it was typed @throws TouchstoneError `bad-env-file` */
export function readEnvFile(path: string, given: string): void {
  try {
    loadEnvFile(path);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new TouchstoneError(
      'bad-env-file',
      `--env-file is '${given}', ${missing ? 'and there is no such file' : `which cannot be read: ${messageOf(error)}`}.`,
    );
  }
}
