import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { majorityVote } from '../index.ts';

const labels = fc.array(fc.option(fc.constantFrom('안전', '위험', '모름')), { maxLength: 9 });

describe('majorityVote', () => {
  test('gives the label that nobody outvotes, or all that lead', () => {
    fc.assert(
      fc.property(labels, (given) => {
        const result = majorityVote(given);
        const count = (label: unknown) => given.filter((one) => one === label).length;
        const most = Math.max(...['안전', '위험', '모름'].map(count));
        const leaders = ['안전', '위험', '모름'].filter((label) => count(label) === most);
        if (most === 0) expect(result).toEqual({ undefined: 'no-data', voters: 0, abstained: given.length });
        else if ('tied' in result) expect(result.tied.toSorted()).toEqual(leaders.toSorted());
        else expect(result).toMatchObject({ label: leaders[0], share: most / given.filter((label) => label !== null).length });
        if (most > 0) expect('tied' in result).toBe(leaders.length > 1);
      }),
    );
  });

  test('lets weight decide, and says when it ties up to rounding', () => {
    expect(majorityVote(['a', 'b', 'b'], { weights: [0.9, 0.2, 0.3] })).toMatchObject({
      label: 'a',
      share: expect.closeTo(0.9 / 1.4, 12),
    });
    expect(majorityVote(['a', 'b', 'b'], { weights: [0.3, 0.1, 0.2] })).toMatchObject({
      undefined: 'all-ties',
      tied: ['a', 'b'],
    });
  });

  test('counts booleans as 1 and 0, and needs its quorum', () => {
    expect(majorityVote([true, false, 1, null])).toEqual({ label: 1, share: 2 / 3, voters: 3, abstained: 1 });
    expect(majorityVote([true, null], { quorum: 2 })).toEqual({ undefined: 'too-few', voters: 1, abstained: 1 });
    expect(majorityVote(['a'], { weights: [0] })).toMatchObject({ undefined: 'zero-denominator' });
  });
});
