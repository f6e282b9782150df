export interface ProbingSteps {
  readonly first: number;
  readonly most: number;
  /** So many steps without a refusal say that there is more indeed, and not only something that was saved up. */
  readonly success: number;
}

const EVERY_MS = { first: 2_000, longest: 10_000 };

/**
 * When to try more, and how much: a little at first, twice as much each time that it goes well, and the more rarely the more often it
 * does not.
 */
export class Probing {
  readonly #steps: ProbingSteps;
  #step: number;
  /** Steps since the last refusal. */
  #taken = 0;
  #everyMs: number = EVERY_MS.first;
  #next = Number.NEGATIVE_INFINITY;

  constructor(steps: ProbingSteps) {
    this.#steps = steps;
    this.#step = steps.first;
  }

  due(now: number): boolean {
    return now >= this.#next;
  }

  get succeeded(): boolean {
    return this.#taken >= this.#steps.success;
  }

  /** @returns how much more to try, for `ms` at least */
  step(now: number, ms: number): number {
    const step = this.#step;
    this.#step = Math.min(this.#steps.most, step * 2);
    this.#taken++;
    this.#next = now + ms;
    return step;
  }

  /** @param leastMs until the next step, however well they went before */
  failed(now: number, leastMs = 0): void {
    this.#everyMs = this.succeeded ? EVERY_MS.first : Math.min(EVERY_MS.longest, this.#everyMs * 1.5);
    this.#step = this.#steps.first;
    this.#taken = 0;
    this.#next = now + Math.max(this.#everyMs, leastMs);
  }

  /** As if nothing had failed. */
  begin(now: number): void {
    this.#everyMs = EVERY_MS.first;
    this.#step = this.#steps.first;
    this.#taken = 0;
    this.#next = now;
  }

  rest(until: number): void {
    this.#next = Math.max(this.#next, until);
  }
}
