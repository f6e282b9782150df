import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '@touchstone/testing';
import { expect, it } from 'vitest';

const run = promisify(execFile);

it('is never held by two processes, however they fight for it while its file comes and goes', async () => {
  const path = join(temporaryFolder(), 'leases', 'run');
  const script = join(import.meta.dirname, '__fixtures__', 'lease-process.mjs');
  const said = await Promise.all([1, 2, 3, 4].map(() => run(process.execPath, [script, path, '400'])));
  expect(said.map(({ stdout }) => stdout)).toEqual(['0', '0', '0', '0']);
  expect(existsSync(path)).toBe(false);
});
