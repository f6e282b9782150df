import { checkInteger } from './check-argument.ts';
import { STREAM, words } from './philox.ts';

/**
 * Row numbers drawn with replacement for one bootstrap replicate: draw j is ⌊word_j·n/2³²⌋ of stream 1.
 *
 * @param n rows, from 1 to 2³²
 * @param count draws; n when not given
 * @throws StatsError `not-integer`, `out-of-range`
 */
export function bootstrapIndices(seed: number, replicate: number, n: number, count = n): Uint32Array {
  checkInteger(n, 'n', 1, 2 ** 32);
  return words(seed, STREAM.bootstrap, replicate, count).map((word) => pick(word, n));
}

/**
 * +1 or −1 for each of n units, for one replicate of a sign-flip test: unit j is negated when bit j mod 32 of word
 * ⌊j/32⌋ of stream 3 is set.
 *
 * @throws StatsError `not-integer`, `out-of-range`
 */
export function signFlips(seed: number, replicate: number, n: number): Int8Array {
  checkInteger(n, 'n', 0, 2 ** 32);
  const bits = words(seed, STREAM.signFlips, replicate, Math.ceil(n / 32));
  return new Int8Array(n).map((_, j) => (((bits[Math.floor(j / 32)] ?? 0) >>> (j % 32)) & 1 ? -1 : 1));
}

/**
 * Row numbers of the first group of a random split of n rows, in the order drawn: a partial Fisher–Yates shuffle with
 * the words of stream 4.
 *
 * @param m size of the first group, at most n
 * @throws StatsError `not-integer`, `out-of-range`
 */
export function permutationFirstGroup(seed: number, replicate: number, n: number, m: number): Uint32Array {
  checkInteger(n, 'n', 0, 2 ** 32 - 4);
  checkInteger(m, 'm', 0, n);
  return drawWithoutReplacement(words(seed, STREAM.permutations, replicate, m), n);
}

/**
 * A random subsample of the rows 0 … n − 1, sorted ascending: a partial Fisher–Yates shuffle with the words of stream
 * 0, replicate 0. The same arguments give the same rows everywhere. Memory grows with m, not with n.
 *
 * @param n rows there are
 * @param m rows wanted; all rows are returned when m ≥ n
 * @param seed integer in [0, 2⁵³)
 * @throws StatsError `not-integer`, `out-of-range`
 * @example
 * sampleIndices(1_000_000, 3, 42); // three row numbers, ascending
 */
export function sampleIndices(n: number, m: number, seed: number): Uint32Array {
  checkInteger(n, 'n', 0, 2 ** 32 - 4);
  checkInteger(m, 'm', 0, Number.MAX_SAFE_INTEGER);
  const source = words(seed, STREAM.rowSubsample, 0, m < n ? m : 0); // checks the seed in any case
  if (m >= n) return new Uint32Array(n).map((_, i) => i);
  return drawWithoutReplacement(source, n).sort();
}

/** Fisher–Yates on 0 … n − 1, one swap for each word; only positions that were swapped away are remembered. */
function drawWithoutReplacement(source: Uint32Array, n: number): Uint32Array {
  const moved = new Map<number, number>();
  return source.map((word, i) => {
    const other = i + pick(word, n - i);
    const drawn = moved.get(other) ?? other;
    moved.set(other, moved.get(i) ?? i);
    moved.delete(i);
    return drawn;
  });
}

/** An index in [0, n). One word an index and no rejection, so the address of every draw is known beforehand. */
function pick(word: number, n: number): number {
  return Math.floor((word * n) / 2 ** 32);
}
