/** Numbers, of which the smallest comes out first. */
export class MinHeap {
  #numbers = new Float64Array(256);
  #size = 0;

  push(number: number): void {
    if (this.#size === this.#numbers.length) {
      const larger = new Float64Array(this.#size * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    const numbers = this.#numbers;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = numbers[parent] ?? 0;
      if (above <= number) break;
      numbers[at] = above;
      at = parent;
    }
    numbers[at] = number;
  }

  /** `undefined` when it is empty. */
  pop(): number | undefined {
    if (this.#size === 0) return undefined;
    const numbers = this.#numbers;
    const smallest = numbers[0];
    const size = --this.#size;
    const last = numbers[size] ?? 0;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      let below = numbers[child] ?? 0;
      const other = numbers[child + 1] ?? 0;
      if (child + 1 < size && other < below) {
        below = other;
        child++;
      }
      if (last <= below) break;
      numbers[at] = below;
      at = child;
    }
    numbers[at] = last;
    return smallest;
  }
}
