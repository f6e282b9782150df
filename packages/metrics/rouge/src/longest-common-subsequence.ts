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

/** Steps for a table of this size, each on 32 cells: one to two nanoseconds. */
export function tableSteps(rows: number, columns: number): number {
  return Math.ceil(rows / stripHeight) * columns;
}

/**
 * Length of a longest common subsequence, in {@link tableSteps} and with one bit of memory a column.
 *
 * @param vocabularySize ids are whole numbers from 0 to below this
 */
export function commonSubsequenceLength(rows: Int32Array, columns: Int32Array, vocabularySize: number): number {
  const masks = new Int32Array(vocabularySize);
  const carries = new Int32Array(Math.ceil(columns.length / stripHeight));
  let length = 0;
  for (let top = 0; top < rows.length; top += stripHeight) {
    markStrip(masks, rows, top);
    length += countOnes(~passStrip(masks, columns, carries, 0, carries, 0));
    unmarkStrip(masks, rows, top);
  }
  return length;
}

/**
 * Prepares the comparison of one row text after the other with the same column texts. The function returned gives one element
 * a row, 1 where the row lies on the longest common subsequence with at least one column text, else 0.
 *
 * Where several subsequences are longest, it is the one that `rouge_score` 0.1.2 reads out of its table: from the end of both
 * texts, equal tokens are taken; else the walk goes one column back where the left cell is greater than the upper one, and
 * one row back otherwise.
 *
 * Each call takes at most twice the {@link tableSteps} and a step for each row and column of each pair. It keeps the carries
 * alone, one bit for each of those steps, and computes a strip again when the walk reaches it.
 */
export function subsequenceUnion(columnTexts: readonly Int32Array[], vocabularySize: number): (rows: Int32Array) => Uint8Array {
  const masks = new Int32Array(vocabularySize);
  const carryOffsets: number[] = [];
  let carryWords = 0;
  for (const columns of columnTexts) {
    carryOffsets.push(carryWords);
    carryWords += Math.ceil(columns.length / stripHeight);
  }
  const noCarries = new Int32Array(carryWords);
  const history = new Int32Array(columnTexts.reduce((longest, { length }) => Math.max(longest, length), 0));

  return (rows) => {
    const strips = Math.ceil(rows.length / stripHeight);
    const carriesOut = Array.from({ length: Math.max(0, strips - 1) }, () => new Int32Array(carryWords));
    for (const [strip, carries] of carriesOut.entries()) {
      markStrip(masks, rows, strip * stripHeight);
      for (const [text, columns] of columnTexts.entries()) {
        const offset = carryOffsets[text] ?? 0;
        passStrip(masks, columns, carriesOut[strip - 1] ?? noCarries, offset, carries, offset);
      }
      unmarkStrip(masks, rows, strip * stripHeight);
    }

    const onSubsequence = new Uint8Array(rows.length);
    const columnsLeft = columnTexts.map(({ length }) => length);
    for (let strip = strips - 1; strip >= 0; strip--) {
      const top = strip * stripHeight;
      const carriesIn = carriesOut[strip - 1] ?? noCarries;
      markStrip(masks, rows, top);
      for (const [text, columns] of columnTexts.entries()) {
        const width = columnsLeft[text] ?? 0;
        // Without an equal token in the strip the table does not grow there, so the walk goes straight up.
        if (!recordStrip(masks, columns, width, carriesIn, carryOffsets[text] ?? 0, history)) continue;
        columnsLeft[text] = walkStrip(rows, top, columns, width, history, onSubsequence);
      }
      unmarkStrip(masks, rows, top);
      carriesOut.length = Math.max(0, strip - 1);
    }
    return onSubsequence;
  };
}

/** Sets bit k of a token's mask where the token is row `top` + k. */
function markStrip(masks: Int32Array, rows: Int32Array, top: number): void {
  const height = Math.min(stripHeight, rows.length - top);
  for (let k = 0; k < height; k++) {
    const token = rows[top + k] ?? 0;
    masks[token] = (masks[token] ?? 0) | (1 << k);
  }
}

function unmarkStrip(masks: Int32Array, rows: Int32Array, top: number): void {
  const height = Math.min(stripHeight, rows.length - top);
  for (let k = 0; k < height; k++) masks[rows[top + k] ?? 0] = 0;
}

/** Takes a strip over all columns and returns its last column. The two carry arrays may be the same. */
function passStrip(
  masks: Int32Array,
  columns: Int32Array,
  carriesIn: Int32Array,
  inOffset: number,
  carriesOut: Int32Array,
  outOffset: number,
): number {
  let column = -1;
  for (let start = 0, word = 0; start < columns.length; start += stripHeight, word++) {
    const incoming = carriesIn[inOffset + word] ?? 0;
    const width = Math.min(stripHeight, columns.length - start);
    let outgoing = 0;
    for (let k = 0; k < width; k++) {
      const mask = masks[columns[start + k] ?? 0] ?? 0;
      const equal = column & mask;
      const sum = (column + equal + ((incoming >>> k) & 1)) | 0;
      outgoing |= ((equal | (column & ~sum)) >>> 31) << k;
      column = sum | (column & ~mask);
    }
    carriesOut[outOffset + word] = outgoing;
  }
  return column;
}

/** As {@link passStrip} over the first `width` columns, keeping each of them. Tells whether any token of them is in the strip. */
function recordStrip(
  masks: Int32Array,
  columns: Int32Array,
  width: number,
  carriesIn: Int32Array,
  inOffset: number,
  history: Int32Array,
): boolean {
  let column = -1;
  let found = 0;
  for (let j = 0; j < width; j++) {
    const mask = masks[columns[j] ?? 0] ?? 0;
    const carry = ((carriesIn[inOffset + (j >>> 5)] ?? 0) >>> (j & 31)) & 1;
    column = (column + (column & mask) + carry) | 0 | (column & ~mask);
    history[j] = column;
    found |= mask;
  }
  return found !== 0;
}

/** Walks back through the strip from its last row and column `width` − 1, and returns how many columns are left above it. */
function walkStrip(
  rows: Int32Array,
  top: number,
  columns: Int32Array,
  width: number,
  history: Int32Array,
  onSubsequence: Uint8Array,
): number {
  let bit = Math.min(stripHeight, rows.length - top) - 1;
  let j = width - 1;
  while (bit >= 0 && j >= 0) {
    if (rows[top + bit] === columns[j]) {
      onSubsequence[top + bit] = 1;
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
