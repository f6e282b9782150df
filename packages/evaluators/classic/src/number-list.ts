/** A list of numbers that grows, 8 bytes each. */
export class NumberList {
  #values = new Float64Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** Zeros up to this length. */
  fill(length: number): void {
    while (this.#length < length) this.push(0);
  }

  /** What is in it now. */
  get values(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}
