import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bootstrapIndices, permutationFirstGroup, STREAM, sampleIndices, uniform, uniforms, word, words } from './index.ts';

const seed = fc.maxSafeNat();
const address = fc.tuple(seed, fc.nat({ max: 2 ** 32 - 1 }), fc.nat({ max: 2 ** 32 - 1 }));

describe('counter-based random numbers', () => {
  test('any word or uniform can be computed alone', () => {
    fc.assert(
      fc.property(address, fc.nat({ max: 40 }), ([s, stream, replicate], i) => {
        expect(word(s, stream, replicate, i)).toBe(words(s, stream, replicate, 41)[i]);
        expect(uniform(s, stream, replicate, i)).toBe(uniforms(s, stream, replicate, 41)[i]);
      }),
    );
  });

  test('uniforms lie in [0, 1) and have mean ½ and variance 1/12', () => {
    const draws = uniforms(7, STREAM.simulation, 0, 100_000);
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
    expect(draws.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / draws.length));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / draws.length));
  });

  test('bootstrap draws are rows', () => {
    fc.assert(
      fc.property(seed, fc.nat({ max: 1000 }), fc.integer({ min: 1, max: 500 }), (s, replicate, n) => {
        const indices = bootstrapIndices(s, replicate, n);
        expect(indices.length).toBe(n);
        expect(indices.every((index) => index < n)).toBe(true);
      }),
    );
  });

  test('a permutation uses every row once', () => {
    fc.assert(
      fc.property(seed, fc.nat({ max: 300 }), (s, n) => {
        expect(Array.from(permutationFirstGroup(s, 0, n, n).sort())).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });
});

describe('sampleIndices', () => {
  test('is a sorted set of min(m, n) rows', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2000 }), fc.nat({ max: 3000 }), seed, (n, m, s) => {
        const rows = Array.from(sampleIndices(n, m, s));
        expect(rows.length).toBe(Math.min(m, n));
        expect(rows.every((row, i) => row < n && row > (rows[i - 1] ?? -1))).toBe(true);
      }),
    );
  });

  test('gives the same rows whatever was drawn before', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 400 }), seed), { maxLength: 8 }), (calls) => {
        const forward = calls.map(([n, m, s]) => sampleIndices(n, m, s));
        const backward = calls.toReversed().map(([n, m, s]) => sampleIndices(n, m, s));
        expect(backward.toReversed()).toEqual(forward);
      }),
    );
  });

  test('keeps its rows when more are asked for', () => {
    const few = sampleIndices(1000, 10, 42);
    const more = new Set(sampleIndices(1000, 25, 42));
    expect(few.every((row) => more.has(row))).toBe(true);
  });

  test('is the shuffle of stream 0, done by hand', () => {
    const [n, m, s] = [50, 20, 99];
    const rows = Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < m; i++) {
      const other = i + Math.floor((word(s, 0, 0, i) * (n - i)) / 2 ** 32);
      rows.splice(i, 1, ...rows.splice(other, 1, rows[i] ?? -1));
    }
    expect(Array.from(sampleIndices(n, m, s))).toEqual(rows.slice(0, m).sort((a, b) => a - b));
  });

  test('needs memory for the sample only', () => {
    expect(sampleIndices(4_000_000_000, 5, 1).length).toBe(5);
  });

  test('draws every row equally often', () => {
    const counts = new Array<number>(10).fill(0);
    for (let s = 0; s < 2000; s++) for (const row of sampleIndices(10, 3, s)) counts[row] = (counts[row] ?? 0) + 1;
    for (const count of counts) expect(Math.abs(count - 600)).toBeLessThan(5 * Math.sqrt(2000 * 0.3 * 0.7));
  });
});
