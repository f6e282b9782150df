import type { RunRecord, RunStore } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { oneLine } from '../results/display-text.ts';
import { manifestText } from './manifest.ts';
import { openRunFile, type RunFile } from './open-run-file.ts';
import { digestRun } from './run-contents.ts';
import type { Manifest } from './run-file-format.ts';

export interface ImportedRun {
  readonly run: RunRecord;
  /** `false`: the store had the very same run already, and nothing was done. */
  readonly isNew: boolean;
}

/**
 * Takes an exported run into the store: all of it, or nothing.
 * @throws TouchstoneError `run-differs` when the store has another run with its id, and for what is wrong with the file
 */
export async function importRun(store: RunStore, path: string): Promise<ImportedRun> {
  using file = await openRunFile(path);
  const { run } = file.manifest;
  const [there] = await store.catalog.find({ idPrefix: run.id });
  if (there === undefined) {
    await store.catalog.adopt(run, file.parts());
    return { run, isNew: true };
  }
  await prove(file);
  const differences = differencesOf(await digestRun(store, there), file.manifest);
  if (differences.length === 0) return { run: there, isNew: false };
  const named = `${oneLine(there.name)} (${there.id.slice(0, 8)})`;
  throw new TouchstoneError(
    'run-differs',
    `The store has run ${named} already, and it is not as it is in '${path}': ${differences.join(', ')} ${differences.length === 1 ? 'differs' : 'differ'}. Nothing was changed. Delete the one in the store first, or import into another store.`,
  );
}

/** Reads all of the file, which may not be what its manifest says. */
async function prove(file: RunFile): Promise<void> {
  for await (const _ of file.parts());
}

/** In the words of the manifest. */
function differencesOf(one: Manifest, other: Manifest): readonly string[] {
  const parts = (['run', 'evaluations', 'reserved'] as const).filter((part) => partText(one, part) !== partText(other, part));
  const hashes = new Map(one.entries.map(({ name, sha256 }) => [name, sha256]));
  return [...parts, ...other.entries.filter(({ name, sha256 }) => hashes.get(name) !== sha256).map(({ name }) => name)];
}

/** The text of a manifest is the same for equal ones. */
function partText(manifest: Manifest, part: 'run' | 'evaluations' | 'reserved'): unknown {
  const read: Readonly<Record<string, unknown>> = JSON.parse(manifestText(manifest));
  return JSON.stringify(read[part]);
}
