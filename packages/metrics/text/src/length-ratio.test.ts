import { expect, test } from 'vitest';
import { lengthRatio } from './index.ts';

test.each<[Parameters<typeof lengthRatio>[0], string, string, number]>([
  [{}, 'ab', 'abcd', 0.5],
  [{}, '', 'abcd', 0],
  [{}, '😀😀', 'a', 2],
  [{}, '한'.normalize('NFD'), '한', 3],
  [{ unit: 'grapheme' }, '한'.normalize('NFD'), '한', 1],
  [{ unit: 'word' }, 'Don’t panic, please.', '서울은 한국의 수도입니다', 1],
  [{ unit: 'word' }, 'one', 'one two three four', 0.25],
])('%j: %j against %j', async (options, predictions, targets, value) => {
  expect(await lengthRatio(options).score({ predictions, targets })).toEqual({ status: 'scored', value });
});

test('a target without length has no ratio', async () => {
  expect(await lengthRatio().score({ predictions: 'a', targets: '' })).toEqual({
    status: 'skipped',
    code: 'empty-target',
    reason: "'targets' has no character",
  });
  expect(await lengthRatio({ unit: 'word' }).score({ predictions: 'a', targets: '...' })).toMatchObject({
    reason: "'targets' has no word",
  });
});

test('the unit is in the signature', () => {
  expect(lengthRatio().signature).toBe('length_ratio|v1|unit:character');
  expect(lengthRatio({ unit: 'word' }).signature).toBe(`length_ratio|v1|unit:word(icu=${process.versions.icu})`);
  expect(() => lengthRatio({ unit: 'words' } as never)).toThrow("length_ratio: there is no unit 'words'. Did you mean 'word'?");
});
