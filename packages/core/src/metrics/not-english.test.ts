import { expect, test } from 'vitest';
import { notEnglish } from '../index.ts';

test('texts in other scripts are not English', () => {
  for (const text of ['안녕하세요', 'Привет, мир', '东京', 'नमस्ते', '한국어 only a bit 그리고 더 많은 글자들'])
    expect(notEnglish(text)).toMatchObject({ status: 'skipped', code: 'not-english' });
});

test('texts in the Latin script are let through, whatever their language', () => {
  for (const text of ['Hello', 'Où est la gare ?', 'naïve café 😀', 'ﬁne', '', '1,000 ½ !', 'π ≈ pi', 'ab 한국'])
    expect(notEnglish(text)).toBeUndefined();
});
