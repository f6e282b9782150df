import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EvaluationResult } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import { answers, static3, TestFolder } from './__fixtures__/test-folder.ts';

const config = `
export default {
  plugins: [{
    name: 'ours',
    contract: 1,
    register: (registry) => registry.evaluator({
      name: 'counting',
      supports: () => true,
      metrics: () => [],
      finish: async (scored) => ({
        metrics: { 'counting/rows': await scored.count(() => true) },
        tables: { counts: [{ 행: 3 }] },
        artifacts: { 'counts.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>' },
      }),
    }),
  }],
};
`;

function folderWithEvaluator(): TestFolder {
  const folder = new TestFolder();
  folder.writeRows('answers.jsonl', answers);
  folder.write('touchstone.config.mjs', config);
  return folder;
}

const run = [...static3, '--metric', 'exact_match', '--config', 'touchstone.config.mjs'];

describe('--save', () => {
  test('writes the result with the tables and pictures of evaluators, and over it the next time', async () => {
    const folder = folderWithEvaluator();
    for (let time = 0; time < 2; time++) {
      const { exitCode, stdout, stderr } = await folder.touchstone(...run, '--save', 'results/오늘');
      expect({ exitCode, stderr: folder.tidy(stderr) }).toEqual({
        exitCode: 0,
        stderr: 'finished: 3 rows · touchstone show ID\n',
      });
      expect(stdout).toContain('counting/rows');
    }
    expect(folder.read('results/오늘/counts.svg')).toBe('<svg xmlns="http://www.w3.org/2000/svg"/>');
    const result = await EvaluationResult.load(join(folder.path, 'results/오늘'));
    expect(result.metrics['counting/rows']).toBe(3);
    expect(await result.tables.counts?.toArray()).toEqual([{ 행: 3 }]);
  });

  test('also of a run that is resumed elsewhere, and of one that is scored further', async () => {
    const folder = folderWithEvaluator();
    folder.write(
      'm.mjs',
      "import { existsSync } from 'node:fs'; export const a = () => { if (!existsSync('fixed')) throw new Error('not yet'); return 'a'; };",
    );
    const model = ['run', '--data', 'answers.jsonl', '--model', './m.mjs#a', '--targets', 'expected', '--metric', 'exact_match'];
    await folder.touchstone(...model, '--config', 'touchstone.config.mjs');
    folder.write('fixed', '');
    mkdirSync(join(folder.path, 'elsewhere'));
    const resumed = await folder.start(
      ['resume', '@last', '--retry-failed', '--store', '../.touchstone/touchstone.db', '--save', 'resumed'],
      { cwd: 'elsewhere' },
    ).ended;
    expect(resumed.exitCode).toBe(0);
    expect(folder.read('elsewhere/resumed/counts.svg')).toContain('<svg');
    const scored = await folder.touchstone('score', '@last', '--metric', 'token_count', '--save', 'scored');
    expect(scored.exitCode).toBe(0);
    expect(JSON.parse(folder.read('scored/result.json')).metrics).toHaveProperty(['token_count/mean']);
  });

  test.each<[string, readonly string[], string]>([
    [
      'a folder with something else in it',
      ['--save', 'mine'],
      "--save is 'mine', and there is something else than a result in it: name an empty folder, a new one, or that of an earlier result.",
    ],
    ['a file', ['--save', 'answers.jsonl'], "--save is 'answers.jsonl', which is a file: name a folder."],
    [
      'several models',
      ['--save', 'new', '--model', './m.mjs#a', '--model', './m.mjs#b'],
      '--save is for one run, and this is a sweep of several: name one model and one prompt.',
    ],
  ])('%s is refused before the run', async (_, more, sentence) => {
    const folder = folderWithEvaluator();
    mkdirSync(join(folder.path, 'mine'));
    folder.write('mine/notes.txt', 'mine');
    folder.write('m.mjs', 'export const a = () => "a"; export const b = () => "b";');
    const { exitCode, stderr } = await folder.touchstone(...run, ...more);
    expect(stderr).toContain(sentence);
    expect(exitCode).toBe(2);
    expect(folder.read('mine/notes.txt')).toBe('mine');
  });
});
