import { createScratchMemory } from './scratch-memory.ts';

/**
 * Longest common subsequences of token ids, 32 cells of the usual table at a time.
 *
 * Rows of the table are the tokens of one text, columns those of the other. One bit says whether the table grows by one from
 * a row to the next within a column (1: it does not), after M. Crochemore, C. S. Iliopoulos, Y. J. Pinzon and J. F. Reid,
 * "A fast and practical bit-vector algorithm for the longest common subsequence problem", Information Processing Letters 80
 * (2001). The rows are cut into strips of 32, so that a column of a strip is one machine word, and all that a strip hands to
 * the next is one carry bit a column.
 */
const stripHeight = 32;

/** Steps for a table of this size, each on 32 cells: some nanoseconds. */
export function tableSteps(rows: number, columns: number): number {
  return Math.ceil(rows / stripHeight) * columns;
}

/** @param vocabularySize ids are whole numbers from 0 to below this. Takes {@link tableSteps}, and one bit of memory a column. */
export function commonSubsequenceLength(rows: readonly number[], columns: readonly number[], vocabularySize: number): number {
  const masks = maskMemory(vocabularySize);
  const carries = carryMemory(wordsFor(columns));
  let length = 0;
  for (let top = 0; top < rows.length; top += stripHeight) {
    markStrip(masks, rows, top);
    length += countOnes(~passStrip(masks, columns, carries, 0, 0));
    unmarkStrip(masks, rows, top);
  }
  return length;
}

/**
 * For each row text its tokens, in order, that lie on its longest common subsequence with at least one of the column texts.
 *
 * Where several subsequences are longest, it is the one that `rouge_score` 0.1.2 reads out of its table: from the end of both
 * texts, equal tokens are taken; else the walk goes one column back where the left cell is greater than the upper one, and
 * one row back otherwise.
 *
 * A pair of texts takes at most twice the {@link tableSteps} and a step for each row and column. Of a table the carries alone
 * are kept, one bit for each step; a strip is computed again when the walk reaches it.
 */
export function subsequenceUnions(
  rowTexts: readonly (readonly number[])[],
  columnTexts: readonly (readonly number[])[],
  vocabularySize: number,
): readonly (readonly number[])[] {
  const masks = maskMemory(vocabularySize);
  const columnWords = columnTexts.reduce((sum, columns) => sum + wordsFor(columns), 0);
  const history = historyMemory(columnTexts.reduce((longest, { length }) => Math.max(longest, length), 0));
  return rowTexts.map((rows) => {
    const taken = takenMemory(rows.length);
    markUnion(rows, columnTexts, { masks, columnWords, history, taken });
    return rows.filter((_, row) => taken[row] === 1);
  });
}

const maskMemory = createScratchMemory();
const carryMemory = createScratchMemory();
const historyMemory = createScratchMemory();
const takenMemory = createScratchMemory();

interface UnionMemory {
  /** One mask a token, all 0 before and after. */
  readonly masks: Int32Array;
  /** Carry words of one strip over all column texts. */
  readonly columnWords: number;
  /** The columns of one strip and one column text. */
  readonly history: Int32Array;
  /** Gets a 1 at each row on a subsequence. */
  readonly taken: Int32Array;
}

function markUnion(rows: readonly number[], columnTexts: readonly (readonly number[])[], memory: UnionMemory): void {
  const { masks, columnWords, history, taken } = memory;
  const lastStrip = Math.ceil(rows.length / stripHeight) - 1;
  // What goes into the first strip, always 0, then what goes from each strip into the next.
  const carries = carryMemory(columnWords * (lastStrip + 1));
  for (let strip = 0; strip < lastStrip; strip++) {
    markStrip(masks, rows, strip * stripHeight);
    let carriesIn = strip * columnWords;
    for (const columns of columnTexts) {
      passStrip(masks, columns, carries, carriesIn, carriesIn + columnWords);
      carriesIn += wordsFor(columns);
    }
    unmarkStrip(masks, rows, strip * stripHeight);
  }

  const columnsLeft = columnTexts.map(({ length }) => length);
  for (let strip = lastStrip; strip >= 0; strip--) {
    const top = strip * stripHeight;
    markStrip(masks, rows, top);
    let carriesIn = strip * columnWords;
    for (let text = 0; text < columnTexts.length; text++) {
      const columns = columnTexts[text] ?? [];
      const width = columnsLeft[text] ?? 0;
      // Without an equal token in the strip the table does not grow there, so the walk goes straight up.
      if (recordStrip(masks, columns, width, carries, carriesIn, history)) {
        columnsLeft[text] = walkStrip(rows, top, columns, width, history, taken);
      }
      carriesIn += wordsFor(columns);
    }
    unmarkStrip(masks, rows, top);
  }
}

function wordsFor(columns: readonly number[]): number {
  return Math.ceil(columns.length / stripHeight);
}

/** Sets bit k of a token's mask where the token is row `top` + k. */
function markStrip(masks: Int32Array, rows: readonly number[], top: number): void {
  const height = Math.min(stripHeight, rows.length - top);
  for (let k = 0; k < height; k++) {
    const token = rows[top + k] ?? 0;
    masks[token] = (masks[token] ?? 0) | (1 << k);
  }
}

function unmarkStrip(masks: Int32Array, rows: readonly number[], top: number): void {
  const height = Math.min(stripHeight, rows.length - top);
  for (let k = 0; k < height; k++) masks[rows[top + k] ?? 0] = 0;
}

/** Takes a strip over all columns and returns the last one. Where the carries come from and go to may be the same place. */
function passStrip(
  masks: Int32Array,
  columns: readonly number[],
  carries: Int32Array,
  carriesIn: number,
  carriesOut: number,
): number {
  let column = -1;
  for (let start = 0, word = 0; start < columns.length; start += stripHeight, word++) {
    const incoming = carries[carriesIn + word] ?? 0;
    const width = Math.min(stripHeight, columns.length - start);
    let outgoing = 0;
    for (let k = 0; k < width; k++) {
      const mask = masks[columns[start + k] ?? 0] ?? 0;
      const equal = column & mask;
      const sum = (column + equal + ((incoming >>> k) & 1)) | 0;
      outgoing |= ((equal | (column & ~sum)) >>> 31) << k;
      column = sum | (column & ~mask);
    }
    carries[carriesOut + word] = outgoing;
  }
  return column;
}

/** As {@link passStrip} over the first `width` columns, keeping each of them. Tells whether any token of them is in the strip. */
function recordStrip(
  masks: Int32Array,
  columns: readonly number[],
  width: number,
  carries: Int32Array,
  carriesIn: number,
  history: Int32Array,
): boolean {
  let column = -1;
  let found = 0;
  for (let j = 0; j < width; j++) {
    const mask = masks[columns[j] ?? 0] ?? 0;
    const carry = ((carries[carriesIn + (j >>> 5)] ?? 0) >>> (j & 31)) & 1;
    column = (column + (column & mask) + carry) | 0 | (column & ~mask);
    history[j] = column;
    found |= mask;
  }
  return found !== 0;
}

/** Walks back through the strip from its last row and column `width` − 1, and returns how many columns are left above it. */
function walkStrip(
  rows: readonly number[],
  top: number,
  columns: readonly number[],
  width: number,
  history: Int32Array,
  taken: Int32Array,
): number {
  let bit = Math.min(stripHeight, rows.length - top) - 1;
  let j = width - 1;
  while (bit >= 0 && j >= 0) {
    if (rows[top + bit] === columns[j]) {
      taken[top + bit] = 1;
      bit--;
      j--;
    } else if ((((history[j] ?? 0) >>> bit) & 1) === 1) {
      bit--;
    } else {
      j--;
    }
  }
  return j + 1;
}

function countOnes(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}
