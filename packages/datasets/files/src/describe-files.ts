import { createHash } from 'node:crypto';
import { combineFingerprints, type Dataset, type FileOptions, nameOfFiles } from '@touchstone/core';
import type { DataBytes } from './data-bytes.ts';

/** A data set whose rows come without a promise for each of them. */
export interface SyncDataset extends Dataset<Record<string, unknown>> {
  rows(): Iterable<Record<string, unknown>>;
}

/**
 * What a data set of files says of itself. Its fingerprint is that of the bytes; where options say how to read them, these are
 * hashed as well, because other options make other rows of the same bytes.
 */
export function describeFiles(files: readonly DataBytes[], options: FileOptions): Omit<Dataset, 'rows' | 'lines' | '~row'> {
  const rereadable = files.every((file) => file.rereadable);
  return {
    name: nameOfFiles(files.map(({ path }) => path)),
    source: files.map(({ path }) => path).join(', '),
    rereadable,
    ...(rereadable ? { fingerprint: () => fingerprintOf(files, options) } : {}),
  };
}

async function fingerprintOf(files: readonly DataBytes[], options: FileOptions): Promise<string> {
  const fingerprints: string[] = [];
  for (const file of files) fingerprints.push(await file.fingerprint());
  const bytes = combineFingerprints(fingerprints);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  if (given.length === 0) return bytes;
  const sorted = JSON.stringify(given.map(([option, value]) => [option, sortedMembers(value)]).sort());
  return createHash('sha256').update(`${bytes}\n${sorted}`).digest('hex');
}

function sortedMembers(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).sort() : value;
}
