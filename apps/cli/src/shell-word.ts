/** A path as one word of a shell: what is not plainly harmless is quoted, spaces and Korean letters too. */
export function shellWord(path: string): string {
  // A word that begins with a dash would be a flag.
  const word = path.startsWith('-') ? `./${path}` : path;
  return /^[\w./:@,-]+$/.test(word) ? word : quotedWord(word);
}

/** A text as one word of a shell, letter by letter. */
export function quotedWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Pieces of a text as one word of a shell; variables among them are read from its environment. */
export function wordWithVariables(pieces: readonly (string | { readonly variable: string })[]): string {
  const inner = pieces.map((piece, index) => {
    if (typeof piece === 'string') return piece.replace(/[\\"$`]/gu, String.raw`\$&`);
    const next = pieces[index + 1];
    // Braces where the name would not end by itself.
    return typeof next === 'string' && /^\w/u.test(next) ? `\${${piece.variable}}` : `$${piece.variable}`;
  });
  return `"${inner.join('')}"`;
}
