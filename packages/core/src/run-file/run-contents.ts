import { createHash } from 'node:crypto';
import type { EvaluationRecord, LogItem, RunRecord, RunStore } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import {
  CALLS,
  entryName,
  FORMAT,
  KINDS,
  type Kind,
  LOG,
  type Manifest,
  type ManifestEntry,
  VERSION,
} from './run-file-format.ts';
import { annotationLine, callLine, logLine, rowLine, scoreLine, supersededLine } from './write-lines.ts';

/** All of a stored run as the entries of a file. They are read in their order, each once; the manifest comes last. */
export interface RunContents {
  readonly entries: readonly ContentsEntry[];
  /**
   * What was read, once it was.
   * @throws TouchstoneError `run-changed` when the run was worked on meanwhile, so that what was read is of no one moment
   */
  manifest(): Promise<Manifest>;
}

interface ContentsEntry {
  readonly name: string;
  /** In blocks that do not depend on how the store gives what it has. */
  blocks(): AsyncIterable<Uint8Array>;
}

/** @throws TouchstoneError `run-locked` when somebody works on the run */
export async function runContents(store: RunStore, run: RunRecord): Promise<RunContents> {
  const { catalog } = store;
  if (await catalog.leased(run.id)) throw locked(run);
  const evaluations = await catalog.evaluations(run.id);
  const read: ManifestEntry[] = [];
  const entries = [
    ...evaluations.flatMap(({ index }) => entriesOf(store, run.id, index)),
    { name: CALLS, lines: () => each(store.calls(run.id).entries(), callLine) },
    { name: LOG, lines: () => each(logOf(store, run.id), logLine) },
  ];
  return {
    entries: entries.map(({ name, lines }) => ({ name, blocks: () => tallied(name, lines(), read) })),
    async manifest() {
      const { reserved } = await store.calls(run.id).money();
      const manifest: Manifest = { format: FORMAT, version: VERSION, run, evaluations, reserved, entries: read };
      const [now] = await catalog.find({ idPrefix: run.id });
      const changed = now === undefined || (await catalog.leased(run.id)) || !isSame(now, run);
      if (changed || !isSame(await catalog.evaluations(run.id), evaluations)) {
        throw new TouchstoneError(
          'run-changed',
          `Run ${run.name} (${run.id.slice(0, 8)}) was changed while it was read: try again when nobody works on it.`,
          { kind: 'store' },
        );
      }
      return manifest;
    },
  };
}

/** Reads all of a stored run only to know its hashes. @throws TouchstoneError as {@link runContents} does */
export async function digestRun(store: RunStore, run: RunRecord): Promise<Manifest> {
  const { entries, manifest } = await runContents(store, run);
  for (const { blocks } of entries) for await (const _ of blocks());
  return manifest();
}

interface NamedLines {
  readonly name: string;
  readonly lines: () => AsyncIterable<string>;
}

function entriesOf({ catalog }: RunStore, id: string, index: number): readonly NamedLines[] {
  const lines: Readonly<Record<Kind, () => AsyncIterable<string>>> = {
    async *rows() {
      yield* each((await catalog.reader(id, index)).rows(), rowLine);
    },
    async *scores() {
      yield* each((await catalog.reader(id, index)).scores(), scoreLine);
    },
    async *superseded() {
      yield* each((await catalog.reader(id, index)).superseded(), supersededLine);
    },
    async *annotations() {
      for (const annotation of await catalog.annotations(id, index)) yield annotationLine(annotation);
    },
  };
  return KINDS.map((kind) => ({ name: entryName(index, kind), lines: lines[kind] }));
}

async function* logOf({ catalog }: RunStore, id: string): AsyncGenerator<readonly LogItem[]> {
  const { metrics = [], models = [], artifacts = [] } = (await catalog.logged([id])).get(id) ?? {};
  yield metrics.map((metric) => ({ kind: 'metric', metric }));
  yield models.map((model) => ({ kind: 'model', model }));
  for (const { name, at } of artifacts) yield [{ kind: 'artifact', name, at, content: await catalog.artifact(id, name) }];
}

async function* each<T>(chunks: AsyncIterable<readonly T[]>, lineOf: (one: T) => string): AsyncGenerator<string> {
  for await (const chunk of chunks) for (const one of chunk) yield lineOf(one);
}

/** UTF-16 units of a block, at least. */
const BLOCK = 65_536;

/** The lines as blocks of bytes; says what they were once the last one was read. */
async function* tallied(name: string, lines: AsyncIterable<string>, read: ManifestEntry[]): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let [count, bytes, waiting] = [0, 0, ''];
  const take = (): Uint8Array => {
    const block = Buffer.from(waiting);
    waiting = '';
    bytes += block.length;
    hash.update(block);
    return block;
  };
  for await (const line of lines) {
    waiting += `${line}\n`;
    count++;
    if (waiting.length >= BLOCK) yield take();
  }
  if (waiting !== '') yield take();
  read.push({ name, lines: count, bytes, sha256: hash.digest('hex') });
}

function isSame(one: RunRecord | readonly EvaluationRecord[], other: RunRecord | readonly EvaluationRecord[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function locked({ name, id }: RunRecord): TouchstoneError {
  return new TouchstoneError(
    'run-locked',
    `Run ${name} (${id.slice(0, 8)}) is being worked on: wait until it is done, or stop it.`,
    {
      kind: 'store',
    },
  );
}
