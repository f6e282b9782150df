import { expect, test } from 'vitest';
import { rougeL, rougeLsum, rougeN } from './rouge.ts';
import { createRowTokenizer } from './row-tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';

test('four measures that go over a batch one after the other tokenize each text once', () => {
  const { tokenizer, split } = countingTokenizer();
  const rowOf = createRowTokenizer(tokenizer);
  const batch = [
    ['a b', 'a c'],
    ['d', 'e'],
  ] as const;
  for (const measure of [rougeL, rougeLsum, (row: ReturnType<typeof rowOf>) => rougeN(row, 1)]) {
    for (const [prediction, reference] of batch) measure(rowOf(prediction, [reference]));
  }
  expect(split).toEqual(['a b', 'a c', 'd', 'e']);
});

test('a row with other references is another row', () => {
  const rowOf = createRowTokenizer(countingTokenizer().tokenizer);
  expect(rougeL(rowOf('a', ['b']))).toMatchObject({ fmeasure: 0 });
  expect(rougeL(rowOf('a', ['a']))).toMatchObject({ fmeasure: 1 });
  expect(rougeL(rowOf('a', ['b', 'a']))).toMatchObject({ fmeasure: 1 });
});

test('the oldest rows are forgotten, by number and by length', () => {
  const { tokenizer, split } = countingTokenizer();
  const rowOf = createRowTokenizer(tokenizer, { rows: 2, characters: 10 });
  for (const prediction of ['a', 'b', 'c', 'c', 'b', 'a']) rowOf(prediction, ['x']).texts();
  expect(split.filter((text) => text !== 'x')).toEqual(['a', 'b', 'c', 'a']);
  for (const prediction of ['dddddd', 'eeee', 'dddddd', 'longer than that', 'longer than that']) rowOf(prediction, ['']).texts();
  expect(split.slice(-8).filter((text) => text !== '')).toEqual(['dddddd', 'eeee', 'longer than that', 'longer than that']);
});

test('references changed later do not change what is remembered', () => {
  const rowOf = createRowTokenizer(countingTokenizer().tokenizer);
  const references = ['b'];
  rougeL(rowOf('a', references));
  references[0] = 'a';
  expect(rougeL(rowOf('a', references))).toMatchObject({ fmeasure: 1 });
});

function countingTokenizer(): { readonly tokenizer: Tokenizer; readonly split: readonly string[] } {
  const split: string[] = [];
  const tokenizer: Tokenizer = {
    id: 'counting',
    split(text) {
      split.push(text);
      return text.split(' ');
    },
  };
  return { split, tokenizer };
}
