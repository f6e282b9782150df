import { expect, it } from 'vitest';
import { TestFolder } from './__fixtures__/test-folder.ts';

it('touchstone init writes a config and data, and runs them', async () => {
  const folder = new TestFolder();
  const { exitCode, stdout, stderr } = await folder.touchstone('init', '--yes');
  expect(exitCode).toBe(0);
  // Two of the five answers are those expected.
  expect(stdout).toMatch(/^exact_match\/v1 {2}0\.4000 /mu);
  expect(folder.tidy(stderr)).toBe(
    'Wrote touchstone.config.ts and answers.jsonl. From now on: touchstone run. The first time:\n\nfinished: 5 rows · touchstone show ID\n',
  );
  const again = await folder.touchstone('run', '--json');
  expect(JSON.parse(again.stdout).metrics['exact_match/v1']).toBe(0.4);
});

it('touchstone init overwrites nothing', async () => {
  const folder = new TestFolder();
  folder.write('answers.jsonl', 'mine');
  const { exitCode, stderr } = await folder.touchstone('init');
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: 'answers.jsonl is here already and would be overwritten: run touchstone init in an empty folder.\n',
  });
  expect(folder.read('answers.jsonl')).toBe('mine');
  expect(folder.has('touchstone.config.ts')).toBe(false);
});
