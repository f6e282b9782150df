/** The letters of a text, Hangul taken apart: 값 is ㄱ, ㅏ, ㅄ. Blanks do not count. */
export function jamo(text: string): readonly string[] {
  return [...text.normalize('NFD').replace(/\s+/gu, '')];
}

/** Fewest insertions, deletions and replacements that make one list of the other: Levenshtein's distance, in the memory of a row. */
export function editDistance(a: readonly string[], b: readonly string[]): number {
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [row, letter] of a.entries()) {
    const next = [row + 1];
    for (const [column, other] of b.entries()) {
      const replaced = (last[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (last[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    last = next;
  }
  return last[b.length] ?? 0;
}
