import { Probing } from './probing.ts';

const STEP_MS = 1_000;
/** Trying more costs a refusal or two: of slow calls these are a large share. */
const CALLS_BETWEEN_PROBES = 250;
const LONGEST_BETWEEN_MS = 30_000;
/** With so much credit it is not the pace that holds calls up. */
const MUCH_CREDIT = 1.5;
/** Timers are late: what is earned within so many milliseconds is not lost. */
const LATE_MS = 20;
const RECOVERY_MS = 200;
const SLOWEST_PER_MS = 1 / 60_000;
/** Credit is a sum of fractions. */
const ROUNDING = 1e-6;

/** So many calls in so much time, evenly. Unlimited until it is cut for the first time. */
export class Pace {
  readonly probing = new Probing({ first: 0.03, most: 0.25, success: 6 });
  #perMs = Number.POSITIVE_INFINITY;
  /** That of before the steps up that no refusal has answered. */
  #before = Number.POSITIVE_INFINITY;
  #credit = 1;
  #at = 0;
  #changedAt = Number.NEGATIVE_INFINITY;

  get limited(): boolean {
    return this.#perMs < Number.POSITIVE_INFINITY;
  }

  get perMinute(): number {
    return this.#perMs * 60_000;
  }

  /** Calls sent before are answered for another pace. */
  get changedAt(): number {
    return this.#changedAt;
  }

  waitMs(now: number): number {
    if (!this.limited) return 0;
    this.#earn(now);
    return this.#credit >= 1 - ROUNDING ? 0 : (1 - this.#credit) / this.#perMs;
  }

  /** Tries a faster one, if it is time to. @returns whether it did */
  tryFaster(now: number): boolean {
    if (!this.probing.due(now)) return false;
    this.#earn(now);
    this.#before = Math.min(this.#before, this.#perMs);
    this.#perMs *= 1 + this.probing.step(now, STEP_MS);
    this.#changedAt = now;
    return true;
  }

  /** A call goes. @returns whether it is the pace that holds up those behind it */
  spend(now: number): boolean {
    if (!this.limited) return false;
    this.#earn(now);
    const held = this.#credit < MUCH_CREDIT;
    this.#credit -= 1;
    return held;
  }

  /** @param perMs at which calls were accepted */
  cut(perMs: number, now: number): void {
    this.#earn(now);
    // What was saved up (a full bucket) is accepted above the limit for a while: only many steps up say that there is more.
    const most = this.probing.succeeded ? Math.sqrt(this.#before * this.#perMs) : this.#before;
    this.#perMs = Math.max(Math.min(perMs, most, this.#perMs), Math.min(SLOWEST_PER_MS, this.#perMs));
    this.#before = Number.POSITIVE_INFINITY;
    // Whatever is saved up at the provider is used up: a moment for it to be there again.
    this.#credit = Math.min(this.#credit, 1) - this.#perMs * RECOVERY_MS;
    this.#changedAt = now;
    this.probing.failed(now, Math.min(LONGEST_BETWEEN_MS, CALLS_BETWEEN_PROBES / this.#perMs));
  }

  /** Takes steps up back, if there were any. @returns whether it did */
  stepBack(now: number): boolean {
    if (this.#before === Number.POSITIVE_INFINITY) return false;
    this.cut(this.#before, now);
    return true;
  }

  #earn(now: number): void {
    if (this.limited) this.#credit = Math.min(MUCH_CREDIT + this.#perMs * LATE_MS, this.#credit + (now - this.#at) * this.#perMs);
    this.#at = now;
  }
}
