import { expect, test } from 'vitest';
import { groupSkipped } from '../index.ts';

test('metrics that are skipped for the same reason share a line', () => {
  const missing = { reason: 'its package is missing', hint: 'npm i rouge' };
  const skipped = [
    { name: 'rouge1', ...missing },
    { name: 'f1', reason: 'there is one label' },
    { name: 'rouge2', ...missing },
    { name: 'bleu', reason: 'its package is missing', hint: 'npm i bleu' },
  ];
  expect(groupSkipped(skipped)).toEqual([
    { name: 'rouge1, rouge2', ...missing },
    { name: 'f1', reason: 'there is one label' },
    { name: 'bleu', reason: 'its package is missing', hint: 'npm i bleu' },
  ]);
});
