/** A counting semaphore for the rows in flight. Taking is synchronous while there is room, so fast rows never wait for a promise. */
export class Slots {
  readonly #size: number;
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#size = size;
    this.#free = size;
  }

  /** Takes what is asked for if that much is free, or everything: a batch larger than all slots could never start otherwise. */
  tryTake(count: number): boolean {
    if (this.#free < count && this.#free < this.#size) return false;
    this.#free -= count;
    return true;
  }

  give(count: number): void {
    this.#free += count;
    if (this.#free > 0) this.wake();
  }

  /** Resolves when something was given back, or on `wake`. */
  freed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Lets all waiters look again, e.g. because the run is stopping. */
  wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
