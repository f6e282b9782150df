/** How many there are, and the first few of them. */
export interface Listed<T> {
  readonly total: number;
  readonly listed: readonly T[];
}

/** Counts all and holds the first `most`: what makes a report bounded. */
export class FirstOf<T> implements Listed<T> {
  total = 0;
  readonly listed: T[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(item: T): void {
    this.total += 1;
    if (this.listed.length < this.#most) this.listed.push(item);
  }
}
