import { readdirSync } from 'node:fs';
import { type FakeProvider, fakeProvider } from '@touchstone/testing/fake-provider';
import { describe, expect, it } from 'vitest';
import { TestFolder } from './__fixtures__/test-folder.ts';

const KEY = 'sk-ant-canary-0123456789';
const rows = [
  { question: '대한민국의 수도는?', expected: '서울' },
  { question: '빵을 부풀게 하는 것은?', expected: '효모' },
];
const ANSWERS: Readonly<Record<string, string>> = { '대한민국의 수도는?': '서울', '빵을 부풀게 하는 것은?': '설탕' };

function newFolder(): TestFolder {
  const folder = new TestFolder();
  folder.writeRows('questions.jsonl', rows);
  folder.install('@touchstone/model-anthropic', 'packages/models/anthropic');
  return folder;
}

/** A command that asks a model which cannot be asked without a key, whatever its address. */
function command(provider: Pick<FakeProvider, 'anthropic'>, ...more: readonly string[]): readonly string[] {
  const scored = ['--data', 'questions.jsonl', '--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match'];
  const model = ['--model', 'anthropic:/claude-sonnet-5', '--model-option', `base-url=${provider.anthropic}`];
  return ['run', ...scored, ...model, '--no-store', '--cassette', '녹음/calls.jsonl', ...more];
}

/** A folder with a cassette that was recorded by a provider which is gone. */
async function recordedFolder() {
  await using provider = await fakeProvider({ answers: { chat: ({ prompt }) => ANSWERS[prompt] ?? '몰라요' } });
  const folder = newFolder();
  const recorded = await folder.start(command(provider), { env: { ANTHROPIC_API_KEY: KEY } }).ended;
  expect(recorded.exitCode).toBe(0);
  return { folder, recorded, address: { anthropic: provider.anthropic } };
}

describe('run --cassette', () => {
  it('records, and replays without server and key', async () => {
    const { folder, recorded, address } = await recordedFolder();
    expect(readdirSync(`${folder.path}/녹음`)).toEqual(['calls.jsonl', 'calls.jsonl.last-use']);
    expect(folder.read('녹음/calls.jsonl')).not.toContain('canary');
    const replayed = await folder.touchstone(...command(address, '--cassette-mode', 'replay'));
    expect(replayed.exitCode).toBe(0);
    const scores = (text: string): string => /^exact_match.*$/mu.exec(text)?.[0] ?? '';
    expect(scores(recorded.stdout)).toContain('0.5');
    expect(scores(replayed.stdout)).toBe(scores(recorded.stdout));
    expect(replayed.stdout).toContain('0 calls (and 2 from the cache)');
  });

  it('a dry run says what is recorded, and needs no key for it', async () => {
    const { folder, address } = await recordedFolder();
    for (const [mode, words] of [
      ['auto', 'these are replayed; others are asked for, and recorded'],
      ['replay', 'these are replayed, and nothing is sent'],
    ] as const) {
      const { exitCode, stdout } = await folder.touchstone(...command(address, '--cassette-mode', mode, '--dry-run'));
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`cassette: 녹음/calls.jsonl, ${mode} (2 calls recorded: ${words})`);
    }
    const anew = await folder.touchstone(...command(address, '--cassette-mode', 'record', '--dry-run'));
    expect(anew).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('needs a key: set ANTHROPIC_API_KEY') });
  });

  it('a question that was never recorded is exit 3 in a replay, with the nearest one and the difference', async () => {
    const { folder, address } = await recordedFolder();
    folder.writeRows('questions.jsonl', [rows[0] ?? {}, { question: '빵을 굽는 것은?', expected: '오븐' }]);
    const { exitCode, stderr } = await folder.touchstone(...command(address, '--cassette-mode', 'replay'));
    expect(exitCode).toBe(3);
    expect(stderr.trim()).toBe(
      `incomplete: 1 row (1 call is not in the cassette '녹음/calls.jsonl', and a replay sends nothing. The first is a call of anthropic:/claude-sonnet-5; nearest is line 3, where request.messages[0].content is "빵을 부풀게 하는 것은?", and here it is "빵을 굽는 것은?". Record what is new in mode auto.)`,
    );
  });

  it('what is new and has no key stops the run, in the mode of every day', async () => {
    const { folder, address } = await recordedFolder();
    folder.writeRows('questions.jsonl', [...rows, { question: '새 질문', expected: '새 답' }]);
    const { exitCode, stderr } = await folder.touchstone(...command(address));
    expect(exitCode).toBe(3);
    expect(stderr.trim()).toBe(
      "incomplete: 2 rows ('anthropic:/claude-sonnet-5' needs a key: set ANTHROPIC_API_KEY in the environment.)",
    );
  });

  it('keeps what was answered before Ctrl-C', async () => {
    let asked = 0;
    const waiting = Promise.withResolvers<void>();
    await using provider = await fakeProvider({
      answers: {
        chat: ({ prompt }) => {
          if (++asked === 1) return ANSWERS[prompt] ?? '';
          waiting.resolve();
          return { fault: 'hang' };
        },
      },
    });
    const folder = newFolder();
    const { process: child, ended } = folder.start(command(provider, '--concurrency', '1'), {
      env: { ANTHROPIC_API_KEY: KEY },
    });
    await waiting.promise;
    // The first one would wait for the answer that never comes.
    child.stderr?.on('data', (text: string) => {
      if (text.includes('Press Ctrl-C again')) child.kill('SIGINT');
    });
    child.kill('SIGINT');
    expect((await ended).exitCode).toBe(130);
    const check = await folder.touchstone('cassette', 'check', '녹음/calls.jsonl');
    expect(check.exitCode).toBe(0);
    expect(check.stdout).toContain('녹음/calls.jsonl: 1 call, in order');
  });

  it.each([
    [['--cassette-mode', 'reply'], "--cassette-mode must be 'auto', 'record' or 'replay', and it is 'reply'."],
    [
      ['--cassette-mode', 'replay'],
      "There is no cassette '녹음/calls.jsonl' to replay: record it first with --cassette 녹음/calls.jsonl --cassette-mode auto.",
    ],
  ])('%j is refused', async (flags, sentence) => {
    const folder = newFolder();
    const ended = await folder.start(command({ anthropic: 'http://127.0.0.1:9' }, ...flags), { env: { ANTHROPIC_API_KEY: KEY } })
      .ended;
    expect(ended).toEqual({ exitCode: 2, stdout: '', stderr: `${sentence}\n` });
  });

  it('is found by a config, beside it', async () => {
    const { folder, address } = await recordedFolder();
    const evaluation = {
      data: '../questions.jsonl',
      inputs: 'question',
      targets: 'expected',
      extraMetrics: ['exact_match'],
      model: 'anthropic:/claude-sonnet-5',
      modelOptions: { baseUrl: address.anthropic },
      cassette: { file: '../녹음/calls.jsonl', mode: 'replay' },
    };
    folder.write('설정/touchstone.config.mjs', `export default { evaluations: { smoke: ${JSON.stringify(evaluation)} } };`);
    const config = ['--config', '설정/touchstone.config.mjs', '--no-store'];
    expect(await folder.touchstone('run', 'smoke', ...config)).toMatchObject({ exitCode: 0 });
    const anew = await folder.touchstone('run', 'smoke', ...config, '--cassette-mode', 'record');
    expect(anew).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('needs a key') });
  });
});

describe('cassette check and prune', () => {
  it('tell what is not needed any more, and drop it', async () => {
    const { folder, address } = await recordedFolder();
    folder.writeRows('questions.jsonl', rows.slice(0, 1));
    await folder.touchstone(...command(address, '--cassette-mode', 'replay'));
    const before = await folder.touchstone('cassette', 'check', '녹음/calls.jsonl');
    expect({ ...before, stdout: folder.tidy(before.stdout) }).toEqual({
      exitCode: 0,
      stderr: '',
      stdout:
        '녹음/calls.jsonl: 2 calls, in order\nNot asked for in the last use (replay, TIME): 1 call (line 3). Drop them with touchstone cassette prune 녹음/calls.jsonl.\n',
    });
    const pruned = await folder.touchstone('cassette', 'prune', '녹음/calls.jsonl');
    expect(folder.tidy(pruned.stdout)).toBe('Dropped 1 of 2 calls: the others were asked for in the last use (replay, TIME).\n');
    const json = await folder.touchstone('cassette', 'check', '녹음/calls.jsonl', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ calls: 1, problems: [], unused: [] });
    expect(await folder.touchstone(...command(address, '--cassette-mode', 'replay'))).toMatchObject({ exitCode: 0 });
  });

  it('exit 1 when something is wrong, exit 2 when there is nothing to look at or to go by', async () => {
    const { folder } = await recordedFolder();
    folder.write('녹음/calls.jsonl', folder.read('녹음/calls.jsonl').replace('설탕', 'sk-canary-0123456789abcdef'));
    expect(await folder.touchstone('cassette', 'check', '녹음/calls.jsonl')).toEqual({
      exitCode: 1,
      stderr: '',
      stdout: [
        '녹음/calls.jsonl: 2 calls, 1 problem',
        '  line 3: it holds what looks like a key (sk-can…): if it is one, revoke it, and record again without it.',
        'What of it is needed is not known: nobody has used it here since it was changed.\n',
      ].join('\n'),
    });
    const sentence = "There is no cassette 'calls.jsonl'.\n";
    for (const verb of ['check', 'prune']) {
      expect(await folder.touchstone('cassette', verb, 'calls.jsonl')).toEqual({ exitCode: 2, stdout: '', stderr: sentence });
    }
    expect(await folder.touchstone('cassette', 'prune', '녹음/calls.jsonl')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('it has changed since its last use.'),
    });
  });
});
