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
/** After these a limit is only come nearer to: with each further cut the pace goes below it, by so many times the share that was refused. */
const CUTS_TO_LIMIT = 2;
const BELOW = 3;
const MOST_BELOW = 0.15;
const SLOWEST_PER_MS = 1 / 60_000;
/** Credit is a sum of fractions. */
const ROUNDING = 1e-6;

export interface PaceCut {
  /** At which calls were accepted. */
  readonly perMs: number;
  /** Of the calls of that time. */
  readonly refusedShare?: number;
  /** Below which it makes no sense to go. */
  readonly slowest?: number;
}

/** So many calls in so much time, evenly. Unlimited until it is cut for the first time. */
export class Pace {
  readonly probing = new Probing({ first: 0.03, most: 0.25, success: 6 });
  #perMs = Number.POSITIVE_INFINITY;
  /** That of before the steps up that no refusal has answered. */
  #before = Number.POSITIVE_INFINITY;
  /** Since it was last raised. */
  #cuts = 0;
  #credit = 1;
  #at = 0;
  #changedAt = Number.NEGATIVE_INFINITY;
  #settledAt = Number.NEGATIVE_INFINITY;

  get limited(): boolean {
    return this.#perMs < Number.POSITIVE_INFINITY;
  }

  /** Calls a millisecond. */
  get perMs(): number {
    return this.#perMs;
  }

  get perMinute(): number {
    return this.#perMs * 60_000;
  }

  /** Calls sent before are answered for another pace. */
  get changedAt(): number {
    return this.#changedAt;
  }

  /** Since when calls have gone at this pace. */
  get settledAt(): number {
    return this.#settledAt;
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
    this.#cuts = 0;
    this.#perMs *= 1 + this.probing.step(now, STEP_MS);
    this.#changedAt = now;
    this.#settledAt = now;
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

  cut({ perMs, refusedShare = 0, slowest = 0 }: PaceCut, now: number): void {
    this.#earn(now);
    // What was saved up (a full bucket) is accepted above the limit for a while: only many steps up say that there is more.
    const most = this.probing.succeeded ? Math.sqrt(this.#before * this.#perMs) : this.#before;
    const below = this.#cuts++ < CUTS_TO_LIMIT ? perMs : perMs * (1 - Math.min(MOST_BELOW, BELOW * refusedShare));
    this.#perMs = Math.max(Math.min(below, most, this.#perMs), Math.min(Math.max(SLOWEST_PER_MS, slowest), this.#perMs));
    this.#before = Number.POSITIVE_INFINITY;
    // Whatever is saved up at the provider is used up: a moment for it to be there again.
    this.#credit = Math.min(this.#credit, 1) - this.#perMs * RECOVERY_MS;
    this.#changedAt = now;
    this.#settledAt = now + RECOVERY_MS;
    this.probing.failed(now, Math.min(LONGEST_BETWEEN_MS, CALLS_BETWEEN_PROBES / this.#perMs));
  }

  /** Goes back to a pace from which it was cut for nothing. */
  restore(perMs: number, now: number): void {
    this.#earn(now);
    this.#perMs = perMs;
    this.#before = Number.POSITIVE_INFINITY;
    this.#changedAt = now;
    this.#settledAt = now;
    this.probing.begin(now);
  }

  /** Takes steps up back, if there were any. @returns whether it did */
  stepBack(now: number): boolean {
    if (this.#before === Number.POSITIVE_INFINITY) return false;
    this.cut({ perMs: this.#before }, now);
    return true;
  }

  #earn(now: number): void {
    if (this.limited) this.#credit = Math.min(MUCH_CREDIT + this.#perMs * LATE_MS, this.#credit + (now - this.#at) * this.#perMs);
    this.#at = now;
  }
}
