import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { answers, static3, TestFolder } from './__fixtures__/test-folder.ts';

const STORE = '.touchstone/touchstone.db';
const OTHER = '다른 곳/실행.db';

describe('touchstone export and import', () => {
  it('take a run to another store, where everything can be asked of it', async () => {
    const folder = await folderWithRun();
    const exported = await folder.touchstone('export', '@last', '밤.zip');
    expect({ ...exported, stderr: folder.tidy(exported.stderr) }).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'Exported 시험 (ID, finished) to 밤.zip.\n',
    });
    const imported = await folder.touchstone('import', '밤.zip', '--store', OTHER);
    expect({ ...imported, stderr: folder.tidy(imported.stderr) }).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: `Imported 시험 (ID, finished) into ${OTHER}.\ntouchstone show ID --store '${OTHER}'\n`,
    });
    const words = ['show', '시험', '--json'];
    const there = await folder.touchstone(...words, '--store', OTHER);
    expect(there.stdout).toBe((await folder.touchstone(...words)).stdout);
    await folder.touchstone('export', '시험', '다시.zip', '--store', OTHER);
    expect(readFileSync(join(folder.path, '다시.zip')).equals(readFileSync(join(folder.path, '밤.zip')))).toBe(true);
    const scored = await folder.touchstone('score', '시험', '--metric', 'rougeL', '--store', OTHER, '--json');
    expect(JSON.parse(scored.stdout).metrics).toMatchObject({ 'rougeL/v1/mean': expect.any(Number) });
    const annotated = ['annotate', '시험', '1', '--label', '말투', '--value', '공손', '--author', '이준', '--store', OTHER];
    expect((await folder.touchstone(...annotated)).exitCode).toBe(0);
  });

  it('are asked twice without harm; another run with the same id is left as it is', async () => {
    const folder = await folderWithRun();
    await folder.touchstone('export', '@last', 'run.zip');
    const again = await folder.touchstone('import', 'run.zip');
    expect({ exitCode: again.exitCode, stderr: folder.tidy(again.stderr) }).toEqual({
      exitCode: 0,
      stderr: `시험 (ID, finished) is in ${STORE} already, just as in run.zip: nothing was done.\ntouchstone show ID\n`,
    });
    expect(JSON.parse((await folder.touchstone('import', 'run.zip', '--json')).stdout)).toMatchObject({ imported: false });
    await folder.touchstone('score', '@last', '--metric', 'rougeL');
    const refused = await folder.touchstone('import', 'run.zip');
    expect({ exitCode: refused.exitCode, stderr: folder.tidy(refused.stderr) }).toEqual({
      exitCode: 2,
      stderr:
        "The store has run 시험 (ID) already, and it is not as it is in 'run.zip': run, evaluations, 1-scores.jsonl differ. Nothing was changed. Delete the one in the store first, or import into another store.\n",
    });
  });

  it('a file is read where it lies, and no store is made for it', async () => {
    const made = await folderWithRun();
    await made.touchstone('export', '@last', 'run.zip');
    const folder = new TestFolder();
    folder.writeBytes('받은 것/run.zip', readFileSync(join(made.path, 'run.zip')));
    for (const words of [['show'], ['show', '--json'], ['rows'], ['rows', '--json'], ['rows', '--worst', 'exact_match']]) {
      const [command = '', ...flags] = words;
      const of = (ref: string): readonly string[] => [command, ref, ...flags];
      expect((await folder.touchstone(...of('받은 것/run.zip'))).stdout).toBe((await made.touchstone(...of('@last'))).stdout);
    }
    expect((await folder.touchstone('export', '받은 것/run.zip', 'copy.zip')).exitCode).toBe(0);
    expect(readFileSync(join(folder.path, 'copy.zip')).equals(readFileSync(join(made.path, 'run.zip')))).toBe(true);
    expect(readdirSync(folder.path).sort()).toEqual(['copy.zip', '받은 것']);
    for (const command of ['resume', 'score', 'annotate', 'delete']) {
      const refused = await folder.touchstone(command, 'copy.zip', ...(command === 'score' ? ['--metric', 'rougeL'] : []));
      expect(refused).toEqual({
        exitCode: 2,
        stdout: '',
        stderr: "'copy.zip' is a file: take the run in it into the store first, with touchstone import copy.zip.\n",
      });
    }
  });

  it('refuse what is wrong with 2 and a sentence, and change nothing', async () => {
    const folder = await folderWithRun();
    await folder.touchstone('export', '@last', 'run.zip');
    const whole = readFileSync(join(folder.path, 'run.zip'));
    folder.writeBytes('half.zip', whole.subarray(0, whole.length / 2));
    folder.writeBytes('other.zip', Buffer.from('이것은 zip 파일이 아니다'));
    const at = whole.indexOf('1-rows.jsonl') + 40;
    folder.writeBytes('changed.zip', Buffer.from(whole).fill((whole[at] ?? 0) ^ 1, at, at + 1));
    const cases: readonly (readonly [args: readonly string[], sentence: RegExp])[] = [
      [['import', 'none.zip'], /^There is no file 'none\.zip'\.\n$/u],
      [['import', 'half.zip'], /^'half\.zip' is no exported run, or it is not whole: it does not end as a zip does\. /u],
      [['import', 'other.zip'], /^'other\.zip' is no exported run, or it is not whole/u],
      [['import', 'changed.zip'], /^'changed\.zip' is damaged: .*\. Get the file again, or export the run again\.\n$/u],
      [['show', 'changed.zip'], /^'changed\.zip' is damaged: /u],
      [['show', 'none.zip'], /^There is no run 'none\.zip', and no file of that name\.\n$/u],
      [['export', 'nobody', 'x.zip'], /^There is no run 'nobody'\./u],
      [['import'], /missing|file/iu],
    ];
    for (const [args, sentence] of cases) {
      const { exitCode, stdout, stderr } = await folder.touchstone(...args, '--store', OTHER);
      expect({ args, exitCode, stdout }).toEqual({ args, exitCode: 2, stdout: '' });
      expect(stderr).toMatch(sentence);
    }
    const noFolder = await folder.touchstone('export', '@last', 'no folder/x.zip');
    expect(noFolder).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: "FILE is 'no folder/x.zip', and there is no folder 'no folder': make it first.\n",
    });
    const runs = await folder.touchstone('runs', '--json', '--store', OTHER);
    expect(JSON.parse(runs.stdout)).toEqual({ runs: [] });
  });
});

it('a run that was killed goes on where it was imported, and asks only for what is missing', async () => {
  const folder = new TestFolder();
  const rows = Array.from({ length: 40 }, (_, n) => ({ question: `질문 ${n}`, expected: `답 ${n}` }));
  folder.writeRows('questions.jsonl', rows);
  folder.write(
    'answer.ts',
    `import { appendFileSync, existsSync } from 'node:fs';
     export async function answer({ question }: { question: string }) {
       if (Number(question.slice(3)) >= 20 && !existsSync('allowed')) await new Promise(() => setInterval(() => {}, 1e6));
       appendFileSync('asked.log', question + '\\n');
       return question.replace('질문', '답');
     }`,
  );
  const flags = ['--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match', '--concurrency', '4'];
  const started = folder.start(['run', '--data', 'questions.jsonl', ...flags, '--model', './answer.ts#answer']);
  const stored = async (): Promise<number> => {
    const { exitCode, stdout } = await folder.touchstone('show', '@last', '--json');
    return exitCode === 0 ? JSON.parse(stdout).run.rows : 0;
  };
  while ((await stored()) < 20 && started.process.exitCode === null) await wait(50);
  const busy = await folder.touchstone('export', '@last', 'run.zip');
  expect({ exitCode: busy.exitCode, stderr: folder.tidy(busy.stderr) }).toEqual({
    exitCode: 3,
    stderr: 'Run questions.jsonl ID (ID) is being worked on: wait until it is done, or stop it.\n',
  });
  started.process.kill('SIGKILL');
  await started.ended;

  expect((await folder.touchstone('export', '@last', 'run.zip')).exitCode).toBe(0);
  const imported = await folder.touchstone('import', 'run.zip', '--store', OTHER);
  expect(imported.exitCode).toBe(0);
  await folder.touchstone('delete', '@last', '--yes');
  folder.write('allowed', '');
  const before = folder.read('asked.log').split('\n').length;
  // The last line is what to type next.
  const resumed = await folder.shell(`${imported.stderr.trimEnd().split('\n').at(-1)} --json`);
  expect(resumed.exitCode).toBe(0);
  expect(JSON.parse(resumed.stdout)).toMatchObject({
    run: { status: 'finished', rows: 40 },
    metrics: { 'exact_match/v1': 1 },
  });
  expect(folder.read('asked.log').split('\n').length - before).toBe(20);
});

it('an import that is killed leaves nothing, or all of it', async () => {
  const folder = new TestFolder();
  const rows = Array.from({ length: 15_000 }, (_, n) => ({ question: `질문 ${n}`, expected: `답 ${n}`, output: `답 ${n % 7}` }));
  folder.writeRows('answers.jsonl', rows);
  await folder.touchstone(...static3, '--metric', 'exact_match', '--run-name', '큰 것');
  await folder.touchstone('export', '@last', 'run.zip');
  const began = performance.now();
  await folder.touchstone('import', 'run.zip', '--store', 'undisturbed.db');
  const whole = performance.now() - began;
  // Another program keeps the store locked: this import has read all of the file, and waits to write it.
  await folder.touchstone('import', 'run.zip', '--store', OTHER);
  await folder.touchstone('delete', '@last', '--yes', '--store', OTHER);
  const moments: readonly (readonly [share: number, locked: boolean])[] = [
    ...[0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1].map((share) => [share, false] as const),
    [1.5, true],
    [1.5, true],
    [1.5, true],
  ];
  let nothing = 0;
  for (const [index, [share, isLocked]] of moments.entries()) {
    const started = folder.start(['import', 'run.zip', '--store', OTHER]);
    const lock = isLocked ? lockOf(join(folder.path, OTHER)) : undefined;
    await wait(whole * share);
    lock?.release();
    // Within the copying, if anything: it has just got the lock.
    if (isLocked) await wait(index * 3);
    started.process.kill('SIGKILL');
    await started.ended;
    const { runs } = JSON.parse((await folder.touchstone('runs', '--json', '--store', OTHER)).stdout);
    expect(readdirSync(join(folder.path, '다른 곳')).filter((name) => !/^실행\.db(?:-wal|-shm|-leases)?$/u.test(name))).toEqual(
      [],
    );
    if (runs.length === 0) nothing++;
    else {
      await folder.touchstone('export', '@last', 'again.zip', '--store', OTHER);
      expect(readFileSync(join(folder.path, 'again.zip')).equals(readFileSync(join(folder.path, 'run.zip')))).toBe(true);
      await folder.touchstone('delete', '@last', '--yes', '--store', OTHER);
    }
  }
  expect(nothing).toBeGreaterThan(0);
  const database = new DatabaseSync(join(folder.path, OTHER));
  for (const table of ['run', 'evaluation', 'row', 'score']) {
    expect(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()).toEqual({ count: 0 });
  }
  database.close();
  expect((await folder.touchstone('import', 'run.zip', '--store', OTHER)).exitCode).toBe(0);
  expect((await folder.touchstone('doctor', '--store', OTHER)).exitCode).toBe(0);
});

it('failures become a data set that is evaluated again as it is', async () => {
  const folder = new TestFolder();
  folder.writeRows(
    'questions.jsonl',
    [0, 1, 2, 3, 4, 5].map((n) => ({
      id: `q${n}`,
      context: `문맥 ${n}`,
      question: `질문 ${n}`,
      expected: `답 ${n}`,
      outputs: n,
    })),
  );
  folder.write(
    'model.js',
    `import { existsSync } from 'node:fs';
     export function answer({ question }) {
       if (Number(question.slice(3)) % 3 === 1 && !existsSync('mended')) throw new Error('overloaded');
       return question.replace('질문', '답');
     }`,
  );
  folder.write('evals/.keep', '');
  const flags = ['--inputs', 'question', '--targets', 'expected', '--id', 'id', '--metric', 'exact_match', '--trials', '2'];
  await folder.touchstone('run', '--data', 'questions.jsonl', ...flags, '--model', './model.js#answer');
  const written = await folder.touchstone('rows', '@last', '--failed', '--to', 'evals/regressions.jsonl');
  expect(written).toEqual({ exitCode: 0, stdout: '', stderr: '2 rows written to evals/regressions.jsonl.\n' });
  expect(folder.read('evals/regressions.jsonl')).toBe(
    [1, 4]
      .map((n) => `{"id":"q${n}","context":"문맥 ${n}","question":"질문 ${n}","expected":"답 ${n}","outputs":${n}}\n`)
      .join(''),
  );
  folder.write('mended', '');
  const again = await folder.touchstone(
    ...['run', '--data', 'evals/regressions.jsonl', ...flags, '--model', './model.js#answer', '--json'],
  );
  expect(again.exitCode).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({
    run: { rows: 2 },
    metrics: { 'exact_match/v1': 1 },
    coverage: { 'exact_match/v1': { scored: 4, failed: 0 } },
  });
});

async function folderWithRun(): Promise<TestFolder> {
  const folder = new TestFolder();
  folder.writeRows('answers.jsonl', answers);
  const { exitCode } = await folder.touchstone(...static3, '--metric', 'exact_match', '--run-name', '시험', '--tag', '팀=검색');
  expect(exitCode).toBe(0);
  return folder;
}

function lockOf(path: string): { release(): void } {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA busy_timeout = 1000; BEGIN IMMEDIATE');
  return {
    release() {
      database.exec('ROLLBACK');
      database.close();
    },
  };
}
