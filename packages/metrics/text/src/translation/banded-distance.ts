/** Words `middle` … `end` − 1 and then words `start` … `middle` − 1, where there were words `start` … `end` − 1. */
export interface Rotation {
  readonly start: number;
  readonly middle: number;
  readonly end: number;
}

export interface Alignment {
  /** For each word of the reference: the last word of the prediction up to there, −1 before the first. */
  readonly positions: Int32Array;
  /** 1 where a word of the prediction has no equal one across. */
  readonly predictionErrors: Uint8Array;
  /** 1 where a word of the reference has no equal one across. */
  readonly referenceErrors: Uint8Array;
}

/**
 * The edit distance of TER between a prediction, whose words can be moved, and a reference: an insertion, deletion or substitution of
 * a word costs 1. Only a band along the diagonal is computed, of 50 cells a row (Tercom's beam), so the result may be more than the true
 * distance, and time and memory grow with the words and not with their square.
 *
 * There is a table from the beginning and one from the end. What moved words would cost takes only the rows between their old place and
 * their new one: the tables know what is before and after.
 */
export class BandedDistance {
  readonly prediction: Int32Array;
  readonly reference: Int32Array;
  // Row i stands after i words of the prediction, column j after j words of the reference.
  /** Of each row: the first column of its band, the one after the last, and where its cells begin. */
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  readonly #start: Int32Array;
  /** What the words before row and column cost. */
  readonly #before: Int32Array;
  /** What the words after row and column cost; row 0 is not needed. */
  readonly #after: Int32Array;
  /** Two rows of a trial. */
  #row: Int32Array;
  #otherRow: Int32Array;

  constructor(prediction: Int32Array, reference: Int32Array) {
    this.prediction = Int32Array.from(prediction);
    this.reference = reference;
    const rows = prediction.length + 1;
    const columns = reference.length + 1;
    this.#from = new Int32Array(rows);
    this.#to = new Int32Array(rows).fill(columns);
    this.#start = new Int32Array(rows);
    const { slope, halfWidth } = bandOf(prediction.length, reference.length);
    let size = columns;
    let widest = 0;
    for (let row = 1; row < rows; row++) {
      const diagonal = Math.floor(row * slope);
      const from = Math.max(0, diagonal - halfWidth);
      const to = row === prediction.length ? columns : Math.min(columns, diagonal + halfWidth);
      this.#from[row] = from;
      this.#to[row] = to;
      this.#start[row] = size;
      size += to - from;
      widest = Math.max(widest, to - from);
    }
    this.#row = new Int32Array(widest);
    this.#otherRow = new Int32Array(widest);
    this.#before = new Int32Array(size);
    this.#after = new Int32Array(size);
    for (let column = 0; column < columns; column++) this.#before[column] = column;
    for (let row = 1; row < rows; row++) {
      this.#fillBefore(row, prediction[row - 1] ?? -1, this.#before, this.#startOf(row - 1), this.#before, this.#startOf(row));
    }
    for (let at = 1; at <= this.#widthOf(rows - 1); at++) this.#after[size - at] = at - 1;
    for (let row = rows - 2; row > 0; row--) this.#fillAfter(row, this.#after, this.#startOf(row));
  }

  /** The cells of one table for two texts of these lengths, about. */
  static cells(predictionLength: number, referenceLength: number): number {
    return 2 * predictionLength * bandOf(predictionLength, referenceLength).halfWidth + referenceLength;
  }

  get distance(): number {
    return this.#before.at(-1) ?? 0;
  }

  /** What the distance would be after {@link rotate}. */
  distanceAfter({ start, middle, end }: Rotation): number {
    if (middle === start || middle === end) return this.distance;
    let last = this.#before;
    let lastStart = this.#startOf(start);
    for (let row = start + 1; row <= end; row++) {
      const moved = row - 1 + middle - start;
      const word = this.prediction[moved < end ? moved : moved - (end - start)] ?? -1;
      this.#fillBefore(row, word, last, lastStart, this.#row, 0);
      last = this.#row;
      lastStart = 0;
      [this.#row, this.#otherRow] = [this.#otherRow, this.#row];
    }
    const afterStart = this.#startOf(end);
    let least = UNREACHED;
    for (let at = this.#widthOf(end) - 1; at >= 0; at--) {
      least = Math.min(least, (last[at] ?? 0) + (this.#after[afterStart + at] ?? 0));
    }
    return least;
  }

  rotate({ start, middle, end }: Rotation): void {
    const moved = this.prediction.slice(middle, end);
    this.prediction.copyWithin(start + moved.length, start, middle);
    this.prediction.set(moved, start);

    const rows = this.prediction.length + 1;
    for (let row = start + 1; row < rows; row++) {
      this.#fillBefore(row, this.prediction[row - 1] ?? -1, this.#before, this.#startOf(row - 1), this.#row, 0);
      const difference = row >= end ? this.#differenceTo(this.#before, row) : undefined;
      if (difference !== undefined) {
        addTo(this.#before.subarray(this.#startOf(row)), difference);
        break;
      }
      this.#before.set(this.#row.subarray(0, this.#widthOf(row)), this.#startOf(row));
    }
    for (let row = end - 1; row > 0; row--) {
      this.#fillAfter(row, this.#row, 0);
      const difference = row <= start ? this.#differenceTo(this.#after, row) : undefined;
      if (difference !== undefined) {
        addTo(this.#after.subarray(0, this.#startOf(row) + this.#widthOf(row)), difference);
        break;
      }
      this.#after.set(this.#row.subarray(0, this.#widthOf(row)), this.#startOf(row));
    }
  }

  /** How the words correspond. Of equally good ways, seen from the end, a pair of words comes first, then a word of the prediction alone. */
  alignment(): Alignment {
    const positions = new Int32Array(this.reference.length);
    const predictionErrors = new Uint8Array(this.prediction.length);
    const referenceErrors = new Uint8Array(this.reference.length);
    let row = this.prediction.length;
    let column = this.reference.length;
    while (row > 0 || column > 0) {
      const cost = this.#costBefore(row, column);
      const same = this.prediction[row - 1] === this.reference[column - 1];
      if (row > 0 && column > 0 && cost === this.#costBefore(row - 1, column - 1) + (same ? 0 : 1)) {
        positions[--column] = --row;
        predictionErrors[row] = same ? 0 : 1;
        referenceErrors[column] = same ? 0 : 1;
      } else if (row > 0 && (column === 0 || cost === this.#costBefore(row - 1, column) + 1)) {
        predictionErrors[--row] = 1;
      } else {
        positions[--column] = row - 1;
        referenceErrors[column] = 1;
      }
    }
    return { positions, predictionErrors, referenceErrors };
  }

  /** Computes what is before a row from the row before it. @param word the one between them */
  #fillBefore(row: number, word: number, last: Int32Array, lastStart: number, into: Int32Array, intoStart: number): void {
    const reference = this.reference;
    const from = this.#from[row] ?? 0;
    const to = this.#to[row] ?? 0;
    const lastFrom = this.#from[row - 1] ?? 0;
    const lastTo = this.#to[row - 1] ?? 0;
    const lastAt = lastStart - lastFrom;
    let left = UNREACHED;
    let diagonal = from > lastFrom ? (last[lastAt + from - 1] ?? 0) : UNREACHED;
    for (let column = from; column < to; column++) {
      const above = column < lastTo ? (last[lastAt + column] ?? 0) : UNREACHED;
      let cost = Math.min(above, left) + 1;
      if (column > 0) cost = Math.min(cost, diagonal + (reference[column - 1] === word ? 0 : 1));
      into[intoStart + column - from] = cost;
      left = cost;
      diagonal = above;
    }
  }

  /** Computes what is after a row from the row after it. */
  #fillAfter(row: number, into: Int32Array, intoStart: number): void {
    const { reference } = this;
    const word = this.prediction[row] ?? -1;
    const from = this.#from[row] ?? 0;
    const to = this.#to[row] ?? 0;
    const nextFrom = this.#from[row + 1] ?? 0;
    const nextAt = this.#startOf(row + 1) - nextFrom;
    let right = UNREACHED;
    let diagonal = to < (this.#to[row + 1] ?? 0) ? (this.#after[nextAt + to] ?? 0) : UNREACHED;
    for (let column = to - 1; column >= from; column--) {
      const below = column >= nextFrom ? (this.#after[nextAt + column] ?? 0) : UNREACHED;
      let cost = Math.min(below, right) + 1;
      if (column < reference.length) cost = Math.min(cost, diagonal + (reference[column] === word ? 0 : 1));
      into[intoStart + column - from] = cost;
      right = cost;
      diagonal = below;
    }
  }

  /** By how much the row just computed is more than that of the table, if by the same everywhere: then so are all rows beyond it. */
  #differenceTo(table: Int32Array, row: number): number | undefined {
    const start = this.#startOf(row);
    const difference = (this.#row[0] ?? 0) - (table[start] ?? 0);
    for (let at = this.#widthOf(row) - 1; at > 0; at--) {
      if ((this.#row[at] ?? 0) - (table[start + at] ?? 0) !== difference) return undefined;
    }
    return difference;
  }

  #costBefore(row: number, column: number): number {
    const from = this.#from[row] ?? 0;
    return column < from || column >= (this.#to[row] ?? 0) ? UNREACHED : (this.#before[this.#startOf(row) + column - from] ?? 0);
  }

  #startOf(row: number): number {
    return this.#start[row] ?? 0;
  }

  #widthOf(row: number): number {
    return (this.#to[row] ?? 0) - (this.#from[row] ?? 0);
  }
}

/** More than any cost; twice this is still a 32-bit integer. */
const UNREACHED = 2 ** 29;

function addTo(cells: Int32Array, difference: number): void {
  if (difference === 0) return;
  for (let at = 0; at < cells.length; at++) cells[at] = (cells[at] ?? 0) + difference;
}

/** Tercom's beam. Where the reference is more than 50 times as long, rows must be wider, so that each touches the one before it. */
function bandOf(predictionLength: number, referenceLength: number): { readonly slope: number; readonly halfWidth: number } {
  const slope = predictionLength === 0 ? 1 : referenceLength / predictionLength;
  return { slope, halfWidth: slope / 2 > 25 ? Math.ceil(slope / 2 + 25) : 25 };
}
