import { type FakeProvider, fakeProvider } from '@touchstone/testing/fake-provider';
import { describe, expect, it } from 'vitest';
import { TestFolder } from './__fixtures__/test-folder.ts';

const rows = Array.from({ length: 20 }, (_, n) => ({ question: `질문 ${n}`, expected: `답 ${n}` }));

function newFolder(): TestFolder {
  const folder = new TestFolder();
  folder.writeRows('questions.jsonl', rows);
  folder.install('@touchstone/model-openai', 'packages/models/openai');
  return folder;
}

function ask(folder: TestFolder, provider: FakeProvider, ...more: readonly string[]) {
  const scored = ['--data', 'questions.jsonl', '--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match'];
  const env = { OPENAI_API_KEY: 'sk-canary-0123456789', OPENAI_BASE_URL: provider.openai };
  return folder.start(['run', ...scored, '--model', 'openai:/gpt-4o-mini', '--json', ...more], { env });
}

async function usageOf(started: ReturnType<typeof ask>) {
  const { exitCode, stdout, stderr } = await started.ended;
  expect(stderr).not.toContain('Error');
  expect(exitCode).toBe(0);
  return JSON.parse(stdout).usage;
}

const numbered = () => fakeProvider({ answers: { chat: ({ prompt, number }) => `${prompt} ${number}` } });

describe('runs over one store', () => {
  it('ask for nothing that one of them was answered, unless they are told to', async () => {
    await using provider = await numbered();
    const folder = newFolder();
    expect(await usageOf(ask(folder, provider))).toMatchObject({ calls: 20, cachedCalls: 0 });
    expect(await usageOf(ask(folder, provider))).toMatchObject({ calls: 0, cachedCalls: 20, cost: { usd: 0 } });
    expect(await usageOf(ask(folder, provider, '--model-option', 'temperature=0.5'))).toMatchObject({
      calls: 20,
      cachedCalls: 0,
    });
    expect(await usageOf(ask(folder, provider, '--no-cache'))).toMatchObject({ calls: 20, cachedCalls: 0 });
    expect(await usageOf(ask(folder, provider, '--refresh'))).toMatchObject({ calls: 20, cachedCalls: 0 });
    expect(provider.calls()).toHaveLength(80);
    expect((await folder.touchstone('show', '@last')).stdout).toContain('20 calls');
  });

  it('have no cache without a store, whatever the config says', async () => {
    await using provider = await numbered();
    const folder = newFolder();
    folder.write('touchstone.config.mjs', 'export default { evaluations: { smoke: { cache: true } } };');
    expect(await usageOf(ask(folder, provider, '--no-store'))).toMatchObject({ calls: 20, cachedCalls: 0 });
    expect(await usageOf(ask(folder, provider, '--no-store'))).toMatchObject({ calls: 20, cachedCalls: 0 });
  });

  it('ask once for what both want, at the same time in two processes', async () => {
    await using provider = await fakeProvider({ answers: { chat: ({ prompt }) => `답 ${prompt}` }, latency: 150 });
    const folder = newFolder();
    const [one, other] = await Promise.all([usageOf(ask(folder, provider)), usageOf(ask(folder, provider))]);
    expect(provider.calls()).toHaveLength(20);
    expect(one.calls + other.calls).toBe(20);
    expect(one.cachedCalls + other.cachedCalls).toBe(20);
  });

  it('are not held up by one that was killed while it asked', async () => {
    await using provider = await fakeProvider({ answers: { chat: ({ number }) => (number <= 20 ? { fault: 'hang' } : '답') } });
    const folder = newFolder();
    const first = ask(folder, provider);
    while (provider.calls().length < 10) await new Promise((resolve) => setTimeout(resolve, 20));
    first.process.kill('SIGKILL');
    await first.ended;
    expect((await usageOf(ask(folder, provider, '--timeout', '5'))).calls).toBe(20);
  });
});

describe('touchstone cache', () => {
  it('says what is there, and forgets it', async () => {
    await using provider = await numbered();
    const folder = newFolder();
    expect((await folder.touchstone('cache', 'stats')).stdout).toBe('No answers are kept.\n');
    await usageOf(ask(folder, provider));
    await usageOf(ask(folder, provider));
    const { stdout } = await folder.touchstone('cache', 'stats');
    const today = new Date().toISOString().slice(0, 10);
    expect(stdout.replaceAll(/\d+\.\d kB/gu, 'SIZE').replaceAll(today, 'TODAY')).toBe(
      [
        '20 answers, SIZE, from TODAY to TODAY; taken 20 times',
        '',
        'model                answers  size',
        'openai:/gpt-4o-mini  20       SIZE',
        '',
      ].join('\n'),
    );
    expect(JSON.parse((await folder.touchstone('cache', 'stats', '--json')).stdout)).toMatchObject({ entries: 20, hits: 20 });

    expect((await folder.touchstone('cache', 'prune', '--max-age', '1d')).stdout).toMatch(/^Forgot 0 answers; 20 answers \(/u);
    expect(await folder.touchstone('cache', 'prune', '--max-size', '0B', '--json')).toMatchObject({
      stdout: expect.stringContaining('"forgotten": 20'),
    });
    await usageOf(ask(folder, provider));
    expect(await folder.touchstone('cache', 'clear')).toMatchObject({
      exitCode: 2,
      stderr: 'Forgetting 20 answers needs --yes where nobody can be asked.\n',
    });
    expect((await folder.touchstone('cache', 'clear', '--model', 'openai:/gpt-5', '--yes')).stderr).toBe(
      'There is nothing to forget: kept are answers of openai:/gpt-4o-mini.\n',
    );
    expect((await folder.touchstone('cache', 'clear', '--yes')).stderr).toBe('Forgot 20 answers.\n');
    expect((await folder.touchstone('cache', 'stats')).stdout).toBe('No answers are kept.\n');
    // Runs keep what they were answered.
    expect((await folder.touchstone('show', '@last')).exitCode).toBe(0);
  });

  it.each([
    [['prune', '--max-age', '30'], "--max-age must be a number with its unit, such as 30d, 12h or 90m, and it is '30'."],
    [['prune', '--max-size', 'big'], "--max-size must be a number with its unit, such as 500MB or 2GB, and it is 'big'."],
    [['stat'], "There is no command 'stat'. Did you mean stats?"],
  ])('%j', async (args, sentence) => {
    expect(await new TestFolder().touchstone('cache', ...args)).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: `${sentence}\n`,
    });
  });

  it('--no-cache and --refresh contradict each other', async () => {
    await using provider = await numbered();
    const { exitCode, stderr } = await ask(newFolder(), provider, '--no-cache', '--refresh').ended;
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('contradict each other') });
  });
});
