/** 100 MB unless the fault says how many. */
export function bytesOf({ bytes = 100_000_000 }: { readonly bytes?: number }): number {
  return bytes;
}

/** A stream whose middle event comes again and again, until there are so many bytes. */
export function* repeated<T extends string | Uint8Array>(lines: readonly T[], bytes: number): Generator<T> {
  const half = Math.floor(lines.length / 2);
  const middle = lines[half];
  yield* lines.slice(0, half);
  for (let left = bytes; middle !== undefined && left > 0; left -= middle.length) yield middle;
  yield* lines.slice(half);
}

const CHUNK = 'x'.repeat(65_536);

/** JSON of at least so many bytes, in chunks: the value with its first longer text filled up. */
export function* oversized(json: unknown, bytes: number): Generator<string> {
  const text = JSON.stringify(json);
  // Texts at the front are ids and names of kinds; the answer is the first that has blanks, else the last text of all.
  const spoken = /":"[^"\\]* [^"\\]*/.exec(text);
  const at = spoken === null ? text.lastIndexOf('"') : spoken.index + 3;
  if (at < 0) {
    yield* filler(bytes - text.length, ' ');
    return yield text;
  }
  yield text.slice(0, at);
  yield* filler(bytes - text.length, 'x');
  yield text.slice(at);
}

function* filler(length: number, letter: 'x' | ' '): Generator<string> {
  const chunk = letter === 'x' ? CHUNK : CHUNK.replaceAll('x', letter);
  for (let left = length; left > 0; left -= chunk.length) yield chunk.slice(0, left);
}
