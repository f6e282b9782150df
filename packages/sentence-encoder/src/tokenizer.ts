/** A piece of the vocabulary and the logarithm of its probability; the index in the list is its number. */
export type Vocabulary = readonly (readonly [piece: string, score: number])[];

/** Numbers below this one are reserved: unknown, the beginning and end of sentences, and three that nobody uses. */
const RESERVED = 6;
const UNKNOWN = 0;
const SPACE = '▁';

interface Token {
  readonly piece: number;
  /** Where it ends, in code points of the normalized text. */
  readonly end: number;
}

export interface Tokenizer {
  /** Code points of the text as it is tokenized: NFKC, with a space in front, all spaces as `▁`. */
  normalize(text: string): readonly string[];
  tokens(symbols: readonly string[]): readonly Token[];
}

/**
 * SentencePiece with a unigram vocabulary: of all ways to cut the text into pieces, the most probable one. Characters without a piece are
 * unknown, and several in a row are one token.
 * Source: T. Kudo, Subword Regularization, ACL 2018, §3.2 (Viterbi). Ties, and the score 0 of unknown characters, are those of the
 * program that the model was published with, because the model has seen texts cut in this way.
 */
export function tokenizer(vocabulary: Vocabulary): Tokenizer {
  const root = trieOf(vocabulary);
  return {
    normalize(text) {
      const normalized = text.normalize('NFKC');
      return normalized === '' ? [] : [...(SPACE + normalized.replaceAll(' ', SPACE))];
    },
    tokens(symbols) {
      const { pieces, starts } = bestCuts(root, symbols);
      const tokens: Token[] = [];
      for (let end = symbols.length; end > 0; end = starts[end] ?? 0) {
        const piece = pieces[end] ?? UNKNOWN;
        // Walked from the end: of unknown characters in a row the last one stays, which tells where they end.
        if (piece !== UNKNOWN || tokens.at(-1)?.piece !== UNKNOWN) tokens.push({ piece, end });
      }
      return tokens.reverse();
    },
  };
}

interface Node {
  readonly next: Map<string, Node>;
  piece: number;
  score: number;
}

function trieOf(vocabulary: Vocabulary): Node {
  const root: Node = { next: new Map(), piece: UNKNOWN, score: 0 };
  for (const [number, [text, score]] of vocabulary.entries()) {
    if (number < RESERVED) continue;
    let node = root;
    for (const symbol of text) {
      let next = node.next.get(symbol);
      if (next === undefined) {
        next = { next: new Map(), piece: UNKNOWN, score: 0 };
        node.next.set(symbol, next);
      }
      node = next;
    }
    node.piece = number;
    node.score = score;
  }
  return root;
}

/** For each end the piece of the best cut that ends there, and where that piece starts. */
function bestCuts(root: Node, symbols: readonly string[]): { readonly pieces: Int32Array; readonly starts: Int32Array } {
  const pieces = new Int32Array(symbols.length + 1);
  const starts = new Int32Array(symbols.length + 1);
  const best = new Float64Array(symbols.length + 1);
  const offer = (start: number, end: number, piece: number, score: number): void => {
    const sum = score + (best[start] ?? 0);
    const known = best[end] ?? 0;
    if (known !== 0 && sum < known) return;
    best[end] = sum;
    pieces[end] = piece;
    starts[end] = start;
  };
  for (let start = 0; start < symbols.length; start++) {
    let found = false;
    let node = root.next.get(symbols[start] ?? '');
    for (let end = start + 1; node !== undefined; end++) {
      if (node.piece !== UNKNOWN) {
        found = true;
        offer(start, end, node.piece, node.score);
      }
      node = node.next.get(symbols[end] ?? '');
    }
    if (!found) offer(start, start + 1, UNKNOWN, 0);
  }
  return { pieces, starts };
}
