/** For so long what was accepted counts, or a little longer. */
const LATELY_MS = 15_000;
/** Refusals that are kept, at most. */
const MOST_REFUSALS = 256;

interface SentCall {
  /** When it was sent. */
  readonly at: number;
  /** Calls in flight then, itself included. */
  readonly inFlight: number;
}

/** The most calls in flight with which one was accepted lately. */
export class AcceptedWith {
  /** Of the time since `#from`, and of as long before. */
  #most = 0;
  #mostBefore = 0;
  #from = 0;
  #forgottenAt = Number.NEGATIVE_INFINITY;
  readonly #refusals: { readonly sentAt: number; readonly at: number }[] = [];

  accepted(call: SentCall, now: number): void {
    if (call.at < this.#forgottenAt) return;
    // Those that were on their way to be refused were no burden to the server.
    const refused = this.#refusals.filter(({ sentAt, at }) => sentAt < call.at && at > call.at).length;
    this.#turn(now);
    this.#most = Math.max(this.#most, call.inFlight - refused);
  }

  refused(call: SentCall, now: number): void {
    while (this.#refusals.length >= MOST_REFUSALS || (this.#refusals[0]?.at ?? now) < now - LATELY_MS) this.#refusals.shift();
    this.#refusals.push({ sentAt: call.at, at: now });
  }

  most(now: number): number {
    this.#turn(now);
    return Math.max(this.#most, this.#mostBefore);
  }

  /** What was sent before says nothing any more. */
  forget(now: number): void {
    this.#forgottenAt = now;
    this.#most = 0;
    this.#mostBefore = 0;
  }

  #turn(now: number): void {
    if (now - this.#from < LATELY_MS) return;
    this.#mostBefore = now - this.#from < 2 * LATELY_MS ? this.#most : 0;
    this.#most = 0;
    this.#from = now;
  }
}
