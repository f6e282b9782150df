import { type TokenizedRow, tokenizeRow } from './tokenized-row.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Gives a row tokenized, to several measures that ask for it one after the other. */
export type RowTokenizer = (prediction: string, references: readonly string[]) => TokenizedRow;

/** Bounds of {@link createRowTokenizer}. */
export interface RowTokenizerOptions {
  /** Rows remembered: at least the batch in which the metrics get them. Default 256. */
  readonly rows?: number;
  /** UTF-16 units of the texts of all rows remembered; a longer row never is. Default 1,000,000. */
  readonly characters?: number;
}

/** {@link tokenizeRow} with a memory of the latest rows, oldest out first, so that four measures of one batch tokenize once. */
export function createRowTokenizer(tokenizer: Tokenizer, options: RowTokenizerOptions = {}): RowTokenizer {
  const { rows = 256, characters = 1_000_000 } = options;
  const known = new Map<string, { readonly references: readonly string[]; readonly row: TokenizedRow }>();
  let knownCharacters = 0;

  return (prediction, references) => {
    const earlier = known.get(prediction);
    if (earlier !== undefined && sameTexts(earlier.references, references)) return earlier.row;

    const row = tokenizeRow(prediction, references, tokenizer);
    if (row.characters > characters) return row;
    forget(prediction);
    known.set(prediction, { references: [...references], row });
    knownCharacters += row.characters;
    for (const oldest of known.keys()) {
      if (known.size <= rows && knownCharacters <= characters) break;
      forget(oldest);
    }
    return row;
  };

  function forget(prediction: string): void {
    knownCharacters -= known.get(prediction)?.row.characters ?? 0;
    known.delete(prediction);
  }
}

function sameTexts(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((text, i) => text === right[i]);
}
