import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { TestFolder } from './__fixtures__/test-folder.ts';

const ROWS = 40;
const STORE = '내 실행.db';

it('a store that another program keeps locked ends the run as incomplete, and it goes on when the lock is gone', async () => {
  const folder = new TestFolder();
  folder.writeRows(
    'questions.jsonl',
    Array.from({ length: ROWS }, (_, n) => ({ question: `질문 ${n}`, expected: `답 ${n}` })),
  );
  folder.write(
    'answer.ts',
    `import { appendFileSync, readFileSync } from 'node:fs';
     import { setTimeout as wait } from 'node:timers/promises';
     export async function answer({ question }: { question: string }) {
       appendFileSync('asked.log', question + '\\n');
       while (Number(question.slice(3)) >= 10 && readFileSync('allowed', 'utf8') === '') await wait(5);
       return question.replace('질문', '답');
     }`,
  );
  folder.write('asked.log', '');
  folder.write('allowed', '');
  const asked = (): number => folder.read('asked.log').split('\n').length - 1;
  const flags = ['--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match', '--concurrency', '4'];
  const started = folder.start(['run', '--data', 'questions.jsonl', ...flags, '--model', './answer.ts#answer', '--store', STORE]);
  // Ten rows are stored, and four wait for an answer.
  const stored = async (): Promise<number> => {
    const { exitCode, stdout } = await folder.touchstone('show', '@last', '--json', '--store', STORE);
    return exitCode === 0 ? JSON.parse(stdout).run.rows : 0;
  };
  while ((await stored()) < 10 && started.process.exitCode === null) await wait(50);
  const other = new DatabaseSync(join(folder.path, STORE));
  other.exec('BEGIN IMMEDIATE');
  appendFileSync(join(folder.path, 'allowed'), '!');
  const { exitCode, stderr } = await started.ended;
  expect(exitCode).toBe(3);
  expect(folder.tidy(stderr).trimEnd().split('\n').slice(-3)).toEqual([
    `FOLDER/${STORE} has been locked by another program for 30 s. Close what holds it open for writing (a database browser, a backup), then resume the run.`,
    'Continue it with:',
    `touchstone resume ID --store '${STORE}'`,
  ]);
  expect(await stored()).toBe(10);

  other.exec('ROLLBACK');
  other.close();
  const before = asked();
  const resumed = await folder.shell(`${stderr.trimEnd().split('\n').at(-1)} --json`);
  expect(resumed.exitCode).toBe(0);
  expect(JSON.parse(resumed.stdout)).toMatchObject({
    run: { status: 'finished', rows: ROWS },
    coverage: { 'exact_match/v1': { scored: ROWS } },
  });
  // Only what was stored before the lock need not be asked again.
  expect(asked()).toBe(before + ROWS - 10);
});
