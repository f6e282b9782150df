import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf, TouchstoneError } from '../errors/touchstone-error.ts';

/** Seconds without a single byte after which a download is given up. */
const STALLED_S = 60;

/**
 * Downloads a file into a temporary folder, which is removed when the process ends. The file has the name that the
 * address ends in, so that its extension says how to read it.
 *
 * @param maxMegabytes 1 MB is 10⁶ bytes
 * @returns the path
 * @throws TouchstoneError `data-not-readable` for an address that is not http(s), an answer that is no success, a file that is too large, a connection that breaks or stalls
 */
export async function download(address: string, maxMegabytes: number): Promise<string> {
  if (!(maxMegabytes > 0))
    throw new TouchstoneError('bad-option', `maxDownload is a number of megabytes above 0, not ${String(maxMegabytes)}.`);
  const url = checkAddress(address);
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), STALLED_S * 1000).unref();
  try {
    // Unpacking is the loader's business: of a .gz the bytes are wanted as they are.
    const response = await fetch(url, { signal: stalled.signal, headers: { 'accept-encoding': 'identity' } });
    if (!response.ok) throw refused(address, `the server answered ${response.status} ${response.statusText}`.trimEnd());
    const maxBytes = maxMegabytes * 1e6;
    if (Number(response.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(address, maxMegabytes);
    const path = join(temporaryFolder(), basename(url.pathname));
    await pipeline(
      Readable.fromWeb(response.body ?? new ReadableStream()),
      atMost(
        maxBytes,
        () => tooLarge(address, maxMegabytes),
        () => timer.refresh(),
      ),
      createWriteStream(path),
      { signal: stalled.signal },
    );
    return path;
  } catch (error) {
    if (TouchstoneError.isInstance(error)) throw error;
    throw refused(address, stalled.signal.aborted ? `nothing came for ${STALLED_S} seconds` : causeOf(error), error);
  } finally {
    clearTimeout(timer);
  }
}

function checkAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined) throw refused(address, 'it is no valid address');
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refused(address, `only http and https are known here, not ${url.protocol.slice(0, -1)}`);
  if (url.username !== '' || url.password !== '')
    throw refused(address, 'it holds a user name or password; download it yourself');
  if (basename(url.pathname) === '') throw refused(address, 'it ends in no file name, which would say what kind of file it is');
  return url;
}

function atMost(maxBytes: number, tooMany: () => Error, onBytes: () => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(piece: Uint8Array, _, done) {
      onBytes();
      bytes += piece.length;
      if (bytes > maxBytes) done(tooMany());
      else done(null, piece);
    },
  });
}

function tooLarge(address: string, maxMegabytes: number): TouchstoneError {
  return refused(address, `it has more than the ${maxMegabytes} MB that maxDownload allows`);
}

function refused(address: string, why: string, cause?: unknown): TouchstoneError {
  return new TouchstoneError('data-not-readable', `'${address}' could not be downloaded: ${why}.`, { cause });
}

/** `fetch failed` says nothing; its cause does. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return messageOf(cause).replace(/\.$/, '');
}

let folder: string | undefined;

/** One for all downloads of the process; each in a folder of its own, because two may have one name. */
function temporaryFolder(): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'touchstone-download-'));
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  return mkdtempSync(join(folder, 'file-'));
}
