import type { Tokenizer } from './tokenizer.ts';

/** Tokens as whole numbers from 0: equal tokens have equal numbers, in whichever text they are. */
export interface TokenIds {
  /** For each text its tokens in order. */
  readonly texts: readonly (readonly number[])[];
  /** All ids are below this. */
  readonly vocabularySize: number;
}

/**
 * The tokens of some texts as numbers.
 *
 * @throws TypeError when the tokenizer returns something else than an array of strings
 */
export function tokenIds(tokenizer: Tokenizer, texts: readonly string[]): TokenIds {
  if (tokenizer.ids !== undefined) return tokenizer.ids(texts);
  const vocabulary = new Map<string, number>();
  const idOf = (token: unknown): number => {
    if (typeof token !== 'string') throw notStrings(tokenizer.id, `an array with ${nameOfKind(token)} in it`);
    const known = vocabulary.get(token);
    if (known !== undefined) return known;
    vocabulary.set(token, vocabulary.size);
    return vocabulary.size - 1;
  };
  const numbered = texts.map((text) => {
    const tokens: unknown = tokenizer.split(text);
    if (!Array.isArray(tokens)) throw notStrings(tokenizer.id, nameOfKind(tokens));
    return Array.from(tokens, idOf);
  });
  return { texts: numbered, vocabularySize: vocabulary.size };
}

function notStrings(id: string, found: string): TypeError {
  return new TypeError(`The tokenizer "${id}" must return an array of strings from split(), but it returned ${found}.`);
}

function nameOfKind(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
