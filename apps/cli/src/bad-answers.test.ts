import { join } from 'node:path';
import { type FakeProvider, type FakeProviderOptions, fakeProvider } from '@touchstone/testing/fake-provider';
import { describe, expect, it } from 'vitest';
import { TestFolder } from './__fixtures__/test-folder.ts';

const peakMemory = join(import.meta.dirname, '__fixtures__/peak-memory.mjs');

/** Asks so many questions, and tells what became of them. */
async function ask(provider: FakeProvider, questions: number, model = 'openai:/gpt-4o-mini') {
  const folder = new TestFolder();
  folder.install('@touchstone/model-openai', 'packages/models/openai');
  folder.install('@touchstone/model-http', 'packages/models/http');
  folder.writeRows(
    'questions.jsonl',
    Array.from({ length: questions }, (_, n) => ({ question: `질문 ${n}`, expected: '답' })),
  );
  const env = {
    OPENAI_API_KEY: 'key',
    OPENAI_BASE_URL: provider.openai,
    NODE_OPTIONS: `--import=${peakMemory}`,
    PEAK_MEMORY: join(folder.path, 'peak-memory.txt'),
  };
  const scored = ['--data', 'questions.jsonl', '--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match'];
  const asked = ['run', ...scored, '--model', model, '--error-budget', '1'];
  const { exitCode, stderr } = await folder.start(asked, { env }).ended;
  const failed = await folder.touchstone('rows', '@last', '--failed');
  return {
    exitCode,
    stderr: folder.tidy(stderr).replaceAll(provider.openai, 'URL'),
    failed: failed.stdout.replaceAll(/\s+/gu, ' '),
    calls: provider.calls().length,
    peakMb: Number(folder.read('peak-memory.txt')),
  };
}
describe('an answer of 100 MB', () => {
  it.each(['openai:/gpt-4o-mini', 'scoring'])(
    'of %s is not read to its end, and many of them do not fill the memory together',
    async (model) => {
      await using good = await fakeProvider({ answers: { chat: '답', score: '답' } });
      await using provider = await fakeProvider({ faults: [{ fault: 'oversized' }] });
      const of = (one: FakeProvider) => (model === 'scoring' ? one.mlflow : model);
      const usual = await ask(good, 32, of(good));
      const { exitCode, failed, peakMb } = await ask(provider, 32, of(provider));
      expect(exitCode).toBe(3);
      expect(failed).toContain('the answer is larger than 64 MB, and was not read');
      // Sixteen at a time: read whole they would take 1,600 MB.
      expect(peakMb - usual.peakMb).toBeLessThan(400);
    },
  );
});

describe('an answer that is none', () => {
  it.each<[string, FakeProviderOptions, string, number]>([
    ['bytes that are no UTF-8', { faults: [{ fault: 'non-utf8' }] }, 'the server at URL: the answer is no UTF-8', 15],
    ['no choices', { faults: [{ fault: 'empty' }] }, 'the server at URL sent an answer without a choice', 15],
    ['no text', { answers: { chat: { empty: true } } }, 'the answer has no text', 3],
    ['a refusal', { answers: { chat: { refusal: '안 됩니다' } } }, 'the model refused: 안 됩니다', 3],
  ])('%s: its row fails and says so', async (_, options, sentence, mostCalls) => {
    await using provider = await fakeProvider(options);
    const { exitCode, stderr, calls } = await ask(provider, 3);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`Row 1: there is no prediction: ${sentence}`);
    expect(calls).toBeLessThanOrEqual(mostCalls);
  });

  it('the same for every row stops the run', async () => {
    await using provider = await fakeProvider({ faults: [{ fault: 'empty' }] });
    const { exitCode, stderr } = await ask(provider, 1_000);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('10 rows in a row failed in the same way: the server at URL sent an answer without a choice');
    // Those in flight, five times each.
    expect(provider.calls().length).toBeLessThanOrEqual(5 * 64);
  });
});

describe('what no row can be answered with stops the run after the first calls', () => {
  it.each<[string, FakeProviderOptions, string]>([
    [
      'a certificate that nobody vouches for',
      { tls: true },
      "the server at URL: the server's certificate is not accepted (DEPTH_ZERO_SELF_SIGNED_CERT)",
    ],
    [
      'a certificate that is out of date',
      { tls: { validFrom: new Date('2020-01-01'), validTo: new Date('2021-01-01') } },
      "the server at URL: the server's certificate is not accepted",
    ],
    [
      'a model that the provider does not have',
      { models: { 'gpt-9': {} } },
      'the server at URL answered 404: The model `gpt-4o-mini` does not exist',
    ],
    [
      'a quota that is used up',
      { faults: [{ fault: 'quota' }] },
      'the server at URL answered 429: You exceeded your current quota',
    ],
    ['a key that is refused', { faults: [{ fault: 'auth' }] }, 'the server at URL answered 401: Incorrect API key provided'],
  ])('%s', async (_, options, sentence) => {
    await using provider = await fakeProvider(options);
    const { exitCode, stderr } = await ask(provider, 1_000);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`incomplete: 0 rows (${sentence}`);
    expect(stderr).toContain('touchstone resume ID');
    expect(provider.calls().length).toBeLessThanOrEqual(16);
  });
});
