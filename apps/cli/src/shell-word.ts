/** A path as one word of a shell: what is not plainly harmless is quoted, spaces and Korean letters too. */
export function shellWord(path: string): string {
  // A word that begins with a dash would be a flag.
  const word = path.startsWith('-') ? `./${path}` : path;
  return /^[\w./:@,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
