import { isUtf8 } from 'node:buffer';

/** The vocabularies that OpenAI's encodings are made of. */
export type VocabularyName = 'cl100k_base' | 'o200k_base' | 'p50k_base' | 'r50k_base';

/** What byte pair encoding asks of a vocabulary. A token is its number, which is its rank as well: the lower, the earlier it is merged. */
export interface Vocabulary {
  /** Whether this text is one token. */
  has(text: string): boolean;
  /** The token of each single byte. */
  readonly byteTokens: Int32Array;
  /** The token whose bytes are those of both, one after the other; -1 when there is none. */
  merged(left: number, right: number): number;
}

/** Tokens by number, as gpt-tokenizer has them: text, or bytes where they are no whole UTF-8; holes where a number is not used. */
type Tokens = readonly (string | readonly number[] | undefined)[];

/** Reads one vocabulary, 0.6 to 2.4 MB; the others stay on the disk. */
export async function loadVocabulary(name: VocabularyName): Promise<Vocabulary> {
  return indexVocabulary(await readTokens(name));
}

async function readTokens(name: VocabularyName): Promise<Tokens> {
  switch (name) {
    case 'cl100k_base':
      return (await import('gpt-tokenizer/bpeRanks/cl100k_base')).default;
    case 'o200k_base':
      return (await import('gpt-tokenizer/bpeRanks/o200k_base')).default;
    case 'p50k_base':
      return (await import('gpt-tokenizer/bpeRanks/p50k_base')).default;
    case 'r50k_base':
      return (await import('gpt-tokenizer/bpeRanks/r50k_base')).default;
  }
}

function indexVocabulary(tokens: Tokens): Vocabulary {
  const ofText = new Map<string, number>();
  /** Bytes are written as a text of their values, because a Map compares texts by content. */
  const ofBytes = new Map<string, number>();
  // The list has U+FEFF as bytes, although it is whole.
  const keep = (bytes: Buffer, token: number) =>
    isUtf8(bytes) ? ofText.set(bytes.toString(), token) : ofBytes.set(bytes.toString('latin1'), token);
  for (const [token, spelled] of tokens.entries()) {
    if (typeof spelled === 'string') ofText.set(spelled, token);
    else if (spelled !== undefined) keep(Buffer.from(spelled), token);
  }
  const join = (left: number, right: number): number => {
    const [before = '', after = ''] = [tokens[left], tokens[right]];
    if (typeof before === 'string' && typeof after === 'string') return ofText.get(before + after) ?? -1;
    const bytes = Buffer.from([...bytesOf(before), ...bytesOf(after)]);
    return (isUtf8(bytes) ? ofText.get(bytes.toString()) : ofBytes.get(bytes.toString('latin1'))) ?? -1;
  };
  return {
    has: (text) => ofText.has(text),
    byteTokens: Int32Array.from({ length: 256 }, (_, byte) => {
      const value = String.fromCharCode(byte);
      return (byte < 128 ? ofText.get(value) : ofBytes.get(value)) ?? -1;
    }),
    merged: remembering(join),
  };
}

function bytesOf(spelled: string | readonly number[]): Iterable<number> {
  return typeof spelled === 'string' ? Buffer.from(spelled) : spelled;
}

/** The same pairs are asked for again and again. Each has one place, where the latest of those that share it stays. */
function remembering(join: (left: number, right: number) => number): (left: number, right: number) => number {
  const lefts = new Int32Array(PLACES).fill(-1);
  const rights = new Int32Array(PLACES);
  const joined = new Int32Array(PLACES);
  return (left, right) => {
    const place = (Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)) >>> (32 - PLACE_BITS);
    if (lefts[place] !== left || rights[place] !== right) {
      lefts[place] = left;
      rights[place] = right;
      joined[place] = join(left, right);
    }
    return joined[place] ?? -1;
  };
}

const PLACE_BITS = 16;
const PLACES = 2 ** PLACE_BITS;
