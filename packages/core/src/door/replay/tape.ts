import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { canonicalJson } from '../../data/canonical-json.ts';
import { readBody, readCassette, readText, writeCassette } from './cassette-file.ts';
import { type CassetteLine, lineOf, type OutlinedCall, readLine, wholeCall } from './cassette-line.ts';
import { type CassetteMode, hashOf, writeLastUse } from './last-use.ts';
import { holdsMark, type MarkMatch, markMatcher, masked } from './masked.ts';
import { type AskedCall, keyOf, type RecordedCall } from './recorded-call.ts';

/** Credentials that must not be written down. */
export type Keys = () => readonly string[];

/**
 * A cassette file as this process has it open. Evaluations that use the same file at the same time, or one after the other, share it: a
 * module-level table, because they may belong to Touchstones that know nothing of each other.
 */
export class Tape {
  readonly file: string;
  /** As the file was when the first of its users opened it. */
  #lines: ReadonlyMap<string, string> = new Map();
  #masked: readonly MaskedLine[] | undefined;
  /** Recorded since then, by the key of the call as it was asked: as it is handed over, and as it may be written down. */
  readonly #fresh = new Map<string, { readonly call: RecordedCall; readonly clean: RecordedCall }>();
  /** Keys of lines that this process has used or recorded. */
  readonly #touched = new Set<string>();
  readonly #keys = new Set<Keys>();
  #users = 0;
  /** Saves come one after the other. */
  #saving: Promise<void> = Promise.resolve();
  #extent: 'whole' | 'part' = 'whole';

  /** The tape of a file. Call {@link close} for each time it was opened. @throws TouchstoneError `bad-cassette` */
  static open(file: string, keys: Keys): Tape {
    const path = realPath(file);
    const tape = tapes.get(path) ?? new Tape(path);
    if (tape.#users === 0) {
      tape.#lines = readCassette(path) ?? new Map();
      tape.#masked = undefined;
      tape.#fresh.clear();
    }
    tape.#users++;
    tape.#keys.add(keys);
    tapes.set(path, tape);
    return tape;
  }

  private constructor(file: string) {
    this.file = file;
  }

  /** What was recorded since the tape was opened. */
  freshAnswer(call: AskedCall): RecordedCall | undefined {
    return this.#fresh.get(keyOf(call))?.call;
  }

  /** What stands in the file. */
  storedAnswer(call: AskedCall): RecordedCall | undefined {
    const key = keyOf(call);
    const text = this.#lines.get(key);
    if (text !== undefined) return this.#read(key, text);
    const found = this.#withOtherKeys(call);
    return found === undefined ? undefined : this.#read(found.key, this.#lines.get(found.key) ?? '');
  }

  /** @returns the call that stands there now: the first one, if others have asked the same meanwhile */
  record(call: RecordedCall): RecordedCall {
    const key = keyOf(call);
    const first = this.#fresh.get(key);
    if (first !== undefined) return first.call;
    // Cleaned at once as well: of tokens that are renewed only the latest are known at the end.
    this.#fresh.set(key, { call, clean: this.#clean(call) });
    return call;
  }

  /** All that is recorded, in the order of the file, with the numbers of their lines, if they have one. */
  *calls(): Generator<OutlinedCall & { readonly line?: number }> {
    let line = 1;
    for (const text of this.#lines.values()) {
      line++;
      const call = readLine(text);
      if (typeof call !== 'string') yield { ...call, line };
    }
    for (const [key, { call }] of this.#fresh) yield { ...call, key };
  }

  whole(line: OutlinedCall): RecordedCall {
    return wholeCall(line, (hash) => readBody(this.file, hash));
  }

  /**
   * Writes what is new, and who used what. Resolves when it is durable.
   * @throws TouchstoneError `cassette-not-written`
   */
  async close(keys: Keys, mode: CassetteMode, extent: 'whole' | 'part'): Promise<void> {
    if (extent === 'part') this.#extent = 'part';
    const saved = this.#saving.then(() => this.#save(mode, extent));
    this.#saving = saved.catch(() => undefined);
    try {
      await saved;
    } finally {
      this.#users--;
      if (this.#users === 0) {
        this.#lines = new Map();
        this.#fresh.clear();
        this.#keys.clear();
      } else {
        this.#keys.delete(keys);
      }
    }
  }

  async #save(mode: CassetteMode, extent: 'whole' | 'part'): Promise<void> {
    const bodies = new Map<string, string>();
    const fresh = Array.from(this.#fresh.values(), ({ clean }) => lineOf(this.#clean(clean), bodies));
    for (const { key } of fresh) this.#touched.add(key);
    let text = readText(this.file) ?? '';
    if (fresh.length > 0 || (mode === 'record' && extent === 'whole')) {
      // Read again: other processes may have written meanwhile.
      const lines = new Map(readCassette(this.file));
      if (mode === 'record' && extent === 'whole') for (const key of lines.keys()) if (!this.#touched.has(key)) lines.delete(key);
      for (const key of this.#touched) if (this.#lines.has(key) && !lines.has(key)) lines.set(key, this.#lines.get(key) ?? '');
      for (const { key, text: line } of fresh) lines.set(key, sameAnswer(this.#lines.get(key), line));
      text = await writeCassette(this.file, Array.from(lines, asLine), bodies);
    }
    const use = { at: new Date().toISOString(), mode, extent: this.#extent, cassette: hashOf(text) };
    // On a disk that cannot be written to, a replay is as good; only prune then knows nothing of it.
    await writeLastUse(this.file, { ...use, keys: [...this.#touched].sort() }).catch(() => undefined);
  }

  #read(key: string, text: string): RecordedCall {
    this.#touched.add(key);
    const line = readLine(text);
    if (typeof line === 'string') throw new Error(`a line that was read ${line}`);
    return this.whole(line);
  }

  #clean(call: RecordedCall): RecordedCall {
    const keys = Array.from(this.#keys, (known) => known()).flat();
    const { service, identity, request, answer } = call;
    return {
      ...call,
      service: String(masked(service, keys)),
      identity: masked(identity, keys),
      request: masked(request, keys),
      answer: { ...answer, value: masked(answer.value, keys) },
    };
  }

  /** A call that held a credential when it was recorded, which is another one now, or none. Two that might be meant are none. */
  #withOtherKeys(call: AskedCall): MaskedLine | undefined {
    this.#masked ??= Array.from(this.#lines, asLine).flatMap((line) => this.#maskedLine(line));
    const asked = comparable(call);
    const found: Record<MarkMatch, MaskedLine[]> = { same: [], other: [] };
    for (const line of this.#masked) {
      if (line.trial !== call.trial || line.repeat !== call.repeat) continue;
      const match = line.matches(asked);
      if (match !== undefined) found[match].push(line);
    }
    const [same] = found.same;
    return same ?? (found.other.length === 1 ? found.other[0] : undefined);
  }

  #maskedLine({ key, text }: CassetteLine): readonly MaskedLine[] {
    if (!holdsMark(text) && !text.includes('"masked":true')) return [];
    const line = readLine(text);
    if (typeof line === 'string') return [];
    const call = this.whole(line);
    const recorded = comparable(call);
    if (!holdsMark(recorded)) return [];
    return [{ key, trial: call.trial, repeat: call.repeat, matches: markMatcher(recorded) }];
  }
}

const tapes = new Map<string, Tape>();

interface MaskedLine {
  readonly key: string;
  readonly trial: number;
  readonly repeat: number;
  readonly matches: (asked: string) => MarkMatch | undefined;
}

function asLine([key, text]: readonly [string, string]): CassetteLine {
  return { key, text };
}

function comparable({ identity, request }: AskedCall): string {
  return canonicalJson([identity, request]);
}

/** Recorded again with the same answer, a line stays as it is: its latency alone would make a difference that nobody wants to read. */
function sameAnswer(earlier: string | undefined, now: string): string {
  if (earlier === undefined) return now;
  const [before, after] = [readLine(earlier), readLine(now)];
  if (typeof before === 'string' || typeof after === 'string') return now;
  return JSON.stringify(before.answer) === JSON.stringify(after.answer) ? earlier : now;
}

/** One name for a file that has several; it need not exist yet. */
function realPath(file: string): string {
  const path = resolve(file);
  try {
    return realpathSync(path);
  } catch {
    try {
      return join(realpathSync(dirname(path)), basename(path));
    } catch {
      return path;
    }
  }
}
