import type { Tokenizer } from './tokenizer.ts';

/** Tokens as whole numbers: within one object equal tokens have equal ids, and all ids are below `vocabularySize`. */
export interface TokenIds<Ids> {
  readonly prediction: Ids;
  readonly references: readonly Ids[];
  readonly vocabularySize: number;
}

/** A prediction and its references, tokenized once for all ROUGE measures. Each form is made when it is first asked for. */
export interface TokenizedRow {
  /** UTF-16 units of all texts together. */
  readonly characters: number;
  /** Each text as a whole. */
  texts(): TokenIds<Int32Array>;
  /** Each text line by line, as ROUGE-Lsum wants it. Lines end at `\n` only; empty ones are left out. */
  lines(): TokenIds<readonly Int32Array[]>;
}

/**
 * @param references one or more texts
 * @throws RangeError when there is no reference
 * @throws TypeError, from `texts` and `lines`, when the tokenizer returns something else than an array of strings
 */
export function tokenizeRow(prediction: string, references: readonly string[], tokenizer: Tokenizer): TokenizedRow {
  if (references.length === 0) throw new RangeError('ROUGE needs at least one reference text.');
  const characters = references.reduce((sum, { length }) => sum + length, prediction.length);
  const hasLines = [prediction, ...references].some((text) => text === '' || text.includes('\n'));

  const texts = once(() => numberTokens(prediction, references, tokenizer, (text, idsOf) => idsOf(text)));
  const lines = once((): TokenIds<readonly Int32Array[]> => {
    if (hasLines) return numberTokens(prediction, references, tokenizer, (text, idsOf) => nonEmptyLines(text).map(idsOf));
    const whole = texts();
    return { ...whole, prediction: [whole.prediction], references: whole.references.map((ids) => [ids]) };
  });
  return { characters, texts, lines };
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function nonEmptyLines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

function numberTokens<Ids>(
  prediction: string,
  references: readonly string[],
  tokenizer: Tokenizer,
  arrange: (text: string, idsOf: (part: string) => Int32Array) => Ids,
): TokenIds<Ids> {
  const vocabulary = new Map<string, number>();
  const idsOf = (part: string): Int32Array => {
    const tokens: unknown = tokenizer.split(part);
    if (!Array.isArray(tokens)) throw notStrings(tokenizer, tokens);
    const ids = new Int32Array(tokens.length);
    for (let i = 0; i < ids.length; i++) {
      const token: unknown = tokens[i];
      if (typeof token !== 'string') throw notStrings(tokenizer, token);
      let id = vocabulary.get(token);
      if (id === undefined) {
        id = vocabulary.size;
        vocabulary.set(token, id);
      }
      ids[i] = id;
    }
    return ids;
  };
  const predictionIds = arrange(prediction, idsOf);
  const referenceIds = references.map((reference) => arrange(reference, idsOf));
  return { prediction: predictionIds, references: referenceIds, vocabularySize: vocabulary.size };
}

function notStrings(tokenizer: Tokenizer, got: unknown): TypeError {
  const found = got === null ? 'null' : Array.isArray(got) ? 'an array' : typeof got;
  return new TypeError(`The tokenizer "${tokenizer.id}" must return an array of strings from split(), but it gave ${found}.`);
}

/** Tokenized rows that several measures ask for one after the other. */
export type RowTokenizer = (prediction: string, references: readonly string[]) => TokenizedRow;

/** Bounds of {@link createRowTokenizer}. */
export interface RowTokenizerOptions {
  /** Rows kept: at least the batch in which the metrics get them. Default 256. */
  readonly rows?: number;
  /** UTF-16 units of the texts of all rows kept. A row above it is not kept. Default 1,000,000. */
  readonly characters?: number;
}

/**
 * {@link tokenizeRow} with a memory of the latest rows, oldest out first, so that four measures of one batch tokenize once.
 */
export function createRowTokenizer(tokenizer: Tokenizer, options: RowTokenizerOptions = {}): RowTokenizer {
  const { rows = 256, characters = 1_000_000 } = options;
  const kept = new Map<string, { readonly references: readonly string[]; readonly row: TokenizedRow }>();
  let keptCharacters = 0;

  return (prediction, references) => {
    const known = kept.get(prediction);
    if (known !== undefined && sameTexts(known.references, references)) return known.row;

    const row = tokenizeRow(prediction, references, tokenizer);
    if (row.characters > characters) return row;
    forget(prediction);
    kept.set(prediction, { references: [...references], row });
    keptCharacters += row.characters;
    for (const oldest of kept.keys()) {
      if (kept.size <= rows && keptCharacters <= characters) break;
      forget(oldest);
    }
    return row;
  };

  function forget(prediction: string): void {
    keptCharacters -= kept.get(prediction)?.row.characters ?? 0;
    kept.delete(prediction);
  }
}

function sameTexts(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((text, i) => text === right[i]);
}
