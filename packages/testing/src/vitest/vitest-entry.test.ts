import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createTouchstone, defineMetric, definePlugin, metric, skipped } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import { fakeProvider } from '../fake-provider/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { evaluation, evaluationsOf, matchers } from './index.ts';

expect.extend(matchers);

const share = metric('share', ({ predictions, targets }) => predictions.length / targets.length, {
  needs: ['predictions', 'targets'],
});
const polite = metric('polite', ({ predictions }) => predictions.endsWith('요'));
const tone = metric('tone', ({ predictions }) => (predictions.endsWith('요') ? '해요체' : '하십시오체'));
const judged = defineMetric({
  name: 'judged',
  greaterIsBetter: true,
  needs: ['predictions', 'context?'],
  scoreRow: ({ predictions, context }) =>
    context === '' ? skipped('no context') : { value: predictions.length, justification: '글자 수' },
});

describe('toScore', () => {
  test('takes the columns that the metric needs beside the bounds', async () => {
    await expect('서울이에요').toScore(share, { targets: '서울입니다', atLeast: 1, atMost: 1 });
    await expect('서울').not.toScore(share, { targets: '서울입니다', atLeast: 0.5 });
    await expect(Promise.resolve('서울')).resolves.toScore(share, { targets: '서울', exactly: 1 });
    await expect('서울이에요').toScore(polite);
    await expect('서울입니다').not.toScore(polite);
    await expect('서울이에요').toScore(tone, { exactly: '해요체' });
    await expect('서울').toScore(judged(), { atLeast: 2 });
  });

  test('columns that are missing or of another kind do not compile', async () => {
    // @ts-expect-error the metric needs targets
    await expect(expect('서울').toScore(share, { atLeast: 0.5 })).rejects.toThrow('share gives this output no score');
    // @ts-expect-error its targets are a text
    await expect(expect('서울').toScore(share, { targets: 7, atLeast: 0.5 })).rejects.toThrow('no score');
  });

  test.each<[string, () => Promise<void>, string]>([
    [
      'a score that is too low',
      () => expect('서울').toScore(share, { targets: '서울입니다', atLeast: 0.5, atMost: 1 }),
      'share is 0.4, expected at least 0.5 and at most 1\n\n  predictions: 서울\n  targets: 서울입니다',
    ],
    [
      'why a judge says so',
      () => expect('서울').toScore(judged(), { context: '대한민국', atLeast: 3 }),
      'judged is 2 (글자 수), expected at least 3\n\n  predictions: 서울\n  context: 대한민국',
    ],
    [
      'no score, also with not',
      () => expect('서울').not.toScore(judged(), { context: '', atLeast: 3 }),
      'judged gives this output no score: skipped, no context\n\n  predictions: 서울\n  context: ',
    ],
    [
      'nothing expected',
      () => expect('서울').toScore(share, { targets: '서울' }),
      'toScore needs to know what to expect of share: say atLeast, atMost or exactly. It is 1.',
    ],
    [
      'an order of labels',
      () => expect('서울').toScore(tone, { atLeast: 1 }),
      `tone gives labels such as "하십시오체", which have no order: say exactly: '…' instead.`,
    ],
  ])('says %s', async (_, assertion, message) => {
    await expect(assertion()).rejects.toThrow(expect.objectContaining({ message }));
  });
});

const data = [
  { question: '수도는?', expected: '서울입니다', answer: '서울이에요' },
  { question: '빵은?', expected: '효모로 부풀립니다', answer: '효모예요' },
];

evaluation('an evaluation is a test of its own', {
  data,
  inputs: 'question',
  targets: 'expected',
  predictions: 'answer',
  extraMetrics: [share, polite],
  atLeast: { 'polite/mean': 1, 'share/mean': 0.7 },
  atMost: { 'share/mean': 0.8 },
});

const named = evaluationsOf(
  createTouchstone({ plugins: [definePlugin({ name: 'ours', metrics: [judged], register: () => undefined })] }),
);
named('metrics by name are those of the Touchstone', {
  data,
  targets: 'expected',
  predictions: 'answer',
  extraMetrics: ['judged'],
  atLeast: { 'judged/mean': 4 },
});

test('what cannot be right does not compile', () => {
  // Never called: only the compiler looks at it.
  const mistakes = (): void => {
    // @ts-expect-error there is no such column
    evaluation('x', { data, targets: 'expcted', predictions: 'answer', extraMetrics: [polite] });
    // @ts-expect-error evaluation knows no plug-ins
    evaluation('x', { data, predictions: 'answer', extraMetrics: ['judged'] });
    // @ts-expect-error a bound is a number
    evaluation('x', { data, predictions: 'answer', extraMetrics: [polite], atLeast: { 'polite/mean': 'all' } });
  };
  expect(mistakes).toBeTypeOf('function');
});

describe('an evaluation that is not as expected', () => {
  test('fails with what was expected and a table of the rows to blame', async () => {
    const cassette = join(temporaryFolder(), 'calls.jsonl');
    writeFileSync(cassette, '{"touchstone":"cassette","version":1}\n');
    const failures = await failuresOf({ CASSETTE: cassette, CI: 'true', SERVER: 'http://127.0.0.1:9' });
    expect(failures).toEqual({
      'is met': [],
      'misses a bound': [
        // 0.5407 ± t(0.975, 2) · 0.4075 / √3
        'brief/mean is 0.5407 [-0.4716, 1.553], expected at least 0.9',
        '',
        'row  question         expected           answer  brief',
        '2    두 번째 도시는?  부산입니다         부산    0.4',
        '3    빵은?            효모로 부풀립니다  효모    0.2222',
      ],
      'misses a share': [
        'polite/mean is 0.3333 [0.06149, 0.7923], expected at least 0.5',
        "There is no polit/mean in the result. Did you mean 'polite/mean'?",
        '',
        'row  question         expected           answer  polite',
        '2    두 번째 도시는?  부산입니다         부산    false',
        '3    빵은?            효모로 부풀립니다  효모    false',
      ],
      'has a row that failed': [
        'strict was scored for 2 of 3 rows, expected at least 95 % (exception 1)',
        '',
        'row  question         expected    answer  strict',
        '2    두 번째 도시는?  부산입니다  부산    failed: strict: 너무 짧습니다',
      ],
      'has few rows that failed': [],
      'was never recorded': [
        `The evaluation is incomplete: 3 calls are not in the cassette '${cassette}', and a replay sends nothing. Nothing is recorded there. Record what is new in mode auto.`,
      ],
      'a matcher says what it saw': [
        'brief is 0.2222222222222222, expected at least 0.5',
        '',
        '  predictions: 효모',
        '  targets: 효모로 부풀립니다',
      ],
    });
  });
});

test('a cassette without a mode is recorded as TOUCHSTONE_CASSETTE_MODE says, and where CI is set it is replayed', async () => {
  const cassette = join(temporaryFolder(), 'calls.jsonl');
  let answer = '효모로';
  const provider = await fakeProvider({ answers: { app: () => answer } });
  const recordedBy = async (env: Readonly<Record<string, string>>): Promise<readonly string[] | undefined> => {
    const failures = await failuresOf({ CASSETTE: cassette, SERVER: provider.app, CI: '', ...env });
    return failures['was never recorded'];
  };
  expect(await recordedBy({})).toEqual([]);
  const first = readFileSync(cassette, 'utf8');
  expect(first).toContain('효모로');
  answer = '다른 답';
  expect(await recordedBy({})).toEqual([]);
  expect(readFileSync(cassette, 'utf8')).toBe(first);
  expect(await recordedBy({ CI: 'true', TOUCHSTONE_CASSETTE_MODE: 'record' })).toEqual([]);
  expect(readFileSync(cassette, 'utf8')).toContain('다른 답');
  await provider[Symbol.asyncDispose]();
  expect(await recordedBy({ CI: 'true' })).toEqual([]);
  const refused = await recordedBy({ TOUCHSTONE_CASSETTE_MODE: 'rerecord' });
  expect(refused?.join()).toContain("cassette: 'mode' must be 'auto', 'record' or 'replay', and it is 'rerecord'.");
});

/** The tests of the fixture with the lines of their failure messages; none: passed. */
async function failuresOf(env: Readonly<Record<string, string>>): Promise<Readonly<Record<string, readonly string[]>>> {
  const fixtures = join(import.meta.dirname, '__fixtures__');
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const output = join(temporaryFolder(), 'report.json');
  const config = ['--root', fixtures, '--config', join(fixtures, 'vitest.config.ts')];
  const args = [vitest, 'run', ...config, '--reporter', 'json', '--outputFile', output];
  await new Promise<void>((resolve) => {
    execFile(process.execPath, args, { env: { ...process.env, ...env } }, () => resolve());
  });
  const report: {
    readonly testResults: readonly {
      readonly assertionResults: readonly { readonly title: string; readonly failureMessages: readonly string[] }[];
    }[];
  } = JSON.parse(readFileSync(output, 'utf8'));
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  return Object.fromEntries(results.map(({ title, failureMessages }) => [title, failureMessages.flatMap(linesOf)]));
}

/** Without the name of the error and the stack. */
function linesOf(message: string): readonly string[] {
  const lines = message.replace(/^\w*Error: /u, '').split('\n');
  const stack = lines.findIndex((line) => /^\s+at /u.test(line));
  return lines.slice(0, stack < 0 ? undefined : stack);
}
