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
 * What a moved word would cost is found from the rows that are there: those before the change stay, and as soon as a row after it
 * differs from the old one by the same amount everywhere, so do all that follow.
 */
export class BandedDistance {
  readonly prediction: Int32Array;
  readonly reference: Int32Array;
  /** Row i belongs to the first i words of the prediction: the first column of its band, the one after the last, where its cells begin. */
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  readonly #start: Int32Array;
  readonly #cells: Int32Array;
  /** Two rows of a trial. */
  #row: Int32Array;
  #rowBefore: Int32Array;

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
    this.#cells = new Int32Array(size);
    this.#row = new Int32Array(widest);
    this.#rowBefore = new Int32Array(widest);
    for (let column = 0; column < columns; column++) this.#cells[column] = column;
    for (let row = 1; row < rows; row++) {
      this.#fill(row, prediction[row - 1] ?? -1, this.#cells, this.#startOf(row - 1), this.#cells, this.#startOf(row));
    }
  }

  /** The cells that two texts of these lengths would take. */
  static cells(predictionLength: number, referenceLength: number): number {
    return 2 * predictionLength * bandOf(predictionLength, referenceLength).halfWidth + referenceLength;
  }

  get distance(): number {
    return this.#cells.at(-1) ?? 0;
  }

  /** What the distance would be after {@link rotate}. */
  distanceAfter(rotation: Rotation): number {
    if (rotation.middle === rotation.start || rotation.middle === rotation.end) return this.distance;
    let before = this.#cells;
    let beforeStart = this.#startOf(rotation.start);
    for (let row = rotation.start + 1; row <= this.prediction.length; row++) {
      this.#fill(row, this.#rotatedWord(row - 1, rotation), before, beforeStart, this.#row, 0);
      const difference = row >= rotation.end ? this.#differenceOf(row) : undefined;
      if (difference !== undefined) return this.distance + difference;
      before = this.#row;
      beforeStart = 0;
      [this.#row, this.#rowBefore] = [this.#rowBefore, this.#row];
    }
    return before[beforeStart + this.#widthOf(this.prediction.length) - 1] ?? 0;
  }

  rotate(rotation: Rotation): void {
    const { start, end } = rotation;
    this.prediction.set(
      Int32Array.from({ length: end - start }, (_, index) => this.#rotatedWord(start + index, rotation)),
      start,
    );
    for (let row = start + 1; row <= this.prediction.length; row++) {
      this.#fill(row, this.prediction[row - 1] ?? -1, this.#cells, this.#startOf(row - 1), this.#row, 0);
      const difference = row >= end ? this.#differenceOf(row) : undefined;
      if (difference !== undefined) {
        for (let at = this.#startOf(row); at < this.#cells.length; at++) this.#cells[at] = (this.#cells[at] ?? 0) + difference;
        return;
      }
      this.#cells.set(this.#row.subarray(0, this.#widthOf(row)), this.#startOf(row));
    }
  }

  /** How the words correspond; of equally good ways the one that prefers, from the end, a pair of words, then one of the prediction alone. */
  alignment(): Alignment {
    const positions = new Int32Array(this.reference.length);
    const predictionErrors = new Uint8Array(this.prediction.length);
    const referenceErrors = new Uint8Array(this.reference.length);
    let row = this.prediction.length;
    let column = this.reference.length;
    while (row > 0 || column > 0) {
      const cost = this.#cell(row, column);
      const same = this.prediction[row - 1] === this.reference[column - 1];
      if (row > 0 && column > 0 && cost === this.#cell(row - 1, column - 1) + (same ? 0 : 1)) {
        positions[--column] = --row;
        predictionErrors[row] = same ? 0 : 1;
        referenceErrors[column] = same ? 0 : 1;
      } else if (row > 0 && (column === 0 || cost === this.#cell(row - 1, column) + 1)) {
        predictionErrors[--row] = 1;
      } else {
        positions[--column] = row - 1;
        referenceErrors[column] = 1;
      }
    }
    return { positions, predictionErrors, referenceErrors };
  }

  /** Computes a row of `into` from the row before it. */
  #fill(row: number, word: number, before: Int32Array, beforeStart: number, into: Int32Array, intoStart: number): void {
    const reference = this.reference;
    const from = this.#from[row] ?? 0;
    const to = this.#to[row] ?? 0;
    const beforeAt = beforeStart - (this.#from[row - 1] ?? 0);
    const beforeTo = this.#to[row - 1] ?? 0;
    let left = UNREACHED;
    let diagonal = from > (this.#from[row - 1] ?? 0) ? (before[beforeAt + from - 1] ?? 0) : UNREACHED;
    for (let column = from; column < to; column++) {
      const above = column < beforeTo ? (before[beforeAt + column] ?? 0) : UNREACHED;
      let cost = Math.min(above, left) + 1;
      if (column > 0) {
        const paired = diagonal + (reference[column - 1] === word ? 0 : 1);
        if (paired < cost) cost = paired;
      }
      into[intoStart + column - from] = cost;
      left = cost;
      diagonal = above;
    }
  }

  /** By how much the row of the trial is more than the one that is there, if by the same everywhere. */
  #differenceOf(row: number): number | undefined {
    const start = this.#startOf(row);
    const difference = (this.#row[0] ?? 0) - (this.#cells[start] ?? 0);
    for (let at = this.#widthOf(row) - 1; at > 0; at--) {
      if ((this.#row[at] ?? 0) - (this.#cells[start + at] ?? 0) !== difference) return undefined;
    }
    return difference;
  }

  #rotatedWord(position: number, { start, middle, end }: Rotation): number {
    if (position >= end) return this.prediction[position] ?? -1;
    const moved = position + middle - start;
    return this.prediction[moved < end ? moved : moved - (end - start)] ?? -1;
  }

  #cell(row: number, column: number): number {
    const from = this.#from[row] ?? 0;
    return column < from || column >= (this.#to[row] ?? 0) ? UNREACHED : (this.#cells[this.#startOf(row) + column - from] ?? 0);
  }

  #startOf(row: number): number {
    return this.#start[row] ?? 0;
  }

  #widthOf(row: number): number {
    return (this.#to[row] ?? 0) - (this.#from[row] ?? 0);
  }
}

/** More than any cost. */
const UNREACHED = 2 ** 29;

/** Tercom's beam. Where the reference is more than 50 times as long, rows must be wider, so that each touches the one before it. */
function bandOf(predictionLength: number, referenceLength: number): { readonly slope: number; readonly halfWidth: number } {
  const slope = predictionLength === 0 ? 1 : referenceLength / predictionLength;
  return { slope, halfWidth: slope / 2 > 25 ? Math.ceil(slope / 2 + 25) : 25 };
}
