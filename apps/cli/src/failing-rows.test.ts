import { describe, expect, it } from 'vitest';
import { answers, static3, TestFolder } from './__fixtures__/test-folder.ts';

const ROWS = 20;
const asking = ['run', '--data', 'questions.jsonl', '--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match'];

const models = `
import { appendFileSync } from 'node:fs';
const tick = () => new Promise((resolve) => setTimeout(resolve, 5));
export async function sometimes({ question }) {
  await tick();
  if (Number(question) % 5 === 4) throw new Error('the provider is overloaded');
  return question;
}
export async function never() { await tick(); throw new Error('no such host'); }
export async function outputs({ question }) {
  appendFileSync('asked.log', '.');
  await tick();
  return { answer: question, sources: [] };
}
export function silent() { return new Promise(() => {}); }
`;

const metrics = `
import { defineMetric, metric } from '@touchstone/core';
export const brief = metric('brief', ({ predictions }) => predictions.length < 10);
export const throws = metric('throws', () => { throw new Error('boom'); });
export const sometimes = metric('sometimes', ({ predictions }) => { if (predictions.startsWith('A g')) throw new Error('boom'); return 1; });
export const notANumber = metric('not_a_number', () => Number.NaN);
export const tooFew = defineMetric({ name: 'too_few', greaterIsBetter: true, needs: ['predictions'], scoreBatch: (rows) => rows.slice(1).map(() => 1) });
export const never = metric('never', () => new Promise(() => {}));
`;

function folder(): TestFolder {
  const made = new TestFolder();
  made.writeRows('answers.jsonl', answers);
  made.writeRows(
    'questions.jsonl',
    Array.from({ length: ROWS }, (_, n) => ({ question: String(n), expected: String(n) })),
  );
  made.write('models.js', models);
  made.write('metrics.js', metrics);
  return made;
}

describe('a metric that fails', () => {
  const cases: readonly (readonly [name: string, code: string, sentence: string])[] = [
    ['throws', 'exception', 'throws: boom'],
    ['notANumber', 'not-finite', 'not_a_number returned NaN'],
    ['tooFew', 'wrong-length', 'too_few returned 2 scores for 3 rows'],
    ['never', 'timeout', 'never: no answer within 1 s'],
  ];
  it.each(cases)('on all rows (%s) is counted, and alone fails the run', async (name, code, sentence) => {
    const { touchstone, tidy } = bound(folder());
    const { exitCode, stdout, stderr } = await touchstone(
      ...static3,
      '--metric',
      `./metrics.js#${name}`,
      '--timeout',
      '1',
      '--json',
    );
    const { run, metrics, coverage } = JSON.parse(stdout);
    expect(run.status).toBe('failed');
    expect(metrics).toEqual({});
    expect(Object.values(coverage)).toEqual([{ scored: 0, skipped: 0, failed: 3, reasons: { [code]: 3 } }]);
    expect({ exitCode, stderr: tidy(stderr) }).toEqual({
      exitCode: 3,
      stderr: [
        `failed: 3 rows, 3 failed (nothing was scored: ${code} (3 of 3 rows))`,
        `Row 1: ${sentence}`,
        'touchstone rows ID --failed',
        '',
      ].join('\n'),
    });
  });

  it('leaves the other metrics alone', async () => {
    const { touchstone, tidy } = bound(folder());
    const { exitCode, stdout, stderr } = await touchstone(
      ...static3,
      '--metric',
      './metrics.js#sometimes',
      '--metric',
      './metrics.js#throws',
      '--metric',
      'exact_match',
    );
    expect(exitCode).toBe(0);
    expect(tidy(stdout)).toBe(
      [
        'answers.jsonl ID · Default · finished · 3 rows · TIME',
        '',
        'metric           value      95 % interval  variance  p90  scored',
        'sometimes/mean       1                            0    1     2/3',
        'throws                                                       0/3',
        'exact_match/v1  0.3333  [0.06149, 0.7923]                    3/3',
        '',
        'Not scored',
        '  sometimes: 1 failed (exception)',
        '  throws: 3 failed (exception)',
        '',
        'Warnings',
        '  throws: no valid scores (exception 3).',
        '',
      ].join('\n'),
    );
    expect(tidy(stderr)).toBe('finished: 3 rows, failed: sometimes 1, throws 3 · touchstone rows ID --failed\n');
  });
});

describe('a model that fails', () => {
  it('on some rows finishes with 0, and is counted in the coverage and on the last line', async () => {
    const { touchstone, tidy } = bound(folder());
    const { exitCode, stdout, stderr } = await touchstone(...asking, '--model', './models.js#sometimes', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      run: { status: 'finished', rows: 20 },
      metrics: { 'exact_match/v1': 1 },
      coverage: { 'exact_match/v1': { scored: 16, skipped: 0, failed: 4, reasons: { 'prediction-failed': 4 } } },
    });
    expect(tidy(stderr)).toBe('finished: 20 rows, 4 failed · touchstone rows ID --failed\n');
    const rows = await touchstone('rows', '@last', '--failed', '--limit', '1');
    expect(rows.stdout.replace(/(?<=row 5 · ).*/u, 'KEY')).toBe(
      [
        'row 5 · KEY',
        '  question     4',
        '  expected     4',
        '  exact_match  failed (prediction-failed): there is no prediction: the provider',
        '               is overloaded',
        '',
      ].join('\n'),
    );
  });

  it('on all rows fails the run, with exit 3 and the reason', async () => {
    const { touchstone, tidy } = bound(folder());
    const { exitCode, stderr } = await touchstone(...asking, '--model', './models.js#never');
    expect({ exitCode, stderr: tidy(stderr) }).toEqual({
      exitCode: 3,
      stderr: [
        'failed: 20 rows, 20 failed (nothing was scored: prediction-failed (20 of 20 rows))',
        'Row 1: there is no prediction: no such host',
        'touchstone rows ID --failed',
        '',
      ].join('\n'),
    });
  });

  it('by never answering is given up after --timeout', async () => {
    const { touchstone } = bound(folder());
    const { exitCode, stderr } = await touchstone(
      ...asking,
      '--model',
      './models.js#silent',
      '--timeout',
      '1',
      '--limit',
      '2',
      '--no-store',
    );
    expect(exitCode).toBe(3);
    expect(stderr).toContain('Row 1: there is no prediction: the model gave no answer within 1 s\n');
  });

  it('more often than --error-budget allows stops the run, which can be resumed and stays incomplete', async () => {
    const { touchstone, tidy } = bound(folder());
    const flags = [...asking, '--model', './models.js#sometimes', '--concurrency', '1', '--error-budget', '0.1'];
    const { exitCode, stdout, stderr } = await touchstone(...flags, '--json');
    expect(exitCode).toBe(3);
    // The third failure, one more than a tenth of 20 rows, is row 15. It counts when it is stored; rows after it may have been asked by then.
    const { run, coverage } = JSON.parse(stdout);
    expect(run.status).toBe('incomplete');
    expect(coverage['exact_match/v1'].failed).toBeGreaterThanOrEqual(3);
    expect(run.rows).toBeGreaterThanOrEqual(15);
    expect(tidy(stderr).replace(/\d+ rows, [34] failed/u, 'SOME rows, 3 failed')).toBe(
      [
        'incomplete: SOME rows, 3 failed (the error budget is spent: 3 of 20 rows failed, and 10 % may)',
        'Continue it with (and a higher --error-budget):',
        'touchstone resume ID',
        '',
      ].join('\n'),
    );
    // The rest is done, and it stays said that more failed than may: resuming does not make it a finished run.
    const resumed = await touchstone('resume', '--json');
    expect(resumed.exitCode).toBe(3);
    expect(JSON.parse(resumed.stdout)).toMatchObject({
      run: { status: 'incomplete', reason: 'the error budget is spent: 4 of 20 rows failed, and 10 % may', rows: 20 },
      coverage: { 'exact_match/v1': { scored: 16, failed: 4 } },
    });
  });
});

describe('a model whose output is not what was asked for', () => {
  it('stops after the first rows, and names what it returned', async () => {
    const made = folder();
    const flags = [...asking, '--model', './models.js#outputs', '--concurrency', '2'];
    const { exitCode, stdout, stderr } = await made.touchstone(...flags, '--predictions', 'anwser');
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 3,
      stdout: '',
      stderr: "--predictions is 'anwser', and the model returned no such output. Did you mean 'answer'?\n",
    });
    expect(made.read('asked.log').length).toBeLessThanOrEqual(4);
  });

  it('or of which there are several, asks to choose', async () => {
    const { exitCode, stdout, stderr } = await folder().touchstone(...asking, '--model', './models.js#outputs');
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 3,
      stdout: '',
      stderr:
        'The model returned several outputs (answer, sources): say which one is the prediction with --predictions answer.\n',
    });
  });
});

describe('a cell of 50 MB', () => {
  it('is compared, stored and shown; metrics that cannot take it skip it with a reason', async () => {
    const made = folder();
    made.writeRows('answers.jsonl', answers.with(1, { question: 'long', expected: 'short', output: 'word '.repeat(10_000_000) }));
    const { exitCode, stdout, stderr } = await made.touchstone(
      ...static3,
      '--metric',
      'rougeL',
      '--metric',
      'exact_match',
      '--json',
    );
    expect({ exitCode, stderr: made.tidy(stderr) }).toEqual({
      exitCode: 0,
      stderr: 'finished: 3 rows, 1 skipped · touchstone show ID\n',
    });
    expect(JSON.parse(stdout).coverage).toEqual({
      'rougeL/v1': { scored: 2, skipped: 1, failed: 0, reasons: { 'too-long': 1 } },
      'exact_match/v1': { scored: 3, skipped: 0, failed: 0, reasons: {} },
    });
    const rows = await made.touchstone('rows', '@last');
    expect(rows.stdout).toContain('  rougeL       skipped (too-long): the texts are too long for rougeL');
    expect(rows.stdout.length).toBeLessThan(2000);
  });
});

function bound(made: TestFolder) {
  return { touchstone: made.touchstone.bind(made), tidy: made.tidy.bind(made) };
}
