import type { ScratchMemory } from './scratch-memory.ts';

/** Pairs of 32-bit integers, numbered from 0 in the order of their first appearance: a hash table with open addressing. */
export interface PairNumbers {
  /** How many different pairs there were so far. */
  size: number;
  /** A power of two, at least twice the size. */
  slots: number;
  /** Three words a slot: the number plus one (0 in a free slot), the first integer, the second. */
  words: Int32Array;
  readonly memory: ScratchMemory;
}

/**
 * @param expected how many different pairs are likely
 * @param memory what the table holds for as long as it is in use
 */
export function createPairNumbers(expected: number, memory: ScratchMemory): PairNumbers {
  const slots = 2 ** Math.ceil(Math.log2(2 * expected + 32));
  return { size: 0, slots, words: memory(slots * slotWords), memory };
}

const slotWords = 3;

/** The number of the pair, a new one if it was not seen before. */
export function numberOfPair(pairs: PairNumbers, first: number, second: number): number {
  const { words, slots } = pairs;
  let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  let slot = (hash ^ (hash >>> 13)) & (slots - 1);
  for (;;) {
    const at = slot * slotWords;
    const known = words[at] ?? 0;
    if (known === 0) break;
    if (words[at + 1] === first && words[at + 2] === second) return known - 1;
    slot = (slot + 1) & (slots - 1);
  }
  const at = slot * slotWords;
  words[at] = ++pairs.size;
  words[at + 1] = first;
  words[at + 2] = second;
  const number = pairs.size - 1;
  if (2 * pairs.size > slots) grow(pairs);
  return number;
}

/** A table of twice the slots with the same numbers, which are given again in their order. */
function grow(pairs: PairNumbers): void {
  const { words: old, slots, size, memory } = pairs;
  const inOrder = new Int32Array(2 * size);
  for (let from = 0; from < slots * slotWords; from += slotWords) {
    const known = old[from] ?? 0;
    if (known === 0) continue;
    inOrder[2 * (known - 1)] = old[from + 1] ?? 0;
    inOrder[2 * (known - 1) + 1] = old[from + 2] ?? 0;
  }
  pairs.slots = 2 * slots;
  pairs.words = memory(pairs.slots * slotWords);
  pairs.size = 0;
  for (let number = 0; number < size; number++) {
    numberOfPair(pairs, inOrder[2 * number] ?? 0, inOrder[2 * number + 1] ?? 0);
  }
}
