import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTouchstone, type EvaluationResult, type ScoredRow } from '@touchstone/core';
import openai from '@touchstone/model-openai';
import { sqlite } from '@touchstone/store-sqlite';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { citesPolicy, inLanguage } from './metrics.ts';
import { scriptedAnswers } from './scripted-answers.ts';

const here = import.meta.dirname;
const folder = mkdtempSync(join(tmpdir(), 'support-bot-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Topic {
  readonly topic: string;
  readonly rows: number;
  readonly resolves: number;
}

interface Question {
  readonly id: string;
  readonly topic: string;
  readonly language: 'en' | 'ko';
  readonly question: string;
  readonly ground_truth: string;
}

const questions: readonly Question[] = readFileSync(join(here, 'questions.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

describe('the data', () => {
  test('are a hundred different questions, sixty to forty, with ids in order', () => {
    expect(questions.map(({ id }) => id)).toEqual(
      Array.from({ length: 100 }, (_, index) => `q${String(index + 1).padStart(3, '0')}`),
    );
    expect(new Set(questions.map(({ question }) => question)).size).toBe(100);
    expect(questions.filter(({ language }) => language === 'ko')).toHaveLength(41);
    for (const { language, question, ground_truth } of questions) {
      for (const text of [question, ground_truth]) expect(/\p{Script=Hangul}/u.test(text), text).toBe(language === 'ko');
    }
  });

  test('Korean answers are polite', () => {
    for (const { language, ground_truth } of questions) if (language === 'ko') expect(ground_truth).toMatch(/(?:니다|요)\.$/u);
  });
});

describe('the metrics', () => {
  test.each([
    ['SD 카드는 7일 동안 보관합니다.', 'ko', true],
    ['Thank you for contacting 다래카메라!', 'ko', false],
    ['Thank you for contacting 다래카메라!', 'en', true],
    ['네, 3월 2일까지 가능합니다. OK!', 'en', false],
  ])('in_language: %s, asked in %s: %s', async (predictions, language, value) => {
    expect(await inLanguage().score({ predictions, language })).toMatchObject({ status: 'scored', value });
  });

  test('what has no letters is in no language', async () => {
    expect(await inLanguage().score({ predictions: '20,000 ₩', language: 'ko' })).toMatchObject({ status: 'skipped' });
  });

  test.each([
    ['4,000원입니다. [D2]', 'delivery', { status: 'scored', value: true }],
    ['It is [Z9], or [R2].', 'return', { status: 'scored', value: true }],
    ['It is [Z9].', 'return', { status: 'scored', value: false }],
    ['It is R2.', 'return', { status: 'scored', value: false }],
    ['Nobody knows. [R2]', 'other', { status: 'skipped' }],
  ])('cites_policy: %s on %s', async (predictions, topic, expected) => {
    expect(await citesPolicy().score({ predictions, topic })).toMatchObject(expected);
  });
});

describe('node examples/support-bot/evaluate.ts', () => {
  let ended: Ended;
  const results: Record<string, EvaluationResult> = {};
  const rows: Record<string, readonly ScoredRow[]> = {};
  const topicTables: Record<string, string> = {};

  beforeAll(async () => {
    ended = await run([join(here, 'evaluate.ts'), folder]);
    expect({ ...ended, stdout: '' }).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'OPENAI_API_KEY is not set: a fake provider on this machine gives scripted answers, and its judge counts words.\n',
    });
    // All that follows is read from the run files, in a store that has never seen the runs.
    const elsewhere = createTouchstone({ plugins: [openai({ apiKey: 'none' })] });
    for (const name of ['champion', 'challenger']) {
      const file = join(folder, `${name}.zip`);
      const { run } = await elsewhere.importRun(file);
      expect(run.name).toBe(name);
      const result = await elsewhere.result(run.id);
      results[name] = result;
      topicTables[name] = new TextDecoder().decode(await elsewhere.artifact(run.id, 'by_topic.json'));
      rows[name] = await Array.fromAsync(result.rows());
      const again = join(folder, `${name}-again.zip`);
      await elsewhere.exportRun(run.id, again);
      expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
    }
  }, 120_000);

  test('asks each prompt a hundred questions, and the judge about each answer', () => {
    for (const name of ['champion', 'challenger']) {
      expect(results[name]?.run).toMatchObject({ status: 'finished', rows: 100, experiment: 'support-bot' });
      expect(results[name]?.usage.metrics).toMatchObject({ model: { calls: 100 }, resolves: { calls: 100 } });
      expect(results[name]?.plans[0]?.limits).toMatchObject({ maxUsd: 2 });
      expect(results[name]?.skippedMetrics).toEqual([]);
      expect(answers(name)).toHaveLength(100);
    }
  });

  test('languages, counted by hand: the champion slips into English, the challenger never does', () => {
    const slips = questions.filter(({ language, question }) => language === 'ko' && question.length % 3 === 0);
    expect(slips.length).toBeGreaterThan(5);
    expect(answers('champion').filter(({ text, language }) => language === 'ko' && !/[가-힣]/u.test(text))).toHaveLength(
      slips.length,
    );
    expect(results.champion?.metrics['in_language/v1/mean']).toBeCloseTo(1 - slips.length / 100, 12);
    expect(results.challenger?.metrics['in_language/v1/mean']).toBe(1);
  });

  test('citations: none by the champion; by the challenger wherever it knows an answer', () => {
    const known = answers('challenger').filter(
      ({ text, topic }) => topic !== 'other' && !/The handbook does not say|안내서에 없는/u.test(text),
    );
    for (const { text } of known) expect(text).toMatch(/ \[[A-Z]\d\]$/u);
    expect(results.challenger?.metrics['cites_policy/v1/mean']).toBeCloseTo(known.length / 94, 12);
    expect(results.challenger?.coverage['cites_policy/v1']).toMatchObject({ scored: 94, skipped: 6, failed: 0 });
    expect(results.champion?.metrics['cites_policy/v1/mean']).toBe(0);
  });

  test('the judge’s grades follow from the texts', () => {
    expect(gradesOf('champion', 'other')).toEqual([1, 1, 1, 1, 1, 1]);
    expect(gradesOf('challenger', 'other')).toEqual([5, 5, 5, 5, 5, 5]);
    for (const name of ['champion', 'challenger']) {
      const grades = [...gradesOf(name)];
      expect(grades.every((grade) => [1, 2, 3, 4, 5].includes(grade))).toBe(true);
      expect(results[name]?.metrics['resolves/v1/mean']).toBeCloseTo(mean(grades), 12);
    }
    // Counted by hand: invo, requ, unti, 10, foll, mont; shor, rent; 국내, 카드, 계좌, 이체, 결제, 있습.
    expect(reasonOf('challenger', 'q078')).toBe('6 of 6 points of the reference are there.');
    expect(reasonOf('challenger', 'q001')).toBe('1 of 2 points of the reference are there; missing: shor.');
    expect(reasonOf('challenger', 'q069')).toBe('6 of 6 points of the reference are there.');
    expect(reasonOf('champion', 'q069')).toMatch(/^0 of 6 /u);
    for (const name of ['champion', 'challenger']) {
      for (const { key } of rows[name] ?? []) {
        const [, found = '', wanted = ''] = /^(\d+) of (\d+) /u.exec(reasonOf(name, key)) ?? [];
        const fifths = [1, 2, 3, 4].filter((fifth) => 5 * Number(found) >= fifth * Number(wanted));
        expect([key, gradeOf(name, key)]).toEqual([key, 1 + fifths.length]);
      }
    }
  });

  test('by topic: the means of the grades, the weakest first', async () => {
    for (const name of ['champion', 'challenger']) {
      const topics = [...new Set(questions.map(({ topic }) => topic))];
      const means = new Map(topics.map((topic) => [topic, mean(gradesOf(name, topic))]));
      const table: readonly Topic[] = JSON.parse(topicTables[name] ?? '');
      expect(table.map(({ topic, rows, resolves }) => [topic, rows, resolves])).toEqual(
        topics
          .map((topic) => [topic, questions.filter((one) => one.topic === topic).length, means.get(topic) ?? 0] as const)
          .sort(([, , a], [, , b]) => a - b),
      );
      expect(results[name]?.metrics['by-topic/weakest']).toBe(Math.min(...means.values()));
    }
    expect(results.champion?.warnings).toContain('Fewer than ten questions, so read them one by one: other.');
  });

  test('prints both side by side, the difference, the topics and the worst rows', () => {
    const line = (start: string) =>
      ended.stdout
        .split('\n')
        .find((one) => one.startsWith(`${start} `))
        ?.split(/ +/u);
    const three = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(3));
    const [before, after] = [mean(gradesOf('champion')), mean(gradesOf('challenger'))];
    expect(line('resolves/v1/mean')).toEqual(['resolves/v1/mean', three(before), three(after)]);
    const difference = line('resolves');
    expect(difference?.slice(1, 3)).toEqual(['100', three(after - before)]);
    expect(difference?.at(-1)).toBe('better');
    expect(ended.stdout).toContain('row 2 · q002\n  question                  Can I keep a camera for six weeks?');
    expect(ended.stdout).not.toContain('\u001b');
  });

  test('writes the tables as CSV', () => {
    for (const name of ['champion', 'challenger']) {
      const table = readFileSync(join(folder, `${name}-answers.csv`), 'utf8');
      expect(table).toMatch(/^id,topic,language,question,ground_truth,outputs,latency,/u);
      for (const { text } of answers(name)) expect(table).toContain(text.includes(',') ? `"${text}"` : text);
      expect(
        readFileSync(join(folder, `${name}-by-topic.csv`), 'utf8')
          .trimEnd()
          .split(/\r?\n/u),
      ).toHaveLength(8);
    }
  });

  test('registers the prompts under the aliases that were evaluated', async () => {
    await using touchstone = createTouchstone({
      plugins: [openai({ apiKey: 'none' })],
      store: sqlite(join(folder, 'touchstone.db')),
    });
    const registered = await touchstone.registeredModels();
    expect(registered.map(({ name, aliases }) => ({ name, aliases }))).toEqual([
      { name: 'support-bot', aliases: { champion: 1, challenger: 2 } },
    ]);
    expect(results.challenger?.plans[0]?.model?.logged).toBe('models:/support-bot/2');
  });

  function answers(name: string): readonly { readonly text: string; readonly language: string; readonly topic: string }[] {
    return (rows[name] ?? []).map(({ columns }) => ({
      text: String(columns.outputs),
      language: String(columns.language),
      topic: String(columns.topic),
    }));
  }

  function gradesOf(name: string, topic?: string): readonly number[] {
    const chosen = (rows[name] ?? []).filter(({ columns }) => topic === undefined || columns.topic === topic);
    return chosen.map(({ columns }) => Number(columns['resolves/v1/score']));
  }

  function reasonOf(name: string, key: string): string {
    return String(rows[name]?.find((row) => row.key === key)?.columns['resolves/v1/justification']);
  }

  function gradeOf(name: string, key: string): unknown {
    return rows[name]?.find((row) => row.key === key)?.columns['resolves/v1/score'];
  }
});

test('touchstone run with the config gives the same numbers, as a sweep', async () => {
  const command = [join(here, '../../apps/cli/dist/main.js'), 'run', '--json', '--config', join(here, 'touchstone.config.ts')];
  const { exitCode, stdout, stderr } = await run(command, {}, folder);
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
  const { comparison } = JSON.parse(stdout);
  const exported = createTouchstone();
  for (const name of ['champion', 'challenger']) {
    const { metrics } = await exported.result(join(folder, `${name}.zip`));
    const timeless = Object.keys(metrics).filter((key) => !key.startsWith('latency/'));
    expect(timeless.length).toBeGreaterThan(8);
    for (const key of timeless) expect([key, comparison.metrics[key][`mini · ${name}`].value]).toEqual([key, metrics[key]]);
  }
});

test('with a key it asks OpenAI’s API with that key, and not the scripts', async () => {
  await using service = await fakeProvider({ answers: scriptedAnswers, credentials: ['sk-ours'] });
  const env = { OPENAI_API_KEY: 'sk-ours', OPENAI_BASE_URL: service.openai };
  const command = ['../../apps/cli/dist/main.js', 'run', '--limit', '5', '--config', 'touchstone.config.ts'];
  const { exitCode, stderr, stdout } = await run(command, env, here);
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(service.counts().byModel).toEqual({ 'gpt-5-mini': 10, 'gpt-5': 10 });
  expect(stdout + stderr).not.toMatch(/sk-ours|fake provider/u);
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd: string = join(here, '../..'),
): Promise<Ended> {
  const clean = { ...process.env, OPENAI_API_KEY: '', OPENAI_BASE_URL: '', OPENAI_API_BASE: '', NO_COLOR: '1', ...env };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, env: clean, maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
