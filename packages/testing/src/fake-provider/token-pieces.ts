const LETTERS = 4;
const SURROGATE = /[\ud800-\udfff]/;

/**
 * A text in the pieces that count as its tokens: four characters each, about what the tokenizers of the providers make of English.
 * Characters beyond the basic plane are never cut in two.
 */
export function tokenPieces(text: string): readonly string[] {
  const characters = SURROGATE.test(text) ? [...text] : undefined;
  const pieces: string[] = [];
  for (let at = 0; at < (characters ?? text).length; at += LETTERS) {
    pieces.push(characters === undefined ? text.slice(at, at + LETTERS) : characters.slice(at, at + LETTERS).join(''));
  }
  return pieces;
}

/** How many pieces a text has. */
export function countTokens(text: string): number {
  return Math.ceil((SURROGATE.test(text) ? [...text].length : text.length) / LETTERS);
}
