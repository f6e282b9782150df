import { expect, test } from 'vitest';
import { textOf, triplesOf, wordsOf } from './words.ts';

test.each([
  ["What's the  CAPITAL of France?", ['what', 's', 'the', 'capital', 'of', 'france']],
  ['서울은 대한민국의 수도이다.', ['서울은', '대한민국의', '수도이다']],
  ['東京はどこ？ 東京です。', ['東', '京', 'は', 'ど', 'こ', '東', '京', 'で', 'す']],
  ['Москва — столица', ['москва', 'столица']],
  ['สวัส', ['ส', 'ว', 'ั', 'ส']],
  ['2+2=-5 (1.5) a-b 2*3 50%', ['2', '+', '2', '=', '-', '5', '1', '.', '5', 'a', 'b', '2', '*', '3', '50']],
  ['👍 ok ＡＢＣ ﬁn ①', ['👍', 'ok', 'abc', 'fin', '1']],
  ['cafe\u0301 café', ['café', 'café']],
  ['…!?', []],
])('%s', (text, words) => expect(wordsOf(text)).toEqual(words));

test('a text has as many triples as different runs of three words', () => {
  expect(triplesOf(['a', 'b']).size).toBe(0);
  expect(triplesOf(['a', 'b', 'c']).size).toBe(1);
  expect(triplesOf('a b c a b c a b c'.split(' ')).size).toBe(3);
  expect(triplesOf(['b', 'a', 'c'])).not.toEqual(triplesOf(['a', 'b', 'c']));
});

test('texts of cells are those within them, without the names of members', () => {
  expect(textOf(['a', null, undefined, [{ role: 'user', content: '안녕' }, 7], true])).toBe('a\nuser\n안녕\n7\ntrue');
});
