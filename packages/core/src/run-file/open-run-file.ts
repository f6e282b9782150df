import { createHash } from 'node:crypto';
import type { Annotation, CallEntry, Entry, LogItem, RunPart, SupersededEntry } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { readManifest } from './manifest.ts';
import { readAnnotationLine, readCallLine, readLogLine, readRowLine, readScoreLine, readSupersededLine } from './read-lines.ts';
import {
  CALLS,
  entryName,
  KINDS,
  type Kind,
  LARGEST_MANIFEST,
  LOG,
  LONGEST_LINE,
  MANIFEST,
  type Manifest,
  type ManifestEntry,
} from './run-file-format.ts';
import { damaged, openZip, type ZipReader, zipError } from './zip-reader.ts';

/** An exported run that was opened. */
export interface RunFile extends Disposable {
  readonly manifest: Manifest;
  /**
   * The run for {@link Catalog.adopt}. What is in it is proven when it was read to its end, and not before.
   * @throws TouchstoneError `run-file-damaged`
   */
  parts(): AsyncIterable<RunPart>;
}

/** @throws TouchstoneError `run-file-missing`, `run-file-unreadable`, `not-a-run-file`, `run-file-newer`, `run-file-damaged` */
export async function openRunFile(path: string): Promise<RunFile> {
  const zip = await openZip(path, MOST_ENTRIES);
  try {
    const size = zip.sizes.get(MANIFEST);
    if (size === undefined) {
      throw new TouchstoneError('not-a-run-file', `'${path}' is a zip, but no exported run: touchstone export writes one.`);
    }
    if (size > LARGEST_MANIFEST) throw damaged(path, `its ${MANIFEST} says to have ${size} bytes`);
    const manifest = readManifest(await zip.text(MANIFEST), path);
    checkEntries(path, zip, manifest);
    return { manifest, parts: () => partsOf(path, zip, manifest), [Symbol.dispose]: zip.close };
  } catch (error) {
    zip.close();
    throw error;
  }
}

/** Those of as many evaluations as a manifest may have. */
const MOST_ENTRIES = 40_000;

/** The manifest and the zip agree about names and sizes. */
function checkEntries(path: string, { sizes }: ZipReader, { entries }: Manifest): void {
  const known = new Set([MANIFEST, ...entries.map(({ name }) => name)]);
  for (const name of sizes.keys())
    if (!known.has(name)) throw damaged(path, `it has an entry of which its manifest does not know`);
  for (const { name, bytes } of entries) {
    const size = sizes.get(name);
    if (size === undefined) throw damaged(path, `it has no ${name}`);
    if (size !== bytes) throw damaged(path, `${name} has ${size} bytes, and its manifest says ${bytes}`);
  }
}

async function* partsOf(path: string, zip: ZipReader, manifest: Manifest): AsyncGenerator<RunPart> {
  const entries = new Map(manifest.entries.map((entry) => [entry.name, entry]));
  const chunks = <T>(name: string, read: (line: unknown) => T | undefined): AsyncIterable<readonly T[]> => {
    const entry = entries.get(name);
    if (entry === undefined) throw damaged(path, `it has no ${name}`);
    return chunksOf(path, zip, { entry, read });
  };
  for (const record of manifest.evaluations) {
    yield { part: 'evaluation', record };
    for (const kind of KINDS) yield* partsOfKind(record.index, kind, chunks);
  }
  for await (const calls of chunks<CallEntry>(CALLS, readCallLine)) yield { part: 'calls', calls };
  for await (const items of chunks<LogItem>(LOG, readLogLine)) yield { part: 'log', items };
  if (manifest.reserved > 0) yield { part: 'reserved', usd: manifest.reserved };
}

async function* partsOfKind(
  evaluation: number,
  kind: Kind,
  chunks: <T>(name: string, read: (line: unknown) => T | undefined) => AsyncIterable<readonly T[]>,
): AsyncGenerator<RunPart> {
  const name = entryName(evaluation, kind);
  switch (kind) {
    case 'rows':
      for await (const rows of chunks<readonly Entry[]>(name, readRowLine))
        yield { part: 'entries', evaluation, entries: rows.flat() };
      return;
    case 'scores':
      for await (const entries of chunks<Entry>(name, readScoreLine)) yield { part: 'entries', evaluation, entries };
      return;
    case 'superseded':
      for await (const superseded of chunks<SupersededEntry>(name, readSupersededLine))
        yield { part: 'superseded', evaluation, superseded };
      return;
    case 'annotations':
      for await (const annotations of chunks<Annotation>(name, (line) => readAnnotationLine(line, evaluation))) {
        yield { part: 'annotations', annotations };
      }
      return;
  }
}

/** What the lines of an entry say, some at a time; the entry is proven at its end. */
async function* chunksOf<T>(
  path: string,
  zip: ZipReader,
  { entry, read }: { readonly entry: ManifestEntry; readonly read: (line: unknown) => T | undefined },
): AsyncGenerator<readonly T[]> {
  const { name, lines, sha256 } = entry;
  const hash = createHash('sha256');
  let count = 0;
  let chunk: T[] = [];
  let weight = 0;
  for await (const line of linesOf(path, zip, { name, hash })) {
    count++;
    const one = read(parsed(line));
    if (one === undefined) throw damaged(path, `line ${count} of ${name} is not what an exported run has there`);
    chunk.push(one);
    weight += line.length;
    if (chunk.length < LINES && weight < WEIGHT) continue;
    yield chunk;
    [chunk, weight] = [[], 0];
  }
  if (count !== lines || hash.digest('hex') !== sha256) throw damaged(path, `${name} is not what was exported`);
  if (chunk.length > 0) yield chunk;
}

/** Lines of a chunk at most, and their bytes, about. */
const LINES = 1_000;
const WEIGHT = 4 * 1024 * 1024;

function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString());
  } catch {
    return undefined;
  }
}

async function* linesOf(
  path: string,
  zip: ZipReader,
  { name, hash }: { readonly name: string; readonly hash: { update(bytes: Uint8Array): unknown } },
): AsyncGenerator<Buffer> {
  /** The beginning of a line whose end has not come yet. */
  let begun: Buffer[] = [];
  let length = 0;
  try {
    for await (const block of await zip.read(name)) {
      hash.update(block);
      let from = 0;
      for (let end = block.indexOf(NEWLINE); end >= 0; end = block.indexOf(NEWLINE, from)) {
        const rest = block.subarray(from, end);
        yield begun.length === 0 ? rest : Buffer.concat([...begun, rest]);
        [begun, length] = [[], 0];
        from = end + 1;
      }
      begun.push(block.subarray(from));
      length += block.length - from;
      if (length > LONGEST_LINE) throw damaged(path, `a line of ${name} does not end`);
    }
  } catch (error) {
    throw zipError(path, error);
  }
  if (length > 0) throw damaged(path, `the last line of ${name} does not end`);
}

const NEWLINE = 0x0a;
