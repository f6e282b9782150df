import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { answers, static3, TestFolder } from './__fixtures__/test-folder.ts';

const questions = ['--data', 'questions.jsonl', '--inputs', 'question', '--targets', 'expected', '--model', './answer.ts#answer'];

function folderWithModel(): TestFolder {
  const folder = new TestFolder();
  folder.writeRows(
    'questions.jsonl',
    Array.from({ length: 12 }, (_, n) => ({
      question: `질문 ${n}`,
      expected: `답 ${n % 3}`,
      문단: n === 4 ? null : `문단 ${n}`,
    })),
  );
  folder.write(
    'answer.ts',
    `import { appendFileSync } from 'node:fs';
     export function answer({ question }: { question: string }) {
       appendFileSync('asked.log', question + '\\n');
       if (question.endsWith(' 5')) throw new Error('모릅니다');
       return question.replace('질문', '답');
     }`,
  );
  folder.write(
    'metrics/own.ts',
    `import { existsSync, appendFileSync } from 'node:fs';
     import { defineMetric, metric } from '@touchstone/core';
     export const marks = metric('marks', ({ predictions }) => predictions.length / 7);
     export const grounded = defineMetric({
       name: 'grounded', greaterIsBetter: true, needs: ['context'], scoreRow: ({ context }) => context.length,
     });
     export const gated = metric('gated', async ({ predictions }) => {
       appendFileSync('gated.log', predictions + '\\n');
       while (!existsSync('go') && predictions.endsWith(' 7')) await new Promise((resolve) => setTimeout(resolve, 5));
       return predictions.length > 3;
     });`,
  );
  folder.write('asked.log', '');
  return folder;
}

/** All that is shown of the last run but for its id, name and times. */
async function shown(folder: TestFolder): Promise<{ readonly result: string; readonly rows: string }> {
  const { run, usage: _, ...rest } = JSON.parse((await folder.touchstone('show', '@last', '--json')).stdout);
  const rows = await folder.touchstone('rows', '@last', '--json');
  return { result: JSON.stringify({ status: run.status, rows: run.rows, ...rest }, null, 1), rows: rows.stdout };
}

describe('touchstone score', () => {
  it('makes of a run, without its model, data and their folder, the run that had the metrics from the start', async () => {
    const folder = folderWithModel();
    const more = [
      '--metric',
      './metrics/own.ts#marks',
      '--metric',
      'rougeL',
      '--metric',
      './metrics/own.ts#grounded {"columns": {"context": "문단"}}',
    ];
    await folder.touchstone('run', ...questions, '--metric', 'exact_match', ...more);
    const atOnce = await shown(folder);
    await folder.touchstone('run', ...questions, '--metric', 'exact_match');
    const asked = folder.read('asked.log');
    folder.write('answer.ts', 'throw new Error("not needed")');
    folder.write('questions.jsonl', '');
    const scored = await folder.start(
      ['score', '@last', '--store', '../.touchstone/touchstone.db', ...more.map((word) => word.replace('./metrics/', './'))],
      { cwd: 'metrics' },
    ).ended;
    expect(scored.exitCode).toBe(0);
    expect(folder.tidy(scored.stderr)).toBe(
      'finished: 12 rows, 1 failed, 1 skipped · touchstone rows ID --failed --store ../.touchstone/touchstone.db\n',
    );
    expect(scored.stdout).toBe((await folder.touchstone('show', '@last')).stdout);
    expect(await shown(folder)).toEqual(atOnce);
    expect(folder.read('asked.log')).toBe(asked);
  });

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'that %s ends is an unfinished run, which resume finishes to the same numbers',
    async (signal) => {
      const folder = folderWithModel();
      const gated = ['--metric', './metrics/own.ts#gated'];
      folder.write('go', '');
      await folder.touchstone('run', ...questions, '--metric', 'exact_match', ...gated);
      const atOnce = await shown(folder);
      await folder.touchstone('run', ...questions, '--metric', 'exact_match');
      const asked = folder.read('asked.log');
      folder.remove('go');
      folder.write('gated.log', '');
      const scoring = folder.start(['score', '@last', ...gated, '--concurrency', '2']);
      while (!folder.read('gated.log').includes('답 7') && scoring.process.exitCode === null) await wait(10);
      await wait(300);
      scoring.process.kill(signal);
      if (signal === 'SIGINT') {
        await wait(200);
        scoring.process.kill(signal);
      }
      const { exitCode, stderr } = await scoring.ended;
      if (signal === 'SIGINT') {
        expect(exitCode).toBe(130);
        expect(folder.tidy(stderr.trimEnd().split('\n').at(-1) ?? '')).toBe('touchstone resume ID');
      }
      folder.write('go', '');
      const resumed = await folder.touchstone('resume');
      expect(resumed.exitCode).toBe(0);
      expect(await shown(folder)).toEqual(atOnce);
      expect(folder.read('asked.log')).toBe(asked);
      const made = folder.read('gated.log').split('\n').slice(0, -1);
      // Of the ten others that are to be scored at most one was in flight beside 답 7.
      expect(made.filter((text) => text !== '답 7').length).toBeLessThanOrEqual(11);
    },
  );

  it('of a run that was started from code ends with the same command, which goes on', async () => {
    const folder = folderWithModel();
    folder.write(
      'program.ts',
      `import { evaluate, metric } from '@touchstone/core';
import { sqlite } from '@touchstone/store-sqlite';
export const model = async () => {
  const store = sqlite('runs.db');
  const data = Array.from({ length: 9 }, (_, n) => ({ o: '답 ' + n }));
  await evaluate({ data, predictions: 'o', extraMetrics: [metric('own', () => 3)], store, run: { name: '손으로' } });
  await store[Symbol.asyncDispose]();
  return 'x';
};`,
    );
    const starting = ['run', '--data', 'questions.jsonl', '--model', './program.ts#model', '--metric', 'latency', '--limit', '1'];
    await folder.touchstone(...starting, '--no-store');
    folder.write('gated.log', '');
    const scoring = folder.start([
      'score',
      '손으로',
      '--metric',
      './metrics/own.ts#gated',
      '--store',
      'runs.db',
      '--concurrency',
      '1',
    ]);
    while (!folder.read('gated.log').includes('답 7') && scoring.process.exitCode === null) await wait(10);
    scoring.process.kill('SIGINT');
    await wait(200);
    scoring.process.kill('SIGINT');
    const { stderr } = await scoring.ended;
    const last = stderr.trimEnd().split('\n').at(-1) ?? '';
    expect(folder.tidy(last)).toBe("touchstone score ID --metric './metrics/own.ts#gated' --store runs.db");
    folder.write('go', '');
    const again = await folder.shell(`${last} --json`);
    expect(JSON.parse(again.stdout)).toMatchObject({
      run: { status: 'finished', rows: 9 },
      metrics: { 'own/mean': 3, 'gated/mean': 0 },
      coverage: { gated: { scored: 9 } },
    });
  });

  it('does nothing for a metric that is there, and names --rescore for one that differs', async () => {
    const folder = new TestFolder();
    folder.writeRows('answers.jsonl', answers);
    await folder.touchstone(
      ...static3,
      '--metric',
      'rougeL {"useStemmer": true}',
      '--metric',
      'exact_match',
      '--run-name',
      '시험',
    );
    const before = await folder.touchstone('show', '@last', '--json');
    const same = await folder.touchstone('score', '@last', '--metric', 'exact_match', '--json');
    expect(folder.tidy(same.stderr)).toBe(
      'exact_match/v1 is in run 시험 already, with the same signature (exact_match|v1).\nfinished: 3 rows · touchstone show ID\n',
    );
    expect(same.stdout).toBe(before.stdout);
    const other = await folder.touchstone('score', '@last', '--metric', 'rougeL');
    expect(other).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        'rougeL/v1 is in run 시험 already, as rougeL|v1|tokenizer:google|stem:yes, and what is asked for is rougeL|v1|tokenizer:google|stem:no: compute it anew by asking for it with --rescore in place of --metric, or give the other one a name of its own: --metric \'rougeL {"name": "rougeL_2"}\'.\n',
    });
    const unclear = await folder.touchstone('score', '@last', '--rescore', 'rougeL');
    expect(unclear).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        'The run was asked for rougeL {"useStemmer": true}: say whether it is to be the same again, --rescore \'rougeL {"useStemmer": true}\', or rougeL without options, --rescore \'rougeL {}\'.\n',
    });
    const rescored = await folder.touchstone('score', '@last', '--rescore', 'rougeL {}', '--json');
    expect(JSON.parse(rescored.stdout).signatures['rougeL/v1']).toBe('rougeL|v1|tokenizer:google|stem:no');
  });

  it('makes a metric again after its code has changed, and the run goes on with the new code', async () => {
    const folder = folderWithModel();
    await folder.touchstone('run', ...questions, '--metric', './metrics/own.ts#marks', '--metric', 'exact_match');
    folder.write('metrics/own.ts', folder.read('metrics/own.ts').replace('length / 7', 'length / 14'));
    const rescored = JSON.parse((await folder.touchstone('score', '@last', '--rescore', 'marks', '--json')).stdout);
    await folder.touchstone('run', ...questions, '--metric', './metrics/own.ts#marks', '--metric', 'exact_match');
    const anew = JSON.parse((await folder.touchstone('show', '@last', '--json')).stdout);
    expect(rescored.metrics).toEqual(anew.metrics);
    expect(rescored.signatures).toEqual(anew.signatures);
  });

  it.each([
    [
      ['score', '@last'],
      'There is nothing to score: name a metric to add with --metric NAME, or one to make again with --rescore NAME.',
    ],
    [
      ['score', '@last', '--rescore', 'rougeL'],
      "Run 시험 has no metric 'rougeL' to rescore. It has: exact_match. A new one is added with --metric rougeL.",
    ],
    [['score', '@last', '--metric', './gone.ts#x'], './gone.ts'],
    [['score', 'nobody', '--metric', 'rougeL'], "There is no run 'nobody'."],
    [['score', '@last', '--metric', 'rougeL', '--evaluation', '2'], 'Run 시험 has no evaluation 2, it has 1.'],
    [['score', '@last', '--metric', 'answer_similarity {"columns": 3}'], 'answer_similarity'],
    [
      ['score', '@last', '--metric', 'rougeL', '--concurrency', '0'],
      '--concurrency must be a whole number of at least 1, and it is 0.',
    ],
  ])('%j is refused, and the run stays as it was', async (args, sentence) => {
    const folder = new TestFolder();
    folder.writeRows('answers.jsonl', answers);
    await folder.touchstone(...static3, '--metric', 'exact_match', '--run-name', '시험');
    const before = await folder.touchstone('show', '@last', '--json');
    const refused = await folder.touchstone(...args);
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain(sentence);
    expect((await folder.touchstone('show', '@last', '--json')).stdout).toBe(before.stdout);
  });
});

describe('touchstone resume', () => {
  it('--retry-failed tries again what has failed, in a finished run, and asks for nothing else', async () => {
    const folder = folderWithModel();
    await folder.touchstone('run', ...questions, '--metric', 'exact_match');
    const well = folder.read('answer.ts');
    folder.write('asked.log', '');
    // The model is the same; what has failed before does not this time.
    folder.write('answer.ts', well);
    const again = await folder.touchstone('resume', '@last', '--retry-failed');
    expect(again.exitCode).toBe(0);
    expect(folder.read('asked.log')).toBe('질문 5\n');
    expect(again.stdout).toContain('prediction-failed');
    const nothing = await folder.touchstone('resume', '--retry-failed');
    expect(nothing.stderr).toBe(
      'There is no unfinished run in .touchstone/touchstone.db that nobody works on. Name a finished one to try its failed rows again: touchstone resume RUN --retry-failed.\n',
    );
  });

  it('--retry-failed says so when nothing has failed', async () => {
    const folder = new TestFolder();
    folder.writeRows('answers.jsonl', answers);
    await folder.touchstone(...static3, '--metric', 'exact_match', '--run-name', '시험');
    const ended = await folder.touchstone('resume', '@last', '--retry-failed');
    expect({ ...ended, stderr: folder.tidy(ended.stderr) }).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'Nothing has failed in run 시험 (ID), which is finished: there is nothing to try again.\n',
    });
  });

  it('--accept-changed-data asks for the changed rows and keeps the others', async () => {
    const folder = folderWithModel();
    await folder.touchstone('run', ...questions, '--metric', 'exact_match', '--run-name', '시험', '--key', '밤');
    folder.write('asked.log', '');
    folder.write('questions.jsonl', folder.read('questions.jsonl').replace('질문 3', '물음 3').replace('"답 1"', '"정답"'));
    const changed = await folder.touchstone('resume', '@last', '--accept-changed-data', '--json');
    expect(changed.exitCode).toBe(0);
    expect(folder.read('asked.log').split('\n').slice(0, -1).toSorted()).toEqual(['물음 3', '질문 1']);
    const { run } = JSON.parse(changed.stdout);
    expect(run).toMatchObject({ status: 'finished', rows: 12 });
    // The run is what its data are now.
    await folder.touchstone('run', ...questions, '--metric', 'exact_match');
    const anew = JSON.parse((await folder.touchstone('show', '@last', '--json')).stdout);
    expect(JSON.parse(changed.stdout).metrics).toEqual(anew.metrics);
  });
});
