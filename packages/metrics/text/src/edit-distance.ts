/** What came of measuring: a whole number, or that it would take too long. */
export type EditDistance = number | 'too-long';

/** More than this is some seconds of work: two texts of about 160,000 characters that have nothing in common. */
const MOST_STEPS = 2 ** 30;

/**
 * Levenshtein distance: the fewest insertions, deletions and substitutions that make one sequence of the other.
 *
 * Myers' bit-parallel algorithm in the blocks of Hyyrö (G. Myers, J. ACM 46(3), 1999; H. Hyyrö, Nordic J. Computing 10(1), 2003),
 * 32 rows at once, inside of a diagonal band as in E. Ukkonen, Information and Control 64, 1985: a distance of at most k is found
 * among the cells that are at most k off the diagonal, so k grows until the distance is inside. O(n · d / 16) steps for n symbols and the distance d,
 * and never much more than n² / 32.
 *
 * @param symbols all symbols are whole numbers from 0 to below this
 * @returns `'too-long'` after 2³⁰ steps; only the sequences decide, so on every machine or on none
 */
export function editDistance(a: Int32Array, b: Int32Array, symbols: number): EditDistance {
  const [rows, columns] = withoutSharedEnds(a.length <= b.length ? [a, b] : [b, a]);
  let steps = 0;
  for (let band = Math.max(FIRST_BAND, columns.length - rows.length); ; band = widened(band, columns.length)) {
    steps += stepsInBand(rows.length, columns.length, band);
    if (steps > MOST_STEPS) return 'too-long';
    const distance = distanceInBand(rows, columns, symbols, band);
    if (distance <= band) return distance;
  }
}

/** A band of an eighth has a quarter of all cells: texts that need more are mostly different altogether. */
function widened(band: number, columns: number): number {
  return band * 4 <= columns / 8 ? band * 4 : columns;
}

const FIRST_BAND = 64;
const BLOCK = 32;

function withoutSharedEnds([a, b]: readonly [Int32Array, Int32Array]): readonly [Int32Array, Int32Array] {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return [a.subarray(start, a.length - end), b.subarray(start, b.length - end)];
}

function stepsInBand(rows: number, columns: number, band: number): number {
  return Math.ceil(rows / BLOCK) * Math.min(columns, BLOCK + 2 * band);
}

/**
 * The length of the best way from corner to corner of the table that keeps to the band. Outside of the band every step is taken to
 * cost 1, so what comes out is the length of a real way: never less than the distance, and equal to it if that is at most `band`.
 *
 * @param rows not longer than `columns`, and by at most `band`
 */
function distanceInBand(rows: Int32Array, columns: Int32Array, symbols: number, band: number): number {
  /** Bit r of a symbol: row r of the block holds it. */
  const holds = new Int32Array(symbols);
  /** Differences to the cell on the left, in the last row that was computed of each column. The row above the first one counts up. */
  const across = new Int8Array(columns.length).fill(1);
  let start = 0;
  /** The cell in the last row of the block before, on the left of its band. */
  let corner = 0;
  for (let top = 0; top < rows.length; top += BLOCK) {
    const bottom = Math.min(rows.length, top + BLOCK);
    const left = Math.max(0, top - band);
    for (; start < left; start++) corner += across[start] ?? 0;
    corner += bottom - top;

    for (let row = top; row < bottom; row++) holds[rows[row] ?? 0] = (holds[rows[row] ?? 0] ?? 0) | (1 << (row - top));
    passBlock(holds, columns, across, { from: left, to: Math.min(columns.length, bottom + band), last: bottom - top - 1 });
    for (let row = top; row < bottom; row++) holds[rows[row] ?? 0] = 0;
  }
  for (; start < columns.length; start++) corner += across[start] ?? 0;
  return corner;
}

/** One block of rows, column by column: takes the differences above it from `across`, and leaves those of its last row there. */
function passBlock(
  holds: Int32Array,
  columns: Int32Array,
  across: Int8Array,
  { from, to, last }: { readonly from: number; readonly to: number; readonly last: number },
): void {
  // Differences down the column, one bit a row: where it is +1, and where it is −1.
  let up = -1;
  let down = 0;
  for (let column = from; column < to; column++) {
    const above = across[column] ?? 0;
    const aboveUp = (above + 1) >> 1;
    const aboveDown = above >>> 31;
    const equal = holds[columns[column] ?? 0] ?? 0;
    const carried = equal | aboveDown;
    const diagonal = (((carried & up) + up) ^ up) | carried;
    const right = down | ~(diagonal | up);
    const left = up & diagonal;
    across[column] = ((right >>> last) & 1) - ((left >>> last) & 1);
    const rightOfRow = (right << 1) | aboveUp;
    const leftOfRow = (left << 1) | aboveDown;
    const equalOrDown = equal | down;
    up = leftOfRow | ~(equalOrDown | rightOfRow);
    down = rightOfRow & equalOrDown;
  }
}
