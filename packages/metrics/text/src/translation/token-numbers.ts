import type { NumberedTexts } from './ngram-matches.ts';
import type { TextSpans } from './text-spans.ts';

/** The tokens of a prediction and its references as numbers from 0: equal tokens have equal numbers, in whichever text they are. */
export function tokenNumbers(prediction: TextSpans, references: readonly TextSpans[]): NumberedTexts {
  const tokens = references.reduce((sum, { bounds }) => sum + bounds.length / 2, prediction.bounds.length / 2);
  const table = new TokenTable(tokens);
  const first = table.numbersOf(prediction);
  return { prediction: first, references: references.map((one) => table.numbersOf(one)), vocabularySize: table.size };
}

/** Slots of a {@link TokenTable}, used again by the next one: at the length of most texts new memory takes longer to create than to use. */
let keptSlots = new Int32Array(2 ** 10);
const MOST_KEPT_SLOTS = 2 ** 18;

/** A hash table of tokens by their characters, with open addressing. There is one at a time. */
class TokenTable {
  size = 0;
  readonly #mask: number;
  /** The token's number plus one, 0 in a free slot. */
  readonly #slots: Int32Array;
  /** By number: where the token was first seen. */
  readonly #texts: string[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** @param most how many tokens there may be */
  constructor(most: number) {
    const slots = 2 ** Math.ceil(Math.log2(2 * most + 2));
    if (slots > keptSlots.length || keptSlots.length > MOST_KEPT_SLOTS) keptSlots = new Int32Array(slots);
    else keptSlots.fill(0, 0, slots);
    this.#mask = slots - 1;
    this.#slots = keptSlots;
  }

  numbersOf({ text, bounds }: TextSpans): Int32Array {
    const numbers = new Int32Array(bounds.length / 2);
    for (let token = 0; token < numbers.length; token++) {
      const start = bounds[2 * token] ?? 0;
      numbers[token] = this.#numberOf(text, start, bounds[2 * token + 1] ?? start);
    }
    return numbers;
  }

  #numberOf(text: string, start: number, end: number): number {
    let hash = end - start;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 13)) & this.#mask;
    for (;;) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (number < 0) break;
      if (this.#isToken(number, text, start, end)) return number;
      slot = (slot + 1) & this.#mask;
    }
    this.#texts.push(text);
    this.#starts.push(start);
    this.#ends.push(end);
    this.#slots[slot] = ++this.size;
    return this.size - 1;
  }

  #isToken(number: number, text: string, start: number, end: number): boolean {
    const known = this.#texts[number] ?? '';
    const knownStart = this.#starts[number] ?? 0;
    if ((this.#ends[number] ?? 0) - knownStart !== end - start) return false;
    for (let offset = 0; offset < end - start; offset++) {
      if (known.charCodeAt(knownStart + offset) !== text.charCodeAt(start + offset)) return false;
    }
    return true;
  }
}
