import type { SentCalls } from './sent-calls.ts';

/** A limit accepts all calls of a pace that is slower by the share it has refused. So much slower still, to be sure. */
const BELOW_LIMIT = 0.9;
/** With so many refusals, expected or seen, a share can be told from another. */
const TELLING = 8;
/** Of what was expected. */
const AS_LARGE = { least: 0.4, most: 1.8 };
/** While it is not known whether going slower helps, there is no sense in going slower still. */
const SLOWEST = 0.6;
/** With more of them, what is refused says how many calls there may be, whatever the reason. */
const MOST_USUAL = 0.35;
/** When so many should have been refused, the usual share is looked at again. */
const REVIEWED = 20;
/** So few of them, or so many, are not chance. */
const FEW_OF_REVIEWED = 10;
const MANY_OF_REVIEWED = 32;
/** A share that so many refusals have shown is known well enough: more of them could be those of a limit. */
const WELL_KNOWN = 100;

interface Counts {
  calls: number;
  refused: number;
}

/** A pace that was cut, and what has happened since. */
interface Descent {
  /** Calls a millisecond, before the first cut. */
  readonly from: number;
  /** At that pace. */
  readonly fast: Counts;
  /** At paces that would be below a limit. */
  readonly slow: Counts;
  /** The pace from which going slower has not helped once. */
  readonly shownFrom?: number;
}

/**
 * Refusals that going slower does not help against: a provider short of capacity refuses a share of all calls, whoever sends how many.
 * It shows, twice, when as large a share is refused at a pace that would be below a limit. From then on that share is what is usual
 * there, and only more of them say something of a limit.
 */
export class UsualRefusals {
  readonly #sent: SentCalls;
  /** What the usual share is known by. */
  #known: Counts = { calls: 0, refused: 0 };
  readonly #sinceReview: Counts = { calls: 0, refused: 0 };
  #descent: Descent | undefined;

  constructor(sent: SentCalls) {
    this.#sent = sent;
  }

  /** 0 to 1, of all calls. */
  get share(): number {
    return shareOf(this.#known);
  }

  /** The slowest pace that makes sense for now, calls a millisecond. */
  get slowest(): number {
    return this.#descent === undefined ? 0 : SLOWEST * belowLimit(this.#descent);
  }

  /** @param pace calls a millisecond, when it was sent */
  accepted(pace: number): void {
    this.#count(pace, 0);
  }

  /** @param pace calls a millisecond, when it was sent */
  refused(pace: number): void {
    this.#count(pace, 1);
  }

  /** Whether so many refusals of calls sent since then are nothing but usual. */
  explain(since: number, now: number): boolean {
    if (this.share === 0) return false;
    const { accepted, refused } = this.#sent.between(since, now);
    const expected = this.share * (accepted + refused);
    // Both vary by chance: how many are refused, and how many were when the share was measured.
    const variance = expected + expected ** 2 / this.#known.refused;
    return refused <= expected + 3 + 4 * Math.sqrt(variance);
  }

  /**
   * The pace is about to be cut.
   * @param before at which calls went, calls a millisecond
   * @param sent at that pace
   * @returns the pace to go back to instead, when cutting it has turned out not to help
   */
  cut(before: number, sent: Counts): number | undefined {
    const descent = this.#descent;
    if (descent === undefined || before > descent.from) {
      this.#descent = { from: before, fast: { ...sent }, slow: { calls: 0, refused: 0 } };
      return undefined;
    }
    const { from, fast, slow, shownFrom } = descent;
    const expected = shareOf(fast) * slow.calls;
    if (Math.max(expected, slow.refused) < TELLING) return undefined;
    const next = { from: before, fast: slow, slow: { calls: 0, refused: 0 } };
    if (slow.refused < AS_LARGE.least * expected) {
      this.#descent = slow.refused === 0 ? undefined : next;
      return undefined;
    }
    if (shownFrom === undefined || slow.refused > AS_LARGE.most * expected || shareOf(slow) > MOST_USUAL) {
      // The share is known better now, and with it what would be below a limit: once more.
      this.#descent = { ...next, shownFrom: shownFrom ?? from };
      return undefined;
    }
    this.#known = { ...slow };
    this.#startReview();
    this.#descent = undefined;
    return shownFrom;
  }

  #count(pace: number, refused: 0 | 1): void {
    const descent = this.#descent;
    if (descent !== undefined && pace <= belowLimit(descent)) add(descent.slow, { calls: 1, refused });
    if (this.share === 0) return;
    add(this.#sinceReview, { calls: 1, refused });
    if (this.share * this.#sinceReview.calls >= REVIEWED) this.#review();
  }

  /** The share gets to be known better, and where it has become smaller it is measured anew. */
  #review(): void {
    const lately = { ...this.#sinceReview };
    this.#startReview();
    if (lately.refused <= FEW_OF_REVIEWED) this.#known = lately;
    else if (this.#known.refused < WELL_KNOWN && lately.refused < MANY_OF_REVIEWED) add(this.#known, lately);
  }

  #startReview(): void {
    Object.assign(this.#sinceReview, { calls: 0, refused: 0 });
  }
}

function belowLimit({ from, fast }: Descent): number {
  return from * (1 - shareOf(fast)) * BELOW_LIMIT;
}

function shareOf({ calls, refused }: Counts): number {
  return calls === 0 ? 0 : refused / calls;
}

function add(to: Counts, { calls, refused }: Counts): void {
  to.calls += calls;
  to.refused += refused;
}
