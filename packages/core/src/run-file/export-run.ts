import { statSync } from 'node:fs';
import type { RunRecord, RunStore } from '../contracts/index.ts';
import { manifestText } from './manifest.ts';
import { runContents } from './run-contents.ts';
import { MANIFEST } from './run-file-format.ts';
import { writeZip } from './zip-writer.ts';

export interface ExportedRun {
  readonly run: RunRecord;
  /** Of the file. */
  readonly bytes: number;
}

/**
 * Writes all that the store knows of a run into one file.
 * @throws TouchstoneError `run-locked`, `run-changed`, `output-not-written`
 */
export async function exportRun(store: RunStore, run: RunRecord, path: string): Promise<ExportedRun> {
  const { entries, manifest } = await runContents(store, run);
  const last = {
    name: MANIFEST,
    async *blocks() {
      yield Buffer.from(manifestText(await manifest()));
    },
  };
  await writeZip(path, [...entries, last]);
  return { run, bytes: statSync(path).size };
}
