import { tokenIds } from './token-ids.ts';
import type { Tokenizer } from './tokenizer.ts';

/** A prediction and its references, each in the form `Ids`, with token ids that are the same in all of them. */
export interface RowIds<Ids> {
  readonly prediction: Ids;
  readonly references: readonly Ids[];
  /** All ids are whole numbers from 0 to below this. */
  readonly vocabularySize: number;
}

/** A prediction and its references, tokenized once for all ROUGE measures. Each form is made when it is first asked for. */
export interface TokenizedRow {
  /** UTF-16 units of all texts together. */
  readonly characters: number;
  /** Each text as a whole. */
  texts(): RowIds<readonly number[]>;
  /** Each text line by line, as ROUGE-Lsum wants it. Lines end at `\n` only; empty ones are left out. */
  lines(): RowIds<readonly (readonly number[])[]>;
}

/**
 * @param references one or more texts
 * @throws RangeError when there is no reference
 * @throws TypeError, from `texts` and `lines`, when the tokenizer returns something else than an array of strings
 */
export function tokenizeRow(prediction: string, references: readonly string[], tokenizer: Tokenizer): TokenizedRow {
  if (references.length === 0) throw new RangeError('ROUGE needs at least one reference text.');
  const all = [prediction, ...references];
  const texts = once(() => {
    const ids = tokenIds(tokenizer, all);
    return rowOf(ids.texts, ids.vocabularySize);
  });
  const lines = once(() => {
    if (!all.some((text) => text === '' || text.includes('\n'))) {
      const ids = texts();
      return rowOf([[ids.prediction], ...ids.references.map((reference) => [reference])], ids.vocabularySize);
    }
    const linesOfTexts = all.map((text) => text.split('\n').filter((line) => line !== ''));
    const ids = tokenIds(tokenizer, linesOfTexts.flat());
    let end = 0;
    const grouped = linesOfTexts.map(({ length }) => {
      end += length;
      return ids.texts.slice(end - length, end);
    });
    return rowOf(grouped, ids.vocabularySize);
  });
  return { characters: all.reduce((sum, { length }) => sum + length, 0), texts, lines };
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function rowOf<Ids>([prediction, ...references]: readonly Ids[], vocabularySize: number): RowIds<Ids> {
  if (prediction === undefined) throw new RangeError('A row without texts.');
  return { prediction, references, vocabularySize };
}
