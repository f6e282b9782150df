import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Files of a folder that is gone when the tests of the file are over. */
export function temporaryFiles() {
  const folder = mkdtempSync(join(tmpdir(), 'touchstone-files-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return {
    folder,
    /** @returns its path */
    write(name: string, content: string | Uint8Array): string {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
  };
}
