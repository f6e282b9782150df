/** What a character is to textstat's regular expressions; all others are punctuation. */
export const WORD = 1;
export const SPACE = 2;
/** `.`, `!` and `?`; no others, so `。` ends no sentence. */
export const SENTENCE_END = 3;
/** The straight one, U+0027. */
export const APOSTROPHE = 4;

/** One of the kinds above, or 0. */
export function kindOf(codePoint: number): number {
  const kind = remembered[codePoint] ?? UNKNOWN;
  return kind === UNKNOWN ? findKind(codePoint) : kind;
}

const UNKNOWN = 255;

/** Of each UTF-16 unit that was met before: a look at a table is much faster than a regular expression. */
const remembered = new Uint8Array(0x10000).fill(UNKNOWN);

function findKind(codePoint: number): number {
  const kind = kindOfCharacter(codePoint);
  if (codePoint < remembered.length) remembered[codePoint] = kind;
  return kind;
}

function kindOfCharacter(codePoint: number): number {
  const character = String.fromCodePoint(codePoint);
  if (WORD_CHARACTER.test(character)) return WORD;
  if (WHITE_SPACE.some(([first, last]) => first <= codePoint && codePoint <= last)) return SPACE;
  if (character === '.' || character === '!' || character === '?') return SENTENCE_END;
  return character === "'" ? APOSTROPHE : 0;
}

/** Python's `\w`: every letter, every kind of number, and `_`. */
const WORD_CHARACTER = /[\p{L}\p{N}_]/u;

/** Python's `\s`, first and last of each range. JavaScript's has U+FEFF more, and not U+001C to U+001F and U+0085. */
const WHITE_SPACE = [
  [0x09, 0x0d],
  [0x1c, 0x20],
  [0x85, 0x85],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
] as const;
