import type { LimitChange } from '../../contracts/index.ts';
import { AcceptedWith } from './accepted-with.ts';
import { Pace } from './pace.ts';
import { Probing } from './probing.ts';
import { SentCalls } from './sent-calls.ts';
import { UsualRefusals } from './usual-refusals.ts';

/** A call that was let through. */
export interface LearningCall {
  readonly at: number;
  /** Calls in flight when it was sent, itself included. */
  readonly inFlight: number;
  /** Whether it was the pace that held up calls then. */
  readonly paced: boolean;
  /** Calls a millisecond, then; infinite when it was not limited. */
  readonly pace: number;
}

/** Calls in flight to begin with; every answer makes room for one more, until the first refusal. */
const FIRST_CEILING = 16;
/** The shortest time for which a higher ceiling is tried. */
const ROUND_MS = 250;
/** Refusals without a pause of so many milliseconds between them are one episode. */
const EPISODE_MS = 1_000;
/** When as many cuts of the ceiling in one episode have not helped, something else is limited. */
const CUTS_IN_VAIN = 4;
/**
 * A call was refused with as many in flight as were ever accepted, if it was with this share of them: what is in flight here and what
 * the server works on differ by what is on its way. Where the pace holds calls up, their number varies by itself.
 */
const AS_MANY = { ceiling: 0.9, pace: 0.96 };
/** Fewer calls say nothing of a rate, unless they are all that there were for a long time. */
const FEW = 8;
const SHORTEST_MEASURE_MS = 200;
const LONGEST_MEASURE_MS = 5_000;
/** How long growth rests when the provider is in trouble of its own. */
const TROUBLE_MS = 5_000;
const PAUSE_MS = { first: 100, longest: 10_000 };
/** After so many pauses without an answer the limit is one of a longer time. */
const PAUSES_IN_VAIN = 4;
const MINUTE_MS = 60_000;

/**
 * Limits that nobody has told of, learned from refusals (429): calls in flight, and calls a second.
 *
 * A call that was refused with as many in flight as were ever accepted says that the number in flight is limited: one less is the
 * ceiling. Where that does not help, or a call was refused with fewer, calls are limited in time, and the rate at which they were
 * accepted becomes the pace. Only the one of the two that holds calls up is ever raised (see {@link Probing}). Where nothing is
 * accepted any more, everything pauses.
 */
export class LearnedLimits {
  readonly #onChange: (change: Omit<LimitChange, 'at' | 'scope'>) => void;
  readonly #sent = new SentCalls();
  readonly #accepted = new AcceptedWith();
  readonly #usual = new UsualRefusals(this.#sent);
  readonly #pace = new Pace();
  #inFlight = 0;
  /** Until the first refusal. */
  #starting = true;
  #ceiling = FIRST_CEILING;
  readonly #probing = new Probing({ first: 1, most: 64, success: 3 });
  /** Calls that were sent before are answered for another ceiling. */
  #ceilingCutAt = Number.NEGATIVE_INFINITY;
  #episode: Episode = { from: Number.NEGATIVE_INFINITY, until: Number.NEGATIVE_INFINITY, cuts: 0, ceiling: FIRST_CEILING };
  #pauses = 0;
  /** How long a call takes, on average. */
  #roundMs = 1_000;

  constructor(onChange: (change: Omit<LimitChange, 'at' | 'scope'>) => void) {
    this.#onChange = onChange;
  }

  /**
   * Milliseconds until a call may go; infinite while only the end of another call can make room. Being asked is a wish for more: it
   * is asked when a call waits that nothing else holds up.
   */
  waitMs(now: number): number {
    if (this.#inFlight >= this.#ceiling) {
      if (this.#starting || !this.#probing.due(now)) return Number.POSITIVE_INFINITY;
      this.#ceiling += this.#probing.step(now, Math.max(ROUND_MS, this.#roundMs));
      this.#onChange({ what: 'concurrency', value: this.#ceiling, why: 'probe' });
    }
    const wait = this.#pace.waitMs(now);
    if (wait > 0 && this.#pace.tryFaster(now)) this.#saysPace('probe');
    return wait;
  }

  sent(now: number): LearningCall {
    this.#inFlight++;
    this.#sent.sent(now);
    return { at: now, inFlight: this.#inFlight, paced: this.#pace.spend(now), pace: this.#pace.perMs };
  }

  accepted(call: LearningCall, now: number): void {
    this.#inFlight--;
    this.#pauses = 0;
    this.#roundMs += (now - call.at - this.#roundMs) / 16;
    this.#accepted.accepted(call, now);
    this.#usual.accepted(call.pace);
    if (this.#starting) this.#ceiling++;
  }

  /** 5xx and the like: the provider's trouble says nothing of our limits, but is no time to ask for more. */
  troubled(now: number): void {
    this.#inFlight--;
    this.#probing.rest(now + TROUBLE_MS);
    this.#pace.probing.rest(now + TROUBLE_MS);
  }

  /** A call has ended in a way that says nothing of limits. */
  ended(): void {
    this.#inFlight--;
  }

  /**
   * @param waitMs how long the provider asks to wait
   * @returns milliseconds in which nothing should be sent
   */
  refused(call: LearningCall, now: number, waitMs = 0): number {
    this.#inFlight--;
    this.#starting = false;
    this.#sent.refused(call.at);
    this.#accepted.refused(call, now);
    this.#usual.refused(call.pace);
    if (this.#usual.explain(Math.max(this.#pace.changedAt, now - LONGEST_MEASURE_MS), now)) return 0;
    if (now > this.#episode.until) this.#episode = { from: call.at, until: now, cuts: 0, ceiling: this.#ceiling };
    this.#episode.until = now + waitMs + EPISODE_MS;
    const asMany = (call.paced ? AS_MANY.pace : AS_MANY.ceiling) * this.#accepted.most(now);
    if (call.inFlight < asMany || this.#episode.cuts >= CUTS_IN_VAIN) return this.#cutPace(call, now);
    if (call.at >= this.#ceilingCutAt) this.#cutCeiling(call, now);
    return 0;
  }

  #cutCeiling(call: LearningCall, now: number): void {
    // By one more each time: what is on its way makes the server's number vary, and cuts that are too small would count as in vain.
    this.#ceiling = Math.max(1, Math.min(this.#ceiling, call.inFlight - 1 - this.#episode.cuts));
    this.#ceilingCutAt = now;
    this.#probing.failed(now);
    this.#episode.cuts++;
    this.#onChange({ what: 'concurrency', value: this.#ceiling, why: '429' });
  }

  #cutPace(call: LearningCall, now: number): number {
    const pace = this.#pace;
    if (call.at < pace.changedAt) return 0;
    const since = Math.max(pace.settledAt, pace.limited ? 0 : this.#episode.from, now - LONGEST_MEASURE_MS);
    const { accepted, refused } = this.#sent.between(since, now);
    if (refused >= 3 && accepted <= refused / 4) return this.#pause(now);
    const tooShort = accepted + refused < FEW || now - since < SHORTEST_MEASURE_MS;
    if (tooShort && now - since < LONGEST_MEASURE_MS) {
      if (pace.stepBack(now)) this.#saysPace('429');
      return 0;
    }
    // It was not the number in flight, which was cut in vain.
    if (!pace.limited) this.#ceiling = Math.max(this.#ceiling, this.#episode.ceiling);
    const sent = { calls: accepted + refused, refused };
    const inVain = this.#usual.cut(Math.min(pace.perMs, sent.calls / (now - since)), sent);
    if (inVain === undefined) {
      pace.cut(
        {
          perMs: accepted / (1 - this.#usual.share) / (now - since),
          refusedShare: refused / sent.calls,
          slowest: this.#usual.slowest,
        },
        now,
      );
    } else pace.restore(inVain, now);
    this.#saysPace(inVain === undefined ? '429' : 'usual refusals');
    return 0;
  }

  /** Next to nothing is accepted. With how many in flight calls were accepted once is of the past. */
  #pause(now: number): number {
    const pause = Math.min(PAUSE_MS.longest, PAUSE_MS.first * 2 ** this.#pauses++);
    this.#accepted.forget(now);
    this.#episode = { from: now, until: now, cuts: 0, ceiling: this.#ceiling };
    this.#onChange({ what: 'pause', value: pause, why: '429' });
    if (this.#pauses > PAUSES_IN_VAIN) {
      this.#pace.cut({ perMs: this.#sent.between(now - MINUTE_MS, now).accepted / MINUTE_MS }, now);
      this.#saysPace('429');
    }
    return pause;
  }

  #saysPace(why: string): void {
    this.#onChange({ what: 'requests-per-minute', value: this.#pace.perMinute, why });
  }
}

interface Episode {
  readonly from: number;
  until: number;
  cuts: number;
  /** That of its beginning. */
  readonly ceiling: number;
}
