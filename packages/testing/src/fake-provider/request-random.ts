import { normalQuantile, uniform, uniforms } from '@touchstone/stats';

/**
 * Random numbers that depend on the seed of the provider and the content of the request, and on nothing else: not on the order in which
 * requests arrive, so that a concurrent run meets the same answers and faults as a serial one.
 */
export interface RequestRandom {
  /** Identifies seed and content. */
  readonly key: number;
  /** Number i of a purpose, uniform in [0, 1). */
  at(purpose: Purpose, i: number, replicate?: number): number;
  /** The first `count` of them. */
  uniforms(purpose: Purpose, count: number, replicate?: number): Float64Array;
  /** The first `count` standard normal numbers of the purpose. */
  normals(purpose: Purpose, count: number): Float64Array;
}

type Purpose = keyof typeof STREAMS;

/** Streams from 16 on are free for users of `@touchstone/stats`. */
const STREAMS = { text: 16, fault: 17, latency: 18, vector: 19, score: 20, script: 21 } as const;

export function requestRandom(seed: number, content: string): RequestRandom {
  const key = seedOf(seed, content);
  return {
    key,
    at: (purpose, i, replicate = 0) => uniform(key, STREAMS[purpose], replicate, i),
    uniforms: (purpose, count, replicate = 0) => uniforms(key, STREAMS[purpose], replicate, count),
    normals: (purpose, count) =>
      uniforms(key, STREAMS[purpose], 0, count).map((u) => normalQuantile(Math.max(u, Number.EPSILON))),
  };
}

/**
 * 48 bits of a hash: a whole number that philox takes as its key. FNV-1a in two lanes that are mixed at the end: no cryptography, but it is
 * done for every request, and philox scrambles what it gets.
 */
function seedOf(seed: number, content: string): number {
  let a = 0x811c9dc5 ^ seed;
  let b = 0xcbf29ce4 ^ Math.floor(seed / 2 ** 32);
  for (let i = 0; i < content.length; i++) {
    const code = content.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b) ^ (b >>> 15);
  }
  a = Math.imul(a ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (a >>> 16), 0x27d4eb2f);
  return ((a ^ (a >>> 15)) & 0xffff) * 2 ** 32 + ((b ^ (b >>> 15)) >>> 0);
}
