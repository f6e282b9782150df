import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadSentenceEncoder } from './index.ts';
import { matrixKernel, packPanels } from './matrix-kernel.ts';
import { wasm } from './web-assembly.ts';

interface Reference {
  readonly texts: readonly {
    readonly text?: string;
    readonly repeated?: readonly [string, number];
    readonly vector: readonly number[];
  }[];
}

const reference: Reference = JSON.parse(readFileSync(join(import.meta.dirname, '__fixtures__/reference-vectors.json'), 'utf8'));
const encoder = await loadSentenceEncoder();
const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

describe('vectors', () => {
  test.each(reference.texts)('of %j are those of the published program', ({ text, repeated, vector }) => {
    const whole = text ?? repeated?.[0].repeat(repeated[1]) ?? '';
    const [ours] = encoder.encode([whole]);
    expect(ours).toHaveLength(512);
    for (const [index, value] of vector.entries())
      expect(Math.abs((ours?.[16 * index] ?? Number.NaN) - value)).toBeLessThan(3e-6);
  });

  test('have length 1, also of nothing and of nonsense', () => {
    for (const vector of encoder.encode(['', ' ', '\u0000', '\ud800', '가나다라', '😀'.repeat(1000), 'x'.repeat(100_000)])) {
      expect(cosine(vector, vector)).toBeCloseTo(1, 5);
    }
  });

  test('do not depend on what else is in the batch, to the last bit', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { minLength: 1, maxLength: 12 }), (texts) => {
        const together = encoder.encode(texts);
        for (const [index, text] of texts.entries()) expect(encoder.encode([text])[0]).toEqual(together[index]);
      }),
      { numRuns: 40 },
    );
  });

  test('of 3,000 texts come in their order, and empty ones among them', () => {
    const texts = Array.from({ length: 3_000 }, (_, n) => (n % 3 === 0 ? '' : `text number ${n % 7}`));
    const vectors = encoder.encode(texts);
    expect(vectors).toHaveLength(3_000);
    const [nothing] = encoder.encode(['']);
    for (const n of [0, 1, 2, 1_500, 2_998, 2_999]) {
      expect(vectors[n]).toEqual(n % 3 === 0 ? nothing : encoder.encode([texts[n] ?? ''])[0]);
    }
  });

  test('are near for texts that mean the same, and nearer still for a negation: what cosine must not be asked', () => {
    const [is, isNot, same, other] = encoder.encode([
      'The medicine is safe for children.',
      'The medicine is not safe for children.',
      'Children can take this drug without danger.',
      'The train leaves at nine.',
    ]);
    if (is === undefined || isNot === undefined || same === undefined || other === undefined) throw new Error('four texts');
    expect(cosine(is, isNot)).toBeGreaterThan(cosine(is, same));
    expect(cosine(is, same)).toBeGreaterThan(cosine(is, other) + 0.2);
  });
});

describe('windows', () => {
  test('cover a text from its beginning to its end', () => {
    const sentence = 'The quick brown fox jumps over the lazy dog. ';
    const windows = encoder.encodeWindows([sentence.repeat(40)])[0] ?? [];
    expect(windows.map(({ tokens }) => tokens)).toEqual([128, 128, 128, encoder.tokens(sentence.repeat(40)).length - 3 * 128]);
    expect(
      windows
        .map(({ text }) => text)
        .join('')
        .replaceAll(' ', ''),
    ).toBe(sentence.repeat(40).replaceAll(' ', ''));
    for (const { text, vector } of windows) expect(cosine(encoder.encode([text])[0] ?? vector, vector)).toBeGreaterThan(0.9);
  });

  test('of a short text are one, with the vector of the text', () => {
    const text = '짧은 글 and some English';
    const [[only, ...others] = [], empty] = encoder.encodeWindows([text, '']);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ text, tokens: encoder.tokens(text).length });
    expect(only?.vector).toEqual(encoder.encode([text])[0]);
    expect(empty).toMatchObject([{ text: '', tokens: 0 }]);
  });

  test('are as many as one wants, however long the text', () => {
    const [long, short] = encoder.encodeWindows(['word '.repeat(1_000_000), 'word'], 3);
    expect(long).toHaveLength(3);
    expect(short).toHaveLength(1);
  });
});

test('the kernel multiplies as the definition does', () => {
  const sizes = fc.record({
    m: fc.integer({ min: 1, max: 3 }),
    k: fc.integer({ min: 1, max: 40 }),
    n: fc.integer({ min: 1, max: 4 }),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(sizes, ({ m: fours, k, n: eights, seed }) => {
      const [m, n] = [4 * fours, 8 * eights];
      const memory = new wasm.Memory({ initial: 2 });
      const floats = new Float32Array(memory.buffer);
      const value = (i: number): number => Math.fround(Math.sin(seed + i * 1.7));
      const [a, b, c, bias] = [0, 2_000, 8_000, 12_000];
      const plain = Float32Array.from({ length: k * n }, (_, i) => value(i));
      packPanels(plain, k, n, floats.subarray(b, b + k * n));
      for (let i = 0; i < m * k; i++) floats[a + i] = value(i + 1_000);
      for (let i = 0; i < n; i++) floats[bias + i] = value(i + 2_000);
      matrixKernel(memory).multiply(4 * a, 4 * b, 4 * c, 4 * bias, m, k, n);
      for (let row = 0; row < m; row++) {
        for (let column = 0; column < n; column++) {
          let sum = value(column + 2_000);
          for (let i = 0; i < k; i++) sum += value(row * k + i + 1_000) * (plain[i * n + column] ?? 0);
          expect(Math.abs((floats[c + row * n + column] ?? Number.NaN) - sum)).toBeLessThan(1e-4);
        }
      }
    }),
  );
});
