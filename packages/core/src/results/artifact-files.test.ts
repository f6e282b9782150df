import fc from 'fast-check';
import { expect, test } from 'vitest';
import { artifactFiles, isPlainFileName } from './artifact-files.ts';

test('tables are JSON files, artifacts are called as they are named', () => {
  expect(artifactFiles(['eval_results_table', '주제별'], ['plot.png', 'note'])).toEqual({
    eval_results_table: 'eval_results_table.json',
    주제별: '주제별.json',
    'plot.png': 'plot.png',
    note: 'note',
  });
});

test('no folders, no hidden files, no file of the result itself, no two that differ by case only', () => {
  expect(
    artifactFiles(
      ['a/b'],
      ['../x', '.hidden', 'rows.jsonl', 'Rows_2.JSONL', 'result.json', 'A_B.json', 'a\u0000', '', `${'x'.repeat(300)}.png`],
    ),
  ).toEqual({
    'a/b': 'a_b.json',
    '../x': '_._x',
    '.hidden': '_hidden',
    'rows.jsonl': 'artifact_rows.jsonl',
    'Rows_2.JSONL': 'artifact_Rows_2.JSONL',
    'result.json': 'artifact_result.json',
    'A_B.json': 'A_B_2.json',
    'a\u0000': 'a_',
    '': '_',
    [`${'x'.repeat(300)}.png`]: `${'x'.repeat(40)}.png`,
  });
});

test('every name gets a file of its own, which a saved result may refer to', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 100 })), (names) => {
      const files = Object.values(artifactFiles([], names));
      expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(names.length);
      expect(files.filter((file) => !isPlainFileName(file) || Buffer.byteLength(file) > 255)).toEqual([]);
    }),
  );
});

test.each(['', '..', '.', 'a/b', 'a\\b', '/etc/passwd', 'C:x', '.result'])('%j is no plain file name', (name) => {
  expect(isPlainFileName(name)).toBe(false);
});
