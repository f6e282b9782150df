/**
 * Liang's hyphenation (F. M. Liang, "Word hy-phen-a-tion by com-put-er", 1983): patterns of letters with levels between them.
 * Of all patterns that fit into the word, the highest level at a gap counts; where it is odd, the word may be divided.
 */
export interface Hyphenator {
  /** At how many places the word, in lower case, may be divided, with at least two code points on each side. */
  points(word: string): number;
}

/** @param patterns as TeX writes them: `.ach4`, `1b2l`; a dot is the edge of the word */
export function createHyphenator(patterns: Iterable<string>): Hyphenator {
  const root = createNode();
  for (const pattern of patterns) addPattern(root, pattern);
  return { points: (word) => countPoints(root, word) };
}

/** Of a tree of all patterns, so that a word of a million letters takes a look at a few letters from each place on. */
interface Node {
  readonly next: Map<string, Node>;
  /** Of the pattern that ends here: the level before each of its letters, and after the last. */
  levels?: readonly number[];
}

function createNode(): Node {
  return { next: new Map() };
}

function addPattern(root: Node, pattern: string): void {
  let node = root;
  const levels = [0];
  for (const character of pattern) {
    if (/\d/.test(character)) {
      levels[levels.length - 1] = Number(character);
      continue;
    }
    levels.push(0);
    let next = node.next.get(character);
    if (next === undefined) {
      next = createNode();
      node.next.set(character, next);
    }
    node = next;
  }
  node.levels = levels;
}

function countPoints(root: Node, word: string): number {
  const characters = Array.from(`.${word}.`);
  // The level at a gap stands at the index of the character after it.
  const highest = new Uint8Array(characters.length + 1);
  for (let start = 0; start < characters.length; start++) {
    let node: Node | undefined = root;
    for (let at = start; at < characters.length; at++) {
      node = node.next.get(characters[at] ?? '');
      if (node === undefined) break;
      node.levels?.forEach((level, offset) => {
        highest[start + offset] = Math.max(highest[start + offset] ?? 0, level);
      });
    }
  }
  let points = 0;
  // The dot before the word is at 0, so two letters of it are before the gap at 3.
  for (let gap = 3; gap <= characters.length - 3; gap++) points += (highest[gap] ?? 0) % 2;
  return points;
}
