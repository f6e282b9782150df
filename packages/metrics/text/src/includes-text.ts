/**
 * Whether the text has the needle, which is not empty, in it. Half of a surrogate pair, as texts have it that were cut too short,
 * is not found in the whole pair.
 */
export function includesText(text: string, needle: string): boolean {
  for (const at of needle.length <= LONGEST_FOR_V8 ? occurrences(text, needle) : occurrencesOfLong(text, needle)) {
    if (!partsPair(text, at) && !partsPair(text, at + needle.length)) return true;
  }
  return false;
}

function partsPair(text: string, at: number): boolean {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff;
}

function* occurrences(text: string, needle: string): Generator<number, undefined> {
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1)) yield at;
}

/** V8's search takes quadratic time for a long needle that repeats itself (15 s for 200,000 characters in 400,000). */
const LONGEST_FOR_V8 = 256;

/** Knuth, Morris and Pratt, SIAM J. Computing 6(2), 1977: one pass over the text, however the needle repeats itself. */
function* occurrencesOfLong(text: string, needle: string): Generator<number, undefined> {
  /** For each beginning of the needle: the length of the longest shorter beginning that it ends with. */
  const borders = new Int32Array(needle.length + 1);
  const grow = (matched: number, unit: number): number => {
    let length = matched;
    while (length > 0 && needle.charCodeAt(length) !== unit) length = borders[length] ?? 0;
    return needle.charCodeAt(length) === unit ? length + 1 : length;
  };
  for (let at = 1; at < needle.length; at++) borders[at + 1] = grow(borders[at] ?? 0, needle.charCodeAt(at));
  let matched = 0;
  for (let at = 0; at < text.length; at++) {
    matched = grow(matched, text.charCodeAt(at));
    if (matched < needle.length) continue;
    yield at + 1 - needle.length;
    matched = borders[matched] ?? 0;
  }
}
