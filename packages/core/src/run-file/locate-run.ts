import type { RunRecord, RunStore } from '../contracts/index.ts';
import { findRun } from '../results/find-run.ts';
import { memoryStore } from '../store/memory-store.ts';
import { isRunFile } from './is-run-file.ts';
import { openRunFile } from './open-run-file.ts';

/**
 * A run to read: of the store, or of an exported file, which is read into memory and leaves the store alone.
 * @throws TouchstoneError as {@link findRun} and {@link openRunFile} do
 */
export async function locateRun(store: RunStore, ref: string): Promise<{ readonly store: RunStore; readonly run: RunRecord }> {
  if (!isRunFile(ref)) return { store, run: await findRun(store.catalog, ref) };
  using file = await openRunFile(ref);
  const inMemory = memoryStore();
  const { run } = file.manifest;
  await inMemory.catalog.adopt(run, file.parts());
  return { store: inMemory, run };
}
