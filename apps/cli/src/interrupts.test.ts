import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Ended, type Started, TestFolder } from './__fixtures__/test-folder.ts';

const ROWS = 24;
const flags = ['run', '--data', 'questions.jsonl', '--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match'];

/** The model answers a row when the file `go` is there, and writes down what it was asked. */
function folderWithModel(): TestFolder {
  const folder = new TestFolder();
  folder.writeRows(
    'questions.jsonl',
    Array.from({ length: ROWS }, (_, n) => ({ question: `question ${n}`, expected: `answer to question ${n}` })),
  );
  folder.write(
    'answer.ts',
    `import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
export async function answer({ question }: { question: string }) {
  appendFileSync('asked.log', question + '\\n');
  while (!existsSync('go')) await wait(5);
  return 'answer to ' + question;
}`,
  );
  folder.write('asked.log', '');
  return folder;
}

function asked(folder: TestFolder): readonly string[] {
  return folder.read('asked.log').split('\n').slice(0, -1);
}

/** Resolves when the model was asked that many rows, or the command has ended. */
async function untilAsked(folder: TestFolder, count: number, started: Started): Promise<void> {
  while (asked(folder).length < count && started.process.exitCode === null) await wait(10);
}

async function resumeWithLastLine(folder: TestFolder, { stderr }: Ended): Promise<Ended> {
  const [command, ...args] = stderr.trimEnd().split('\n').at(-1)?.split(' ') ?? [];
  expect(command).toBe('touchstone');
  return folder.touchstone(...args, '--json');
}

describe.each(['SIGINT', 'SIGTERM'] as const)('%s once', (signal) => {
  it('finishes the rows in flight, stores them, and ends with the command that goes on', async () => {
    const folder = folderWithModel();
    const started = folder.start([...flags, '--model', './answer.ts#answer', '--concurrency', '4', '--json']);
    await untilAsked(folder, 4, started);
    started.process.kill(signal);
    await wait(200);
    folder.write('go', '');
    const ended = await started.ended;
    expect(ended.exitCode).toBe(130);
    expect(folder.tidy(ended.stderr)).toBe(
      [
        'Stopping: the rows in flight are finished and stored. Press Ctrl-C again to stop now.',
        'interrupted: 4 rows (it was stopped)',
        'Continue it with:',
        'touchstone resume ID',
        '',
      ].join('\n'),
    );
    expect(JSON.parse(ended.stdout)).toMatchObject({
      run: { status: 'interrupted', reason: 'it was stopped', rows: 4 },
      metrics: { 'exact_match/v1': 1 },
      coverage: { 'exact_match/v1': { scored: 4 } },
    });

    const resumed = await resumeWithLastLine(folder, ended);
    expect(resumed.exitCode).toBe(0);
    expect(JSON.parse(resumed.stdout)).toMatchObject({
      run: { status: 'finished', rows: ROWS },
      coverage: { 'exact_match/v1': { scored: ROWS } },
    });
    // Every row was asked, and none of them twice.
    expect(asked(folder).toSorted()).toEqual(Array.from({ length: ROWS }, (_, n) => `question ${n}`).toSorted());
  });
});

describe('SIGINT twice', () => {
  it('gives up the rows in flight at once, and keeps what was stored', async () => {
    const folder = folderWithModel();
    const started = folder.start([...flags, '--model', './answer.ts#answer', '--concurrency', '4', '--store', 'my runs.db']);
    await untilAsked(folder, 4, started);
    started.process.kill('SIGINT');
    await wait(200);
    started.process.kill('SIGINT');
    // Nothing ever lets the model answer: only giving up can end this.
    const ended = await started.ended;
    expect(ended.exitCode).toBe(130);
    expect(folder.tidy(ended.stderr.slice(ended.stderr.indexOf('interrupted')))).toBe(
      ['interrupted: 0 rows (it was stopped)', 'Continue it with:', "touchstone resume ID --store 'my runs.db'", ''].join('\n'),
    );
    folder.write('go', '');
    const resumed = await folder.touchstone('resume', '--store', 'my runs.db', '--json');
    expect(JSON.parse(resumed.stdout).coverage['exact_match/v1'].scored).toBe(ROWS);
  });
});

describe('a signal between evaluations', () => {
  it('names what was not started', async () => {
    const folder = folderWithModel();
    folder.write(
      'touchstone.config.mjs',
      "const one = { data: 'questions.jsonl', inputs: 'question', targets: 'expected', model: './answer.ts#answer', extraMetrics: ['exact_match'] };\nexport default { evaluations: { one, later: one } };",
    );
    const started = folder.start(['run', '--concurrency', '2']);
    await untilAsked(folder, 2, started);
    started.process.kill('SIGINT');
    folder.write('go', '');
    const { exitCode, stderr } = await started.ended;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('\nNot started: later.\ninterrupted: ');
  });
});

describe('an unfinished run', () => {
  async function interrupted(...more: readonly string[]): Promise<TestFolder> {
    const folder = folderWithModel();
    const started = folder.start([...flags, '--model', './answer.ts#answer', '--concurrency', '4', ...more]);
    await untilAsked(folder, 4, started);
    started.process.kill('SIGINT');
    await wait(100);
    folder.write('go', '');
    await started.ended;
    return folder;
  }

  it('is continued by --key and --resume, once; then a new run is started', async () => {
    const folder = await interrupted('--key', 'nightly');
    const again = [...flags, '--model', './answer.ts#answer', '--key', 'nightly', '--resume'];
    expect((await folder.touchstone(...again)).exitCode).toBe(0);
    expect(asked(folder)).toHaveLength(ROWS);
    expect((await folder.touchstone(...again)).exitCode).toBe(0);
    expect(asked(folder)).toHaveLength(2 * ROWS);
    expect(JSON.parse((await folder.touchstone('runs', '--json')).stdout).runs).toHaveLength(2);
  });

  it('is continued by --resume alone when the plan is the same, and not when it is another', async () => {
    const folder = await interrupted();
    const again = [...flags, '--model', './answer.ts#answer', '--resume', '--no-store'];
    await folder.touchstone(...again.slice(0, -1), '--limit', '1');
    expect(asked(folder)).toHaveLength(5);
    await folder.touchstone(...again.slice(0, -1));
    expect(asked(folder)).toHaveLength(5 + ROWS - 4);
  });

  it('is not continued on changed data, and says what changed', async () => {
    const folder = await interrupted('--key', 'nightly');
    folder.write('questions.jsonl', folder.read('questions.jsonl').replace('question 20', 'question twenty'));
    const sentence = [
      "Run questions.jsonl ID (key 'nightly') cannot be continued, because this is not what it was started with:",
      '  - the data: FOLDER/questions.jsonl has other content now, but for the 4 rows that are stored',
      'Nothing was run. Put it back as it was, go on with the rows that match (touchstone resume --accept-changed-data), or start a new run with another key.',
      '',
    ].join('\n');
    const resumed = await folder.touchstone('resume');
    expect({ exitCode: resumed.exitCode, stderr: folder.tidy(resumed.stderr) }).toEqual({
      exitCode: 2,
      stderr: `Resuming questions.jsonl ID (ID).\n${sentence}`,
    });
    const keyed = await folder.touchstone(...flags, '--model', './answer.ts#answer', '--key', 'nightly', '--resume');
    expect({ exitCode: keyed.exitCode, stderr: folder.tidy(keyed.stderr) }).toEqual({ exitCode: 2, stderr: sentence });
    expect(JSON.parse((await folder.touchstone('show', '@last', '--json')).stdout).run.status).toBe('interrupted');
  });

  it('is not continued with a changed model, which is named', async () => {
    const folder = await interrupted();
    folder.write('answer.ts', `${folder.read('answer.ts')}// better\n`);
    const { exitCode, stderr } = await folder.touchstone('resume');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('  - the model: ./answer.ts#answer then, ./answer.ts#answer now, with other code or settings\n');
  });

  it('is resumed from another folder, its files written where one stands', async () => {
    const folder = await interrupted();
    folder.write('elsewhere/note.txt', '');
    const { exitCode, stderr } = await folder.start(
      ['resume', '@last', '--store', '../.touchstone/touchstone.db', '--output', 'result.json'],
      { cwd: 'elsewhere' },
    ).ended;
    expect(exitCode).toBe(0);
    expect(folder.tidy(stderr)).toBe(
      'Resuming questions.jsonl ID (ID).\nfinished: 24 rows · touchstone show ID --store ../.touchstone/touchstone.db\n',
    );
    expect(JSON.parse(folder.read('elsewhere/result.json')).run.status).toBe('finished');
  });
});

describe('two processes on one run', () => {
  it('is refused to the second at once, which says who works on it', async () => {
    const folder = folderWithModel();
    const first = folder.start([...flags, '--model', './answer.ts#answer', '--key', 'nightly']);
    await untilAsked(folder, 1, first);
    const sentence = new RegExp(
      `^Another process \\(pid ${first.process.pid}\\) works on run RUN-ID since TIME; wait until it is done, or stop it\\.\\n$`,
      'u',
    );
    const second = await folder.touchstone(...flags, '--model', './answer.ts#answer', '--key', 'nightly', '--resume');
    expect(second).toMatchObject({ exitCode: 3, stdout: '' });
    expect(folder.tidy(second.stderr)).toMatch(sentence);
    const deleting = await folder.touchstone('delete', '@last', '--yes');
    expect(deleting.exitCode).toBe(3);
    expect(folder.tidy(deleting.stderr)).toMatch(sentence);
    const resuming = await folder.touchstone('resume');
    expect(resuming).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'There is no unfinished run in .touchstone/touchstone.db that nobody works on.\n',
    });
    folder.write('go', '');
    expect((await first.ended).exitCode).toBe(0);
  });
});
