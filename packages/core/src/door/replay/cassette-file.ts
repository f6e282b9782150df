import { readFileSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Json } from '../../contracts/index.ts';
import { messageOf, TouchstoneError } from '../../errors/touchstone-error.ts';
import { bodiesOf, type CassetteLine, HEADER, readLine } from './cassette-line.ts';
import type { Bodies } from './long-bodies.ts';

/** Where the bodies lie that are too long for a line. */
function bodiesFolder(file: string): string {
  return `${file}.bodies`;
}

export function bodyFile(file: string, hash: string): string {
  return join(bodiesFolder(file), `${hash}.json`);
}

/** The file's text; `undefined`: there is no such file. @throws TouchstoneError `bad-cassette` */
export function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isNoFile(error)) return undefined;
    throw new TouchstoneError('bad-cassette', `The cassette '${file}' cannot be read: ${messageOf(error)}.`, { cause: error });
  }
}

/** Lines that are not empty, with their numbers. */
export function numberedLines(text: string): readonly { readonly number: number; readonly text: string }[] {
  return text.split(/\r?\n/u).flatMap((line, index) => (line.trim() === '' ? [] : [{ number: index + 1, text: line }]));
}

/**
 * The recorded calls, by key.
 * @returns `undefined`: there is no such file
 * @throws TouchstoneError `bad-cassette` with the line
 */
export function readCassette(file: string): ReadonlyMap<string, string> | undefined {
  const text = readText(file);
  if (text === undefined) return undefined;
  const [header, ...rest] = numberedLines(text);
  const wrong = headerProblem(header?.text);
  if (wrong !== undefined) throw badCassette(file, 1, wrong);
  const lines = new Map<string, string>();
  const numbers = new Map<string, number>();
  for (const { number, text: line } of rest) {
    const call = readLine(line);
    if (typeof call === 'string') throw badCassette(file, number, call);
    const earlier = numbers.get(call.key);
    if (earlier !== undefined) throw badCassette(file, number, `records the call of line ${earlier} again: delete one of them`);
    numbers.set(call.key, number);
    lines.set(call.key, line);
  }
  return lines;
}

/** What is wrong with the first line, in words. */
export function headerProblem(text: string | undefined): string | undefined {
  if (text === HEADER) return undefined;
  const header = text === undefined ? undefined : parsed(text);
  const isHeader = typeof header === 'object' && header !== null && 'touchstone' in header && header.touchstone === 'cassette';
  if (!isHeader) return `must be ${HEADER}, as in every cassette`;
  return `names a version that this Touchstone does not know: update @touchstone/core`;
}

/** The JSON text of a body. @throws TouchstoneError `bad-cassette` */
export function readBody(file: string, hash: string): string {
  const text = readText(bodyFile(file, hash));
  if (text !== undefined) return text;
  throw new TouchstoneError(
    'bad-cassette',
    `The cassette '${file}' refers to '${bodyFile(file, hash)}', and there is no such file: it belongs with the cassette.`,
  );
}

/**
 * Writes the file as a whole, its bodies first: whenever the process dies, what stands under the name is the old recording or the new one.
 * @throws TouchstoneError `cassette-not-written`
 */
export async function writeCassette(file: string, lines: Iterable<CassetteLine>, bodies: Bodies): Promise<string> {
  // The order of UTF-16 units, on every machine the same.
  const texts = Array.from(lines, ({ text }) => text).sort();
  const whole = [HEADER, ...texts].map((text) => `${text}\n`).join('');
  try {
    await mkdir(dirname(file), { recursive: true });
    if (bodies.size > 0) await mkdir(bodiesFolder(file), { recursive: true });
    for (const [hash, text] of bodies) await writeWhole(bodyFile(file, hash), text);
    if (readText(file) !== whole) await writeWhole(file, whole);
    await removeOtherBodies(file, texts);
    await removeParts(dirname(file), basename(file));
    await removeParts(bodiesFolder(file), '');
  } catch (error) {
    throw new TouchstoneError('cassette-not-written', `The cassette '${file}' could not be written: ${messageOf(error)}.`, {
      kind: 'store',
      cause: error,
    });
  }
  return whole;
}

/** Under its name is never half a file. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  try {
    const handle = await open(part, 'w');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function removeOtherBodies(file: string, lines: readonly string[]): Promise<void> {
  const folder = bodiesFolder(file);
  const names = await bodyNames(file);
  const used = new Set(lines.flatMap((text) => usedBodies(text)));
  const others = names.filter((name) => !used.has(name));
  for (const hash of others) await rm(bodyFile(file, hash), { force: true });
  if (names.length > 0 && names.length === others.length) await rmdir(folder).catch(() => undefined);
}

/** What processes that were killed have left behind. */
async function removeParts(folder: string, start: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const pid = name.startsWith(start) ? /\.(\d+)\.part$/u.exec(name)?.[1] : undefined;
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process may not be signalled, and is alive.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Hashes of the bodies that lie beside the file. */
export async function bodyNames(file: string): Promise<readonly string[]> {
  const names = await readdir(bodiesFolder(file)).catch(() => []);
  return names.flatMap((name) => /^([0-9a-f]{64})\.json$/u.exec(name)?.slice(1) ?? []);
}

function usedBodies(text: string): readonly string[] {
  if (!text.includes('"$body"')) return [];
  const call = readLine(text);
  return typeof call === 'string' ? [] : bodiesOf(call);
}

function badCassette(file: string, line: number, problem: string): TouchstoneError {
  return new TouchstoneError('bad-cassette', `The cassette '${file}' cannot be used: line ${line} ${problem}.`);
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isNoFile(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
