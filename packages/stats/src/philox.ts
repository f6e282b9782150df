import { checkInteger } from './check-argument.ts';

/**
 * What the streams of one seed are used for by this package. Streams are independent of each other; for your own
 * random numbers take a number from 16 on.
 */
export const STREAM = {
  rowSubsample: 0,
  bootstrap: 1,
  secondBootstrap: 2,
  signFlips: 3,
  permutations: 4,
  simulation: 5,
} as const;

/**
 * Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011): four random 32-bit words of a counter and a key. Counter-based: any
 * word can be computed alone, so the order of computing, on whatever worker, never changes a result.
 *
 * @param counter four integers in [0, 2³²)
 * @param key two integers in [0, 2³²)
 */
export function philox(counter: readonly [number, number, number, number], key: readonly [number, number]): Uint32Array {
  const out = new Uint32Array(4);
  philoxInto(out, 0, counter, key);
  return out;
}

/**
 * Word i of a stream: word i mod 4 of Philox with counter [⌊i/4⌋, replicate, stream, 0] and the seed as key.
 *
 * @param seed integer in [0, 2⁵³)
 * @param stream integer in [0, 2³²), see `STREAM`
 * @param replicate integer in [0, 2³²)
 * @param i integer in [0, 2³⁴)
 * @returns integer in [0, 2³²)
 * @throws StatsError `not-integer`, `out-of-range`
 */
export function word(seed: number, stream: number, replicate: number, i: number): number {
  checkAddress(seed, stream, replicate);
  checkInteger(i, 'i', 0, 2 ** 34 - 1);
  return philox([Math.floor(i / 4), replicate, stream, 0], keyOf(seed))[i % 4] ?? 0;
}

/**
 * The first `count` words of a stream.
 *
 * @throws StatsError `not-integer`, `out-of-range`
 */
export function words(seed: number, stream: number, replicate: number, count: number): Uint32Array {
  checkAddress(seed, stream, replicate);
  checkInteger(count, 'count', 0, 2 ** 32 - 4);
  const key = keyOf(seed);
  const out = new Uint32Array(Math.ceil(count / 4) * 4);
  for (let at = 0; at < count; at += 4) philoxInto(out, at, [at / 4, replicate, stream, 0], key);
  return out.subarray(0, count);
}

/**
 * Uniform number i of a stream, in [0, 1), with 53 random bits from the words 2i and 2i + 1.
 *
 * @param i integer in [0, 2³³)
 * @throws StatsError `not-integer`, `out-of-range`
 * @example
 * uniform(1, STREAM.simulation, 0, 0); // 0.9046789176067956, on every machine, in any order
 */
export function uniform(seed: number, stream: number, replicate: number, i: number): number {
  checkAddress(seed, stream, replicate);
  checkInteger(i, 'i', 0, 2 ** 33 - 1);
  const block = philox([Math.floor(i / 2), replicate, stream, 0], keyOf(seed));
  const first = 2 * (i % 2);
  return toUniform(block[first] ?? 0, block[first + 1] ?? 0);
}

/**
 * The first `count` uniform numbers of a stream.
 *
 * @throws StatsError `not-integer`, `out-of-range`
 */
export function uniforms(seed: number, stream: number, replicate: number, count: number): Float64Array {
  checkInteger(count, 'count', 0, 2 ** 31 - 4);
  const source = words(seed, stream, replicate, 2 * count);
  return new Float64Array(count).map((_, i) => toUniform(source[2 * i] ?? 0, source[2 * i + 1] ?? 0));
}

function checkAddress(seed: number, stream: number, replicate: number): void {
  checkInteger(seed, 'seed', 0, Number.MAX_SAFE_INTEGER);
  checkInteger(stream, 'stream', 0, 2 ** 32 - 1);
  checkInteger(replicate, 'replicate', 0, 2 ** 32 - 1);
}

function toUniform(first: number, second: number): number {
  return ((first >>> 5) * 2 ** 26 + (second >>> 6)) / 2 ** 53;
}

function keyOf(seed: number): readonly [number, number] {
  return [seed % 2 ** 32, Math.floor(seed / 2 ** 32)];
}

function philoxInto(
  out: Uint32Array,
  offset: number,
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): void {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  out[offset] = c0;
  out[offset + 1] = c1;
  out[offset + 2] = c2;
  out[offset + 3] = c3;
}

/** Upper 32 bits of a product of two 32-bit integers, in 16-bit halves: a double would round the product. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + (middle >>> 16) + (carry >>> 16)) | 0;
}
