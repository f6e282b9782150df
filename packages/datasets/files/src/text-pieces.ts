import { TouchstoneError } from '@touchstone/core';
import { byteOrderMark, type Decoded, type Decoder, decoderFor } from './decoders.ts';

/** What a file's text is read by. */
export interface TextSource {
  /** What error messages call the file. */
  readonly name: string;
  /** Default: what a byte order mark says, else UTF-8. */
  readonly encoding?: string;
}

/**
 * Bytes as text, in pieces that end anywhere but within a character. A byte order mark is left out, and its word counts more
 * than what was asked for.
 *
 * @throws TouchstoneError `unknown-encoding`; `broken-data` naming line and column of bytes that are no text
 */
export function* textPieces(bytes: Iterable<Buffer>, source: TextSource): Generator<string, void, undefined> {
  const place = new Place();
  let decoder: Decoder | undefined;
  function* checked({ text, fault }: Decoded): Generator<string, void, undefined> {
    place.pass(text);
    if (text !== '') yield text;
    if (fault !== undefined) throw noText(source, decoder, fault, place);
  }
  for (const piece of withLongStart(bytes)) {
    if (decoder === undefined) {
      const mark = byteOrderMark(piece);
      decoder = decoderFor(mark?.encoding ?? source.encoding ?? 'utf-8');
      if (mark === undefined && decoder.encoding === 'UTF-8') refuseUnmarkedUtf16(piece, source);
      yield* checked(decoder.decode(piece.subarray(mark?.length ?? 0)));
    } else {
      yield* checked(decoder.decode(piece));
    }
  }
  if (decoder !== undefined) yield* checked(decoder.end());
}

/** The same pieces, the first of them long enough for a byte order mark. */
function* withLongStart(pieces: Iterable<Buffer>): Generator<Buffer, void, undefined> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for (const piece of pieces) {
    if (start === undefined) {
      yield piece;
      continue;
    }
    start = start.length === 0 ? piece : Buffer.concat([start, piece]);
    if (start.length < 4) {
      start = Buffer.from(start);
      continue;
    }
    yield start;
    start = undefined;
  }
  if (start !== undefined && start.length > 0) yield start;
}

/** Every second byte of Latin text in UTF-16 is zero. */
function refuseUnmarkedUtf16(start: Buffer, { name }: TextSource): void {
  const encoding = start[0] === 0 ? 'utf-16be' : start[1] === 0 ? 'utf-16le' : undefined;
  if (encoding === undefined || start.length < 2) return;
  throw new TouchstoneError(
    'broken-data',
    `${name} is not UTF-8 but looks like UTF-16 without a byte order mark; say so with encoding: '${encoding}'.`,
  );
}

function noText({ name }: TextSource, decoder: Decoder | undefined, fault: string, place: Place): TouchstoneError {
  const encoding = decoder?.encoding ?? '';
  const hint =
    encoding === 'UTF-8'
      ? "save the file as UTF-8, or say what it is, like encoding: 'windows-1252'."
      : `is ${encoding} what the file was written in?`;
  const bytes = fault === '' ? '' : ` (${fault})`;
  return new TouchstoneError(
    'broken-data',
    `${name}, line ${place.line}, column ${place.column} is not valid ${encoding}${bytes}; ${hint}`,
  );
}

/** Where the text that has passed ends. */
class Place {
  line = 1;
  column = 1;

  pass(text: string): void {
    // Files of old Macs end their lines in \r alone.
    const lineEnd = text.includes('\n') ? '\n' : '\r';
    let start = 0;
    for (let at = text.indexOf(lineEnd); at !== -1; at = text.indexOf(lineEnd, start)) {
      this.line += 1;
      start = at + 1;
    }
    this.column = (start === 0 ? this.column : 1) + text.length - start;
  }
}
