import type { Dataset } from '../contracts/index.ts';
import { combineFingerprints } from './file-bytes.ts';
import { isSync } from './opened-data.ts';

/**
 * Several data sets as one: their rows one data set after the other, synchronously where all of them are synchronous.
 * Name and source are those of the first.
 */
export function joinFiles(parts: readonly Dataset[]): Dataset {
  const [first] = parts;
  if (first === undefined) throw new RangeError('there is nothing to join');
  const sizes = parts.map(({ size }) => size);
  const known = parts.every(({ fingerprint }) => fingerprint !== undefined);
  return {
    name: first.name,
    rereadable: parts.every(({ rereadable }) => rereadable),
    ...(first.source === undefined ? {} : { source: first.source }),
    ...(sizes.includes(undefined) ? {} : { size: sizes.reduce<number>((sum, size = 0) => sum + size, 0) }),
    rows: () => joinedRows(parts),
    ...(known ? { fingerprint: async () => combineFingerprints(await fingerprintsOf(parts)) } : {}),
  };
}

/** Readers begin with the first row that is asked for, so all of them can be made at once. */
function joinedRows(parts: readonly Dataset[]): Iterable<object> | AsyncIterable<object> {
  const readers = parts.map((part) => part.rows());
  return readers.every(isSync) ? oneAfterTheOther(readers) : oneAfterTheOtherAsync(readers);
}

function* oneAfterTheOther(readers: readonly Iterable<object>[]): Generator<object> {
  for (const rows of readers) yield* rows;
}

async function* oneAfterTheOtherAsync(readers: readonly (Iterable<object> | AsyncIterable<object>)[]): AsyncGenerator<object> {
  for (const rows of readers) yield* rows;
}

async function fingerprintsOf(parts: readonly Dataset[]): Promise<readonly string[]> {
  const fingerprints: string[] = [];
  for (const part of parts) fingerprints.push((await part.fingerprint?.()) ?? '');
  return fingerprints;
}
