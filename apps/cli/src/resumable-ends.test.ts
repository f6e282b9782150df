import { setTimeout as wait } from 'node:timers/promises';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import { describe, expect, it } from 'vitest';
import { TestFolder } from './__fixtures__/test-folder.ts';
import { nextCommand } from './open-touchstone.ts';

const ROWS = 12;
/** As people name things: with a space, Korean letters and an apostrophe. */
const STORE = "저장소 '24/내 runs.db";
const base = ['--data', 'questions.jsonl', '--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match'];
const run = ['run', ...base, '--store', STORE, '--concurrency', '2'];

function folderWithQuestions(): TestFolder {
  const folder = new TestFolder();
  folder.writeRows(
    'questions.jsonl',
    Array.from({ length: ROWS }, (_, n) => ({ question: `질문 ${n}`, expected: `답 ${n}` })),
  );
  folder.write('asked.log', '');
  return folder;
}

function askedIn(folder: TestFolder): readonly string[] {
  return folder.read('asked.log').split('\n').slice(0, -1);
}

function lastLine(stderr: string): string {
  expect(stderr.endsWith('\n')).toBe(true);
  return stderr.trimEnd().split('\n').at(-1) ?? '';
}

/** The last line as it is, in a shell. */
async function pasteLastLine(folder: TestFolder, stderr: string, more = ''): Promise<unknown> {
  const line = lastLine(stderr);
  expect(folder.tidy(line)).toBe(String.raw`touchstone resume ID --store '저장소 '\''24/내 runs.db'`);
  const resumed = await folder.shell(`${line} ${more} --json`);
  expect(resumed).toMatchObject({ exitCode: 0 });
  return JSON.parse(resumed.stdout);
}

describe.each(['SIGINT', 'SIGTERM'] as const)('a run that %s ends', (signal) => {
  it('is continued by its last line on stderr, pasted into a shell', async () => {
    const folder = folderWithQuestions();
    folder.write(
      'answer.ts',
      `import { appendFileSync, existsSync } from 'node:fs';
       import { setTimeout as wait } from 'node:timers/promises';
       export async function answer({ question }: { question: string }) {
         appendFileSync('asked.log', question + '\\n');
         while (!existsSync('go')) await wait(5);
         return question.replace('질문', '답');
       }`,
    );
    const started = folder.start([...run, '--model', './answer.ts#answer']);
    while (askedIn(folder).length < 2 && started.process.exitCode === null) await wait(10);
    started.process.kill(signal);
    await wait(200);
    folder.write('go', '');
    const { exitCode, stderr } = await started.ended;
    expect(exitCode).toBe(130);
    expect(await pasteLastLine(folder, stderr)).toMatchObject({
      run: { status: 'finished', rows: ROWS },
      metrics: { 'exact_match/v1': 1 },
    });
    expect(askedIn(folder).toSorted()).toEqual(Array.from({ length: ROWS }, (_, n) => `질문 ${n}`).toSorted());
  });
});

describe('a run that its cost cap ends', () => {
  it('is continued by its last line with a higher cap, and asks for nothing twice', async () => {
    await using provider = await fakeProvider({
      answers: { chat: { text: '답', usage: { inputTokens: 1_000, outputTokens: 500 } } },
    });
    const folder = folderWithQuestions();
    folder.install('@touchstone/model-openai', 'packages/models/openai');
    folder.write('.env', `OPENAI_API_KEY=key\nOPENAI_BASE_URL=${provider.openai}\n`);
    const flags = ['--model', 'openai:/gpt-5-mini', '--model-option', 'max-output-tokens=500', '--env-file', '.env'];
    const capped = await folder.touchstone(...run, ...flags, '--max-cost', '0.006');
    expect(capped.exitCode).toBe(3);
    expect(capped.stderr).toMatch(
      /^incomplete: \d rows? \(the cost cap is reached: .*\)\nContinue it with \(and a higher --max-cost\):\n/mu,
    );
    const asked = provider.calls().length;
    expect(asked).toBeLessThan(ROWS);
    // The same cap again stops it again, and spends nothing.
    const again = await folder.shell(lastLine(capped.stderr));
    expect(again.exitCode).toBe(3);
    expect(lastLine(again.stderr)).toBe(lastLine(capped.stderr));
    expect(provider.calls()).toHaveLength(asked);
    expect(await pasteLastLine(folder, again.stderr, '--max-cost 1')).toMatchObject({ run: { status: 'finished', rows: ROWS } });
    expect(provider.calls()).toHaveLength(ROWS);
  });
});

describe('a run that its error budget ends', () => {
  it('is continued by its last line with a higher budget', async () => {
    const folder = folderWithQuestions();
    folder.write(
      'answer.ts',
      `import { appendFileSync } from 'node:fs';
       export function answer({ question }: { question: string }) {
         appendFileSync('asked.log', question + '\\n');
         if (/ [246]$/.test(question)) throw new Error('너무 어렵습니다');
         return question.replace('질문', '답');
       }`,
    );
    const stopped = await folder.touchstone(...run, '--model', './answer.ts#answer', '--error-budget', '0.1');
    expect(stopped.exitCode).toBe(3);
    expect(stopped.stderr).toMatch(
      /^incomplete: .*\(the error budget is spent: 2 of 12 rows failed, and 10 % may\)\nContinue it with \(and a higher --error-budget\):\n/mu,
    );
    expect(await pasteLastLine(folder, stopped.stderr, '--error-budget 0.5')).toMatchObject({
      run: { status: 'finished', rows: ROWS },
      coverage: { 'exact_match/v1': { scored: ROWS - 3, failed: 3 } },
    });
    expect(askedIn(folder)).toHaveLength(ROWS);
  });
});

describe('the command that a run ends with', () => {
  it.each([
    'runs.db',
    'deep/er/runs-2.db',
    '내 저장소.db',
    "it's.db",
    '$HOME/`id`.db',
    '-n',
    'a"b\\c*?.db',
    '~/runs.db',
    '=x',
    'a\nb.db',
    '',
  ])('means the same file in a shell: %j', async (path) => {
    const folder = new TestFolder();
    const printed = await folder.shell(`touchstone() { printf '%s|' "$@"; }\n${nextCommand('resume 1a2b3c4d', path)}`);
    expect(printed.stdout).toBe(`resume|1a2b3c4d|--store|${path.startsWith('-') ? `./${path}` : path}|`);
  });
});
