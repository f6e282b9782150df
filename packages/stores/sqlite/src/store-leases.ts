import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isLeased, takeLease } from './lease.ts';
import { realFile } from './store-file.ts';

/** Runs that a live process works on. */
export function heldLeases(file: string): readonly string[] {
  return leaseNames(file).filter((name) => isLeased(join(folderOf(file), name)));
}

/** Runs whose process died and left its lease file: it holds nothing, and vanishes when the run is resumed. */
export function leftoverLeases(file: string): readonly string[] {
  return leaseNames(file).filter((name) => !isLeased(join(folderOf(file), name)));
}

/** Deletes what dead processes left; returns the runs whose files are gone. */
export function removeLeftoverLeases(file: string): readonly string[] {
  return leaseNames(file).filter((name) => {
    // Taken and given back, because a process that is just starting may want it.
    const lease = takeLease(join(folderOf(file), name));
    lease?.release();
    return lease !== undefined;
  });
}

function leaseNames(file: string): readonly string[] {
  const folder = folderOf(file);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => /^[0-9a-f]{32}$/.test(name));
}

function folderOf(file: string): string {
  return `${realFile(file)}-leases`;
}
