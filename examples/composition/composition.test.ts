import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTouchstone, definePlugin, type LanguageModel, latency, ServiceError } from '@touchstone/core';
import tokens from '@touchstone/metric-tokens';
import { describe, expect, onTestFinished, test } from 'vitest';
import { replacedServices } from './replaced-services.ts';
import { replyCare } from './reply-care.ts';
import { routingCosts } from './routing-costs.ts';
import { secondOpinion } from './second-opinion.ts';
import { SecondOpinion } from './second-opinion-class.ts';
import { standInJudge } from './stand-in-judge.ts';
import { waitingTime } from './waiting-time.ts';

const here = import.meta.dirname;
const root = join(here, '../..');
const replies = { data: join(here, 'replies.jsonl'), id: 'id', inputs: 'question' } as const;
const judge = standInJudge();

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('an evaluator of preset, own metrics, a judge and another evaluator', () => {
  const care = { ...replies, predictions: 'reply', modelType: 'text' } as const;
  const touchstone = createTouchstone({
    plugins: [tokens(), definePlugin({ name: 'ours', evaluators: [replyCare, waitingTime] })],
  });

  test('concludes with numbers, tables and a picture; its questions are in the usage', async () => {
    const results = await touchstone.evaluate({ ...care, judge });
    expect(results.plans[0]?.evaluators).toEqual(['default', 'waiting-time', 'reply-care']);
    expect(results.metrics).toMatchObject({
      'waiting-time/over_a_day': 8 / 18,
      'reply-care/late_without_next_step': 4,
      'apologises/mean': 5 / 18,
      'next_step/v1/mean': 10 / 18,
    });
    expect(results.metrics).toHaveProperty('token_count/mean');
    expect(await results.tables.care_by_channel?.toArray()).toEqual([
      { channel: 'mail', replies: 7, over_a_day: 5, longest_hours: 60, next_step: 4, apologises: 4 },
      { channel: 'chat', replies: 6, over_a_day: 0, longest_hours: 0.5, next_step: 3, apologises: 0 },
      { channel: 'phone', replies: 5, over_a_day: 3, longest_hours: 33, next_step: 3, apologises: 1 },
    ]);
    const late = await results.tables.late_without_next_step?.toArray();
    expect(late?.map(({ id, reply }) => [id, reply])).toEqual([
      ['r02', 'Refunds take time.'],
      ['r07', 'Your profile has the new address.'],
      ['r10', 'Please ask the carrier.'],
      ['r12', '확인 중입니다.'],
    ]);
    const picture = textOf(await results.readArtifact('care_by_channel.svg'));
    expect(picture.match(/>\d of \d</gu)).toEqual(['>4 of 7<', '>3 of 6<', '>3 of 5<']);
    expect(picture).toContain('all: 56 %');
    expect(textOf(await results.readArtifact('advice.txt'))).toContain('4 customers');
    expect(results.usage.metrics).toMatchObject({ next_step: { calls: 18 }, 'reply-care': { calls: 1 } });
  });

  test('needs a judge and the other evaluator, and says so before the first row', async () => {
    await expect(touchstone.evaluate(care)).rejects.toThrow(
      "Evaluator 'reply-care' needs JUDGE, and no judge is set: name one for the evaluation with judge: 'openai:/gpt-5', or add a plug-in that calls registry.provide(JUDGE, …).",
    );
    await expect(createTouchstone().evaluate({ ...care, judge, evaluators: replyCare })).rejects.toThrow(
      "Evaluator 'reply-care' finishes after another one: there is no evaluator 'waiting-time'.",
    );
  });

  test('leaves evaluations of other kinds alone', async () => {
    const results = await touchstone.evaluate({ ...replies, predictions: 'reply', extraMetrics: [latency()] });
    expect(results.plans[0]?.evaluators).toEqual(['default']);
  });
});

describe('an evaluator around another package’s', () => {
  test('adds what errors cost to all that the other one says', async () => {
    const costs = routingCosts({ minutes: { refund: { delivery: 45 }, delivery: { refund: 20 } }, otherwise: 5 });
    const request = { ...replies, predictions: 'guess', targets: 'topic', modelType: 'classifier', evaluators: costs };
    const results = await createTouchstone().evaluate(request);
    // r02 and r12 cost 45 minutes each, r10 costs 20, r07 and r18 five each.
    expect(results.metrics).toMatchObject({
      accuracy_score: 13 / 18,
      'minutes_lost/v1/mean': 120 / 18,
      'routing-costs/minutes': 120,
    });
    expect(results.intervals).toHaveProperty(['minutes_lost/v1/mean']);
    expect(await results.tables.costly_errors?.toArray()).toEqual([
      { target: 'refund', prediction: 'delivery', rows: 2, each: 45, minutes: 90 },
      { target: 'delivery', prediction: 'refund', rows: 1, each: 20, minutes: 20 },
      { target: 'account', prediction: 'order', rows: 1, each: 5, minutes: 5 },
      { target: 'delivery', prediction: 'order', rows: 1, each: 5, minutes: 5 },
    ]);
    expect(Object.keys(results.artifacts)).toEqual(expect.arrayContaining(['confusion_matrix', 'confusion_matrix.svg']));
  });
});

describe('services of a run, replaced', () => {
  test('clock, governor, store and logger are the test’s own', async () => {
    const { plugin, clock, store, diary } = replacedServices('2026-11-27T22:00:00Z');
    let calls = 0;
    const model: LanguageModel = {
      kind: 'language',
      id: 'night:/slow',
      identity: 'night',
      scopes: async () => ['night|here|no key'],
      async send(_request, { signal }) {
        await clock.sleep(20_000, signal);
        if (++calls === 2) throw new ServiceError('rate-limit', 'too many requests', { waitMs: 10 * 60_000 });
        return { value: { text: '네' } };
      },
    };
    const touchstone = createTouchstone({ plugins: [plugin] });
    const results = await clock.run(() =>
      touchstone.evaluate({
        data: ['환불은 언제 되나요?', 'Where is my parcel?'],
        model,
        extraMetrics: [latency()],
        onProgress: () => {
          throw new Error('no bar');
        },
      }),
    );
    expect(diary.slice(0, 5)).toEqual([
      '22:00:00 warning: onProgress threw, and is not called again in this evaluation: no bar',
      '22:00:00 call 1 may go',
      '22:00:20 call 1: ok',
      '22:01:00 call 2 may go',
      '22:01:20 call 2: limited',
    ]);
    // After the ten minutes that were asked for, and a little more that is drawn.
    expect(diary.slice(5).map((line) => line.replace(/22:1\d:\d\d/u, '22:1…'))).toEqual([
      '22:1… call 3 may go',
      '22:1… call 3: ok',
    ]);
    expect(results.metrics['latency/mean']).toBe(20);
    expect(await store.catalog.find({})).toMatchObject([
      { id: results.run.id, startedAt: Date.parse('2026-11-27T22:00:00Z'), status: 'finished' },
    ]);
    expect(touchstone.store).toBe(store);
  });
});

describe('an evaluator as a class and without decorators', () => {
  test('are the same to whoever asks for them', async () => {
    const plugins = [definePlugin({ name: 'ours', evaluators: [secondOpinion, SecondOpinion] })];
    const request = { ...replies, predictions: 'reply', judge };
    for (const evaluators of ['second-opinion', 'second-opinion-class', SecondOpinion]) {
      const results = await createTouchstone({ plugins }).evaluate({ ...request, evaluators });
      expect(results.metrics['second-opinion/missed_apologies']).toBe(4);
      const missed = await results.tables.missed_apologies?.toArray();
      expect(missed?.map(({ key }) => key)).toEqual(['r02', 'r07', 'r10', 'r12']);
    }
    await expect(createTouchstone({ plugins }).evaluate({ ...request, evaluators: 'SecondOpinon' })).rejects.toThrow(
      "There is no evaluator 'SecondOpinon'. Did you mean 'second-opinion'?",
    );
  });
});

describe('commands', () => {
  test.each<[string, readonly string[]]>([
    ['care.ts', ['reply-care/late_without_next_step         4', '확인 중입니다.', 'care_by_channel.svg']],
    ['costs.ts', ['routing-costs/minutes     120', 'confusion_matrix.svg']],
    ['services.ts', ['22:00:00 call 1 may go', 'The stored run "a bad night" lasted 1']],
  ])('node examples/composition/%s', async (file, said) => {
    const folder = temporaryFolder();
    const { exitCode, stdout, stderr } = await run([join(here, file), join(folder, 'result')], folder);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const text of said) expect(stdout).toContain(text);
    if (file === 'care.ts') expect(readFileSync(join(folder, 'result/care_by_channel.svg'), 'utf8')).toMatch(/^<svg /u);
  });

  const config = ['--config', join(here, 'touchstone.config.ts')];
  const flags = ['--data', join(here, 'replies.jsonl'), '--predictions', 'reply', '--inputs', 'question'];
  const command = join(root, 'apps/cli/dist/main.js');

  test('touchstone run finds them all in the config, the class included', async () => {
    const { exitCode, stdout } = await run([command, 'run', ...config], temporaryFolder());
    expect(exitCode).toBe(0);
    for (const key of ['reply-care/late_without_next_step', 'routing-costs/minutes', 'second-opinion/missed_apologies'])
      expect(stdout).toContain(key);
  });

  test('touchstone run --dry-run says in which order they conclude', async () => {
    const { exitCode, stdout } = await run([command, 'run', 'care', ...config, '--dry-run'], temporaryFolder());
    expect(exitCode).toBe(0);
    expect(stdout).toContain('\nevaluators: default, waiting-time, reply-care\nmetrics: 7\n');
  });

  test.each<[string, readonly string[], string]>([
    ['a wrong name', ['--evaluator', 'second-opinon'], "There is no evaluator 'second-opinon'. Did you mean 'second-opinion'?"],
    [
      'no judge',
      ['--evaluator', 'second-opinion'],
      "Evaluator 'second-opinion' needs JUDGE, and no judge is set: name one for the run with --judge openai:/gpt-5, or for all runs with judge in touchstone.config.ts.",
    ],
    [
      'the other evaluator missing',
      ['--evaluator', 'reply-care', '--judge', 'openai:/gpt-5'],
      "Evaluator 'reply-care' finishes after 'waiting-time', which is not part of this evaluation: ask for both, --evaluator waiting-time --evaluator reply-care.",
    ],
  ])('touchstone run --evaluator: %s is a sentence, and exit code 2', async (_, more, sentence) => {
    const { exitCode, stderr } = await run([command, 'run', ...config, ...flags, ...more], temporaryFolder(), {
      OPENAI_API_KEY: 'k',
    });
    expect(stderr.replaceAll(/\s+/gu, ' ')).toContain(sentence);
    expect(exitCode).toBe(2);
  });
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'composition-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const clean = { ...process.env, JUDGE: undefined, NO_COLOR: '1', ...env };
    execFile(process.execPath, args, { cwd, env: clean }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
