import { join } from 'node:path';
import { type FakeProvider, fakeProvider } from '@touchstone/testing/fake-provider';
import { describe, expect, it } from 'vitest';
import { type Ended, TestFolder } from './__fixtures__/test-folder.ts';

const trap = join(import.meta.dirname, '__fixtures__/contacts.mjs');
const scored = ['--data', 'rows.jsonl', '--inputs', 'question', '--targets', 'expected'];
const key = (name: string, url: string) => ({ [`${name}_API_KEY`]: 'key', [`${name}_BASE_URL`]: url });

const rows = [
  {
    question: '대한민국의 수도는?',
    expected: '서울',
    answer: '서울',
    english: 'It is a lovely city.',
    meant: 'A beautiful city.',
  },
  {
    question: '빵을 부풀게 하는 것은?',
    expected: '효모',
    answer: '효모균',
    english: 'Yeast makes bread rise.',
    meant: 'Bread rises by yeast.',
  },
];

/** Runs the command, and tells whom it wanted to reach. */
async function contactsOf(folder: TestFolder, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  folder.writeRows('rows.jsonl', rows);
  folder.write('contacts.txt', '');
  const traps = { NODE_OPTIONS: `--import=${trap}`, CONTACTS: join(folder.path, 'contacts.txt') };
  const ended: Ended = await folder.start(args, { env: { ...traps, ...env } }).ended;
  return {
    ...ended,
    contacts: [
      ...new Set(
        folder
          .read('contacts.txt')
          .split('\n')
          .filter((line) => line !== ''),
      ),
    ],
  };
}

describe('an evaluation reaches the address of its model and nobody else', () => {
  it.each<[string, string, (provider: FakeProvider) => Setting]>([
    ['openai', 'openai:/gpt-4o-mini', ({ openai }) => ({ env: key('OPENAI', openai) })],
    ['openai', 'openai:/gpt-5-mini', ({ openai }) => ({ env: key('OPENAI', openai), options: ['api=responses', 'stream=true'] })],
    ['anthropic', 'anthropic:/claude-sonnet-5', ({ anthropic }) => ({ env: key('ANTHROPIC', anthropic) })],
    [
      'azure-openai',
      'azure-openai:/ours',
      ({ azure }) => ({ env: { AZURE_OPENAI_API_KEY: 'key', AZURE_OPENAI_ENDPOINT: azure } }),
    ],
    [
      'huggingface',
      'huggingface:/org/model',
      ({ huggingface }) => ({ env: { HF_TOKEN: 'key' }, options: [`base-url=${huggingface}/models/org/model`] }),
    ],
    ['http', 'scoring', ({ mlflow }) => ({ model: mlflow })],
    ['http', 'application', ({ app }) => ({ model: `${app}/ask`, options: ['body={"q": "{question}"}'] })],
  ])('%s: %s', async (pack, uri, settingOf) => {
    await using provider = await fakeProvider({ answers: { chat: '서울', app: { answer: '서울' }, generate: '서울' } });
    const { env = {}, options = [], model = uri } = settingOf(provider);
    const folder = new TestFolder();
    folder.install(`@touchstone/model-${pack}`, `packages/models/${pack}`);
    const flags = ['--metric', 'exact_match', ...options.flatMap((option) => ['--model-option', option])];
    const { exitCode, contacts, stderr } = await contactsOf(folder, ['run', ...scored, '--model', model, ...flags], env);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(contacts).toEqual([`connect ${new URL(provider.origin).host}`]);
    expect(provider.calls().length).toBeGreaterThanOrEqual(2);
  });
});

describe('a metric reaches the address of its own model and nobody else', () => {
  it.each<[string, string, string, (provider: FakeProvider) => Readonly<Record<string, string>>]>([
    [
      'embedding',
      'openai',
      'embedding_similarity {"model": "openai:/text-embedding-3-small"}',
      ({ openai }) => key('OPENAI', openai),
    ],
    ['toxicity', 'openai', 'toxicity {"model": "openai:/omni-moderation-latest"}', ({ openai }) => key('OPENAI', openai)],
  ])('%s of %s', async (name, pack, metric, envOf) => {
    await using provider = await fakeProvider();
    const folder = new TestFolder();
    folder.install(`@touchstone/model-${pack}`, `packages/models/${pack}`);
    folder.install(`@touchstone/metric-${name}`, `packages/metrics/${name}`);
    const asked = ['run', '--data', 'rows.jsonl', '--predictions', 'english', '--targets', 'meant', '--metric', metric];
    const { exitCode, contacts, stderr } = await contactsOf(folder, asked, envOf(provider));
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(contacts).toEqual([`connect ${new URL(provider.origin).host}`]);
    expect(provider.calls().length).toBeGreaterThanOrEqual(1);
  });
});

interface Setting {
  readonly env?: Readonly<Record<string, string>>;
  readonly options?: readonly string[];
  readonly model?: string;
}

describe('nobody at all is reached by', () => {
  it('a static data set with all metrics that need no model', async () => {
    const folder = new TestFolder();
    for (const name of ['toxicity', 'retrieval']) folder.install(`@touchstone/metric-${name}`, `packages/metrics/${name}`);
    const types = ['question-answering', 'text-summarization', 'text'];
    for (const type of types) {
      const asked = ['run', ...scored, '--predictions', 'answer', '--model-type', type];
      const { exitCode, contacts, stderr } = await contactsOf(folder, asked);
      expect({ exitCode, stderr, contacts }).toMatchObject({ exitCode: 0, contacts: [] });
    }
  });

  it('toxicity and similarity of embeddings, which bring their models with them', async () => {
    const folder = new TestFolder();
    for (const name of ['toxicity', 'embedding']) folder.install(`@touchstone/metric-${name}`, `packages/metrics/${name}`);
    const metrics = ['--metric', 'toxicity', '--metric', 'embedding_similarity'];
    // The models know English.
    const asked = ['run', '--data', 'rows.jsonl', '--predictions', 'english', '--targets', 'meant', ...metrics, '--json'];
    const { exitCode, contacts, stdout, stderr } = await contactsOf(folder, asked);
    expect({ exitCode, stderr, contacts }).toMatchObject({ exitCode: 0, contacts: [] });
    expect(JSON.parse(stdout).coverage).toMatchObject({
      'toxicity/v1': { scored: 2 },
      'embedding_similarity/v1': { scored: 2 },
    });
  });

  it.each([[['doctor']], [['metrics']], [['adapters']], [['plugins']], [['data', 'rows.jsonl']], [['--version']]])(
    'touchstone %j',
    async (args) => {
      expect(await contactsOf(new TestFolder(), args)).toMatchObject({ exitCode: 0, contacts: [] });
    },
  );
});

it('the trap sees whoever else is reached', async () => {
  const folder = new TestFolder();
  folder.write(
    'app.mjs',
    `import dns from 'node:dns/promises';
    export async function app() {
      await fetch('http://192.0.2.1:81/').catch(() => undefined);
      await fetch('https://phone-home.invalid/').catch(() => undefined);
      await dns.lookup('another.invalid').catch(() => undefined);
      return '서울';
    }`,
  );
  const { contacts } = await contactsOf(folder, ['run', ...scored, '--model', './app.mjs#app', '--metric', 'exact_match']);
  expect(contacts.toSorted()).toEqual(['connect 192.0.2.1:81', 'connect phone-home.invalid:443', 'lookup another.invalid']);
});
