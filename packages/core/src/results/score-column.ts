import type { Score, ScoreValue } from '../contracts/index.ts';

/** All scored values of one metric, packed: read in data order, so that sums do not depend on the order of work. */
export class ScoreColumn {
  /** One entry a scored (row, trial): numbers as they are, booleans 1 and 0, labels their index in `labels`. */
  #values = new Float64Array(1024);
  /** Ordinal of each entry. */
  #ordinals = new Float64Array(1024);
  #length = 0;
  readonly #labels = new Map<string, number>();
  #booleans = 0;
  #numbers = 0;
  /** Scored rows of a statistic metric that have no score of their own. */
  #summandsOnly = 0;
  skipped = 0;
  failed = 0;
  readonly reasons: Record<string, number> = {};
  /** Flag → scores that carry it. */
  readonly flags: Record<string, number> = {};

  add(ordinal: number, score: Score): void {
    if (score.status === 'skipped') {
      this.skipped++;
      this.#count(score.code);
    } else if (score.status === 'failed') {
      this.failed++;
      this.#count(score.error.code);
    } else {
      if (score.summandsOnly) this.#summandsOnly++;
      else this.#push(ordinal, this.#encode(score.value));
      for (const flag of score.flags ?? []) this.flags[flag] = (this.flags[flag] ?? 0) + 1;
    }
  }

  get scored(): number {
    return this.#length + this.#summandsOnly;
  }

  /** What the metric returned. No aggregate can hold `mixed`, labels and numbers, nor `partial`, scores for some of the scored rows only. */
  get kind(): 'number' | 'boolean' | 'label' | 'mixed' | 'partial' | 'none' {
    if (this.#length === 0) return 'none';
    if (this.#summandsOnly > 0) return 'partial';
    if (this.#labels.size > 0) return this.#numbers + this.#booleans === 0 ? 'label' : 'mixed';
    return this.#numbers === 0 ? 'boolean' : 'number';
  }

  /** The labels that occur, sorted. */
  get labels(): readonly string[] {
    return [...this.#labels.keys()].sort();
  }

  /**
   * One value a row: `of` applied to each score, and the mean over the row's trials. Rows without a value are left out.
   * Without `of`, numbers count as they are and booleans as 1 and 0.
   */
  rowMeans(of?: (value: ScoreValue) => number | undefined): { readonly values: Float64Array; readonly ordinals: Float64Array } {
    const names = [...this.#labels.keys()];
    const kind = this.kind;
    const read = (index: number): number | undefined => {
      const value = this.#values[index] ?? 0;
      if (of === undefined) return kind === 'label' || kind === 'mixed' ? undefined : value;
      return of(kind === 'label' ? (names[value] ?? '') : kind === 'boolean' ? value === 1 : value);
    };
    const values = new Float64Array(this.#length);
    const ordinals = new Float64Array(this.#length);
    let rows = 0;
    for (let from = 0; from < this.#length; ) {
      const ordinal = this.#ordinals[from] ?? 0;
      let sum = 0;
      let count = 0;
      let to = from;
      for (; to < this.#length && this.#ordinals[to] === ordinal; to++) {
        const value = read(to);
        if (value === undefined) continue;
        sum += value;
        count++;
      }
      if (count > 0) {
        values[rows] = sum / count;
        ordinals[rows++] = ordinal;
      }
      from = to;
    }
    return { values: values.subarray(0, rows), ordinals: ordinals.subarray(0, rows) };
  }

  #encode(value: ScoreValue): number {
    if (typeof value === 'number') {
      this.#numbers++;
      return value;
    }
    if (typeof value === 'boolean') {
      this.#booleans++;
      return value ? 1 : 0;
    }
    const known = this.#labels.get(value) ?? this.#labels.size;
    this.#labels.set(value, known);
    return known;
  }

  #push(ordinal: number, value: number): void {
    if (this.#length === this.#values.length) {
      this.#values = grown(this.#values);
      this.#ordinals = grown(this.#ordinals);
    }
    this.#values[this.#length] = value;
    this.#ordinals[this.#length++] = ordinal;
  }

  #count(code: string): void {
    this.reasons[code] = (this.reasons[code] ?? 0) + 1;
  }
}

function grown(array: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
