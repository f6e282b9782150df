import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DigestTable } from './digest-table.ts';

/** Few different bytes, so that digests share their first words and their slots. */
const digest = fc.array(fc.constantFrom(0, 1), { minLength: 16, maxLength: 16 }).map(wordsOf);

describe('DigestTable', () => {
  it('counts as a Map of texts does', () => {
    fc.assert(
      fc.property(fc.array(digest, { maxLength: 200 }), (digests) => {
        const table = new DigestTable();
        const map = new Map<string, number>();
        for (const each of digests) {
          const count = (map.get(each.join(' ')) ?? 0) + 1;
          map.set(each.join(' '), count);
          expect(table.get(each)).toBe(count === 1 ? undefined : count - 1);
          expect(table.count(each)).toBe(count);
        }
      }),
    );
  });

  it('keeps counts and first values while it grows', () => {
    const counts = new DigestTable();
    const firsts = new DigestTable();
    const bytes = Buffer.alloc(16);
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, 4);
    for (const pass of [1, 2, 3]) {
      // Every pass meets the digests of the ones before it, then new ones that make the table grow.
      for (let n = 0; n < 2000 * pass; n++) {
        bytes.writeUInt32BE(n, 12);
        const firstPass = Math.floor(n / 2000) + 1;
        expect(counts.count(words)).toBe(pass - firstPass + 1);
        expect(firsts.first(words, 10 * n + pass)).toBe(10 * n + firstPass);
      }
    }
  });
});

function wordsOf(bytes: readonly number[]): Uint32Array {
  return new Uint32Array(Uint8Array.from(bytes).buffer);
}
