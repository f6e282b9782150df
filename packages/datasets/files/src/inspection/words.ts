import { type Json, normalizedText } from '@touchstone/core';

/**
 * Scripts that are written without blanks between words: each of their characters counts as a word. A word of any other script is
 * a run of letters, marks and digits; a symbol (`+`, `=`, `€`, an emoji) is a word of its own. Of punctuation only what stands
 * directly before a digit is kept, and where it is a sign, a point or an operator, for `-5`, `1.5` and `2*3` are not `5`, `1 5` and `2 3`.
 */
const UNSPACED = String.raw`[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]`;
const WORD = new RegExp(String.raw`${UNSPACED}|(?:(?!${UNSPACED})[\p{L}\p{M}\p{N}])+|\p{S}|[\-*/%.,:](?=\p{N})`, 'gu');

/** The words of a text, in lower case and Unicode's compatibility form (NFKC), so that spelling them differently does not matter. */
export function wordsOf(text: string): readonly string[] {
  return normalizedText(text, 'NFKC').toLowerCase().match(WORD) ?? [];
}

/** All texts and numbers of cells, also within lists and objects, in their order: what is said, without names of members. */
export function textOf(cells: readonly (Json | undefined)[]): string {
  const texts: string[] = [];
  const collect = (cell: Json | undefined): void => {
    if (typeof cell === 'object' && cell !== null) for (const part of Object.values(cell)) collect(part);
    else if (cell !== null && cell !== undefined) texts.push(String(cell));
  };
  for (const cell of cells) collect(cell);
  return texts.join('\n');
}

/** Different runs of three words of a text, as hashes of 30 bits. */
export function triplesOf(words: readonly string[]): ReadonlySet<number> {
  const triples = new Set<number>();
  const hashes = words.map(hashOf);
  for (let at = 2; at < hashes.length; at++) {
    const [a = 0, b = 0, c = 0] = [hashes[at - 2], hashes[at - 1], hashes[at]];
    triples.add(mix(mix(mix(0x9e3779b9, a), b), c) >>> 2);
  }
  return triples;
}

/** FNV-1a over the UTF-16 units. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** A round and the end of MurmurHash3 (32 bits), which spreads every bit over all others. */
function mix(hash: number, word: number): number {
  let mixed = Math.imul(word, 0xcc9e2d51);
  mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593) ^ hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
