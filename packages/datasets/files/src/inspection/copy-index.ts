import { DigestTable, TextDigest, TouchstoneError } from '@touchstone/core';
import { triplesOf, wordsOf } from './words.ts';

/** What a text is a copy of. */
export interface Copy {
  /** The number that the original was added under. */
  readonly of: number;
  /** `same words`: equal but for case, punctuation and blanks. `near`: at least 80 % of the word triples are shared. */
  readonly kind: 'same words' | 'near';
  /** Shared triples as a part of those of the shorter text; 1 for the same words. */
  readonly overlap: number;
}

/** The least overlap of near copies. */
const NEAR = 0.8;
/** Texts with fewer triples (five words have three) are compared as a whole only: too little of them would be a coincidence. */
const FEWEST_TRIPLES = 4;
/**
 * A triple that more originals share, or more than half of them, is part of a template or a phrase, and says nothing. This also
 * bounds the work for a text.
 */
const MOST_SHARING = 100;
/** Most triples held: 64 MB. Of more, every second one is looked at, then every fourth, … */
const MOST_TRIPLES = 2 ** 23;
/** A triple and the text it stands in are one number below 2⁵³: 30 bits of hash, 23 of the text's position. */
const POSITIONS = 2 ** 23;
/** Beginnings of the sorted triples by their first 16 bits. */
const SECTIONS = 2 ** 16;
const SECTION_SHIFT = 14;

/**
 * Finds texts that were copied from others: the originals are added first, then any text can be looked up.
 *
 * Two texts are near when 80 % of the different word triples of the shorter one stand in the other, of those that count: triples
 * that more than half of the originals share, or more than 100 of them, do not. What is found is exact as long as the originals
 * have at most 8,388,608 triples (about 500,000 questions of 15 words). Of more a sample is looked at, chosen by hash and the same
 * one on both sides, so that overlaps become estimates and short texts may be missed; `sampled` says so.
 *
 * Memory: 42 bytes an original for the same words, and at most 128 MB while triples are gathered.
 */
export class CopyIndex {
  readonly #same = new DigestTable();
  readonly #digest = new TextDigest();
  /** By position of the original: its number. */
  #numbers = new Float64Array(1024);
  /** By position: how many of its triples count. */
  #sizes = new Uint32Array(0);
  #originals = 0;
  #triples = new Float64Array(4096);
  #held = 0;
  /** Only triples whose hash has zeros there are looked at. */
  #mask = 0;
  #sections: Uint32Array | undefined;
  /** A triple counts when at most so many originals have it. */
  #mostSharing = 0;
  readonly #mostTriples: number;

  /** @param options.mostTriples how many triples are held, 8 bytes each; twice as much while they are gathered */
  constructor({ mostTriples = MOST_TRIPLES }: { readonly mostTriples?: number } = {}) {
    this.#mostTriples = mostTriples;
  }

  /** Of how many triples one is looked at; 1 = all of them. */
  get sampled(): number {
    return this.#mask + 1;
  }

  /**
   * @param number what `Copy.of` will say, such as the line of the text
   * @throws TouchstoneError `too-many-rows` for more than 8,388,608 originals
   */
  add(text: string, number: number): void {
    const words = wordsOf(text);
    if (words.length === 0) return;
    const position = this.#originals++;
    if (position >= POSITIONS)
      throw new TouchstoneError('too-many-rows', `Rows can be compared with at most ${POSITIONS} others, and these are more.`);
    if (position >= this.#numbers.length) this.#numbers = grown(this.#numbers);
    this.#numbers[position] = number;
    this.#digest.take(words.join(' '));
    this.#same.first(this.#digest.words, position + 1);
    for (const triple of triplesOf(words)) this.#hold(triple, position);
    this.#sections = undefined;
  }

  /** The closest original: the first one with the same words, else the one with the largest overlap. */
  find(text: string): Copy | undefined {
    const words = wordsOf(text);
    if (words.length === 0) return undefined;
    this.#digest.take(words.join(' '));
    const same = this.#same.get(this.#digest.words);
    if (same !== undefined) return { of: this.#numbers[same - 1] ?? 0, kind: 'same words', overlap: 1 };
    return this.#nearest(triplesOf(words));
  }

  #hold(triple: number, position: number): void {
    while (this.#held >= this.#mostTriples) {
      this.#mask = this.#mask * 2 + 1;
      this.#keepSample();
    }
    if ((triple & this.#mask) !== 0) return;
    if (this.#held === this.#triples.length) this.#triples = grown(this.#triples);
    this.#triples[this.#held++] = triple * POSITIONS + position;
  }

  #keepSample(): void {
    let kept = 0;
    for (let at = 0; at < this.#held; at++) {
      const held = this.#triples[at] ?? 0;
      if ((Math.floor(held / POSITIONS) & this.#mask) === 0) this.#triples[kept++] = held;
    }
    this.#held = kept;
  }

  #nearest(triples: ReadonlySet<number>): Copy | undefined {
    this.#sections ??= this.#sort();
    const sections = this.#sections;
    const shared = new Map<number, number>();
    let size = 0;
    for (const triple of triples) {
      if ((triple & this.#mask) !== 0) continue;
      const [start, end] = this.#rangeOf(triple, sections);
      if (end - start > this.#mostSharing) continue;
      size += 1;
      for (let at = start; at < end; at++) {
        const position = (this.#triples[at] ?? 0) % POSITIONS;
        shared.set(position, (shared.get(position) ?? 0) + 1);
      }
    }
    let nearest: Copy | undefined;
    for (const [position, count] of shared) {
      const shorter = Math.min(size, this.#sizes[position] ?? 0);
      const overlap = count / shorter;
      if (shorter < FEWEST_TRIPLES || overlap < NEAR) continue;
      const of = this.#numbers[position] ?? 0;
      if (nearest === undefined || overlap > nearest.overlap || (overlap === nearest.overlap && of < nearest.of))
        nearest = { of, kind: 'near', overlap };
    }
    return nearest;
  }

  /** Sorts the triples, counts those of each original, and notes where each section begins. */
  #sort(): Uint32Array {
    const held = this.#triples.subarray(0, this.#held).sort();
    const sections = new Uint32Array(SECTIONS + 1);
    this.#sizes = new Uint32Array(this.#originals);
    this.#mostSharing = Math.min(MOST_SHARING, Math.max(2, Math.floor(this.#originals / 2)));
    for (let start = 0; start < held.length; ) {
      const triple = Math.floor((held[start] ?? 0) / POSITIONS);
      let end = start + 1;
      while (end < held.length && Math.floor((held[end] ?? 0) / POSITIONS) === triple) end += 1;
      if (end - start <= this.#mostSharing) {
        for (let at = start; at < end; at++) {
          const position = (held[at] ?? 0) % POSITIONS;
          this.#sizes[position] = (this.#sizes[position] ?? 0) + 1;
        }
      }
      const section = triple >>> SECTION_SHIFT;
      sections[section + 1] = end;
      start = end;
    }
    for (let section = 1; section <= SECTIONS; section++) {
      sections[section] = Math.max(sections[section] ?? 0, sections[section - 1] ?? 0);
    }
    return sections;
  }

  /** Where a triple's originals stand in the sorted list. */
  #rangeOf(triple: number, sections: Uint32Array): readonly [start: number, end: number] {
    const section = triple >>> SECTION_SHIFT;
    let low = sections[section] ?? 0;
    const end = sections[section + 1] ?? 0;
    let high = end;
    const first = triple * POSITIONS;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#triples[middle] ?? 0) < first) low = middle + 1;
      else high = middle;
    }
    let last = low;
    // One more than counts is enough to know.
    while (last < end && last - low <= this.#mostSharing && (this.#triples[last] ?? 0) < first + POSITIONS) last += 1;
    return [low, last];
  }
}

function grown(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
