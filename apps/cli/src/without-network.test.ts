import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { main, node, TestFolder } from './__fixtures__/test-folder.ts';

/** Needs a kernel that lets everybody have a network of their own: a container often may not. */
const mayBeAlone = spawnSync('unshare', ['-rn', 'sh', '-c', 'ip link set lo up']).status === 0;
if (!mayBeAlone) console.warn('Skipped: evaluations without a network, because unshare -rn is not allowed or not there.');

const script = join(import.meta.dirname, '__fixtures__/provider-and-command.mjs');
const rows = [
  { question: '대한민국의 수도는?', expected: '서울', english: 'It is a lovely city.', meant: 'A beautiful city.' },
  { question: '빵을 부풀게 하는 것은?', expected: '효모', english: 'Yeast makes bread rise.', meant: 'Bread rises by yeast.' },
];
const scored = [
  'run',
  '--data',
  'rows.jsonl',
  '--inputs',
  'question',
  '--targets',
  'expected',
  '--metric',
  'exact_match',
  '--json',
];

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** That reached the provider, which is alone with the command. */
  readonly calls: number;
  readonly interfaces: readonly string[];
  readonly outside: string;
}

/** Runs the command and the fake provider in a network that has loopback and nothing else: there is no way out of it. */
async function alone(folder: TestFolder, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  folder.writeRows('rows.jsonl', rows);
  folder.install('@touchstone/testing', 'packages/testing');

  const command = ['ip link set lo up && exec "$@"', 'sh', node, script, node, main, JSON.stringify(args)];
  const { stdout } = await promisify(execFile)('unshare', ['-rn', 'sh', '-c', ...command], {
    cwd: folder.path,
    env: { PATH: process.env.PATH ?? '', HOME: folder.path, ...env },
  });
  const ended: Ended = JSON.parse(stdout);
  return ended;
}

describe.skipIf(!mayBeAlone)('where there is no network but loopback', () => {
  it.each<[string, string, readonly string[], Readonly<Record<string, string>>]>([
    ['openai', 'openai:/gpt-4o-mini', [], { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: '{openai}' }],
    ['azure-openai', 'azure-openai:/ours', [], { AZURE_OPENAI_API_KEY: 'key', AZURE_OPENAI_ENDPOINT: '{azure}' }],
    ['anthropic', 'anthropic:/claude-sonnet-5', [], { ANTHROPIC_API_KEY: 'key', ANTHROPIC_BASE_URL: '{anthropic}' }],
    ['huggingface', 'huggingface:/org/model', ['--model-option', 'base-url={huggingface}/models/org/model'], { HF_TOKEN: 'key' }],
    ['http', '{mlflow}', [], {}],
    ['http', '{app}/ask', ['--model-option', 'body={"q": "{question}"}'], {}],
  ])('%s is asked as ever: %s', async (pack, model, options, env) => {
    const folder = new TestFolder();
    folder.install(`@touchstone/model-${pack}`, `packages/models/${pack}`);
    const { stdout, ...ended } = await alone(folder, [...scored, '--model', model, ...options], env);
    expect(ended).toMatchObject({ exitCode: 0, calls: 2, interfaces: ['lo'], outside: 'ENETUNREACH' });
    expect(JSON.parse(stdout)).toMatchObject({ coverage: { 'exact_match/v1': { scored: 2, failed: 0 } } });
  });

  it('toxicity and similarity of embeddings are computed', async () => {
    const folder = new TestFolder();
    for (const name of ['toxicity', 'embedding']) folder.install(`@touchstone/metric-${name}`, `packages/metrics/${name}`);
    const metrics = ['--metric', 'toxicity', '--metric', 'embedding_similarity', '--json'];
    const args = ['run', '--data', 'rows.jsonl', '--predictions', 'english', '--targets', 'meant', ...metrics];
    const { stdout, ...ended } = await alone(folder, args);
    expect(ended).toMatchObject({ exitCode: 0, calls: 0, interfaces: ['lo'] });
    expect(JSON.parse(stdout).coverage).toMatchObject({
      'toxicity/v1': { scored: 2 },
      'embedding_similarity/v1': { scored: 2 },
    });
  });
});
