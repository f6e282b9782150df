import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BandedDistance, type Rotation } from './banded-distance.ts';
import { editCount } from './edit-rate.ts';

/** Words of a small vocabulary, so that much repeats; up to 130 of them, so that the band of 50 cells is narrower than the table. */
const words = fc
  .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 130 }), fc.infiniteStream(fc.nat()))
  .map(([vocabulary, length, stream]) => Int32Array.from(stream.take(length), (number) => number % vocabulary));

/** A text, and one that was made of it by moving and replacing words. */
const related = fc
  .tuple(words, fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat({ max: 12 }), fc.nat({ max: 3 })), { maxLength: 6 }))
  .map(([text, changes]) => {
    const changed = [...text];
    for (const [from, to, count, kind] of changes) {
      const moved = changed.splice(from % (changed.length + 1), count);
      if (kind > 0) changed.splice(to % (changed.length + 1), 0, ...(kind === 1 ? moved : [kind]));
    }
    return [Int32Array.from(changed), text] as const;
  });

const pair = fc.oneof(related, fc.tuple(words, words));

const rotationOf = (length: number): fc.Arbitrary<Rotation> =>
  fc.array(fc.integer({ min: 0, max: length }), { minLength: 3, maxLength: 3 }).map((places) => {
    const [start = 0, middle = 0, end = 0] = places.sort((a, b) => a - b);
    return { start, middle, end };
  });

const pairAndRotations = pair.chain(([prediction, reference]) =>
  fc.record({
    prediction: fc.constant(prediction),
    reference: fc.constant(reference),
    rotations: fc.array(rotationOf(prediction.length), { minLength: 1, maxLength: 4 }),
  }),
);

function rotated(text: Int32Array, { start, middle, end }: Rotation): Int32Array {
  const all = [...text];
  return Int32Array.from([...all.slice(0, start), ...all.slice(middle, end), ...all.slice(start, middle), ...all.slice(end)]);
}

describe('the distance in a band', () => {
  test('of texts that were moved is what a new table says, and so are their alignments', () => {
    fc.assert(
      fc.property(pairAndRotations, ({ prediction, reference, rotations }) => {
        const table = new BandedDistance(prediction, reference);
        let text: Int32Array = prediction;
        for (const rotation of rotations) {
          text = rotated(text, rotation);
          const anew = new BandedDistance(text, reference);
          expect(table.distanceAfter(rotation)).toBe(anew.distance);
          table.rotate(rotation);
          expect(table.prediction).toEqual(text);
          expect(table.distance).toBe(anew.distance);
          expect(table.alignment()).toEqual(anew.alignment());
        }
      }),
      { numRuns: 500 },
    );
  });

  test('is the edit distance where the band holds the whole table', () => {
    const short = words.map((text) => text.subarray(0, 24));
    fc.assert(
      fc.property(short, short, (prediction, reference) => {
        expect(new BandedDistance(prediction, reference).distance).toBe(editDistance(prediction, reference));
      }),
    );
  });

  test('marks as many errors as there are edits: a word replaced is one on both sides', () => {
    fc.assert(
      fc.property(pair, ([prediction, reference]) => {
        const table = new BandedDistance(prediction, reference);
        const { predictionErrors, referenceErrors } = table.alignment();
        const [inPrediction, inReference] = [predictionErrors, referenceErrors].map((errors) => errors.filter(Boolean).length);
        expect(Math.max(inPrediction ?? 0, inReference ?? 0)).toBeLessThanOrEqual(table.distance);
        expect((inPrediction ?? 0) + (inReference ?? 0)).toBeGreaterThanOrEqual(table.distance);
        expect(prediction.length - (inPrediction ?? 0)).toBe(reference.length - (inReference ?? 0));
      }),
    );
  });
});

describe('the number of edits', () => {
  test('is never more than the distance without shifts, and at least what the lengths differ by', () => {
    fc.assert(
      fc.property(pair, ([prediction, reference]) => {
        const edits = editCount(prediction, reference);
        expect(edits).toBeLessThanOrEqual(new BandedDistance(prediction, reference).distance);
        expect(edits).toBeGreaterThanOrEqual(Math.abs(prediction.length - reference.length));
      }),
    );
  });

  test('of two equal texts is 0, and of a text against nothing its length', () => {
    fc.assert(
      fc.property(words, (text) => {
        expect(editCount(text, text)).toBe(0);
        expect(editCount(text, new Int32Array(0))).toBe(text.length);
        expect(editCount(new Int32Array(0), text)).toBe(text.length);
      }),
    );
  });

  test('of one block of words moved is 1', () => {
    const movedBlock = fc.record({
      before: fc.nat({ max: 40 }),
      block: fc.integer({ min: 1, max: 10 }),
      between: fc.integer({ min: 1, max: 14 }),
      after: fc.nat({ max: 40 }),
    });
    fc.assert(
      fc.property(movedBlock, ({ before, block, between, after }) => {
        // Words that are all different, so that there is one way only.
        const reference = Int32Array.from({ length: before + block + between + after }, (_, word) => word);
        const prediction = rotated(reference, { start: before, middle: before + block, end: before + block + between });
        expect(editCount(prediction, reference)).toBe(1);
      }),
    );
  });

  test.each([20_000, 80_000])('of two texts of %d words is found in a table of a few MB', (length) => {
    const reference = Int32Array.from({ length }, (_, at) => (at * 7919) % 1000);
    const prediction = Int32Array.from(reference, (word, at) => (at % 10 === 3 ? 1000 : word));
    expect(BandedDistance.cells(length, length)).toBe(51 * length);
    expect(editCount(prediction, reference)).toBe(length / 10);
  });
});

/** R. Wagner and M. Fischer, 1974. */
function editDistance(a: Int32Array, b: Int32Array): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [at, word] of a.entries()) {
    const next = [at + 1];
    for (let column = 1; column <= b.length; column++) {
      const paired = (row[column - 1] ?? 0) + (b[column - 1] === word ? 0 : 1);
      next.push(Math.min(paired, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
