/**
 * Numbers for pairs of whole numbers ≥ 0, given in the order of their first appearance: a hash table with open addressing.
 * It is made for many uses one after the other, because at the length of most texts a new typed array takes longer to create than to use.
 */
export class PairNumbers {
  /** How many different pairs were added since `clear`. */
  size = 0;
  /** Three words a slot: the number plus one (0 in a free slot), the first of the pair, the second. */
  #words = new Int32Array(SLOT_WORDS * 2 ** 10);
  #slots = 2 ** 10;

  /** Forgets all pairs. @param expected how many different ones are likely */
  clear(expected: number): void {
    this.size = 0;
    const slots = 2 ** Math.ceil(Math.log2(2 * Math.min(expected, MOST_EXPECTED) + 32));
    if (SLOT_WORDS * slots > this.#words.length || this.#words.length > SLOT_WORDS * MOST_KEPT_SLOTS) {
      this.#words = new Int32Array(SLOT_WORDS * slots);
    } else this.#words.fill(0, 0, SLOT_WORDS * slots);
    this.#slots = slots;
  }

  /** The number of the pair, a new one if it was not added before. */
  add(first: number, second: number): number {
    const slot = this.#slotOf(first, second);
    const known = this.#words[slot] ?? 0;
    if (known !== 0) return known - 1;
    this.#words[slot] = ++this.size;
    this.#words[slot + 1] = first;
    this.#words[slot + 2] = second;
    if (2 * this.size > this.#slots) this.#grow();
    return this.size - 1;
  }

  /** The number of the pair, −1 if it was never added. */
  find(first: number, second: number): number {
    return (this.#words[this.#slotOf(first, second)] ?? 0) - 1;
  }

  /** Where the pair is, or where it belongs. */
  #slotOf(first: number, second: number): number {
    const words = this.#words;
    const mask = this.#slots - 1;
    let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let at = SLOT_WORDS * ((hash ^ (hash >>> 13)) & mask);
    while (words[at] !== 0 && (words[at + 1] !== first || words[at + 2] !== second)) {
      at += SLOT_WORDS;
      if (at > SLOT_WORDS * mask) at = 0;
    }
    return at;
  }

  #grow(): void {
    const [old, end] = [this.#words, SLOT_WORDS * this.#slots];
    this.#slots *= 2;
    this.#words = new Int32Array(SLOT_WORDS * this.#slots);
    for (let from = 0; from < end; from += SLOT_WORDS) {
      if (old[from] === 0) continue;
      this.#words.set(old.subarray(from, from + SLOT_WORDS), this.#slotOf(old[from + 1] ?? 0, old[from + 2] ?? 0));
    }
  }
}

const SLOT_WORDS = 3;
/** Of long texts many n-grams repeat, so a table for all of them at once would be too large. */
const MOST_EXPECTED = 2 ** 16;
/** What a very long text needed is not kept. */
const MOST_KEPT_SLOTS = 2 ** 18;
