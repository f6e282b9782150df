import { once } from 'node:events';
import { createServer } from 'node:http';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import { describe, expect, it } from 'vitest';
import { type Ended, TestFolder } from './__fixtures__/test-folder.ts';

const PACKS = ['anthropic', 'azure-openai', 'http', 'openai'];
const rows = [
  { question: '대한민국의 수도는?', expected: '서울' },
  { question: '빵을 부풀게 하는 것은?', expected: '효모' },
];

/** `touchstone run --model …` in a fresh folder that has the packs of all models. */
function run(model: string, options: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const folder = new TestFolder();
  folder.writeRows('questions.jsonl', rows);
  for (const pack of PACKS) folder.install(`@touchstone/model-${pack}`, `packages/models/${pack}`);
  const scored = ['--data', 'questions.jsonl', '--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match'];
  const flags = options.flatMap((option) => ['--model-option', option]);
  return { folder, ended: folder.start(['run', ...scored, '--model', model, ...flags], { env }).ended };
}

/** Exit 2 before the first row: nothing on stdout, nothing stored, and this sentence. */
async function refused({ folder, ended }: ReturnType<typeof run>, sentence: string): Promise<void> {
  expect(await ended).toEqual({ exitCode: 2, stdout: '', stderr: `${sentence}\n` });
  expect(folder.has('.touchstone')).toBe(false);
}

describe('a model that is written wrongly', () => {
  it.each([
    ['gpt-5-mini', "--model is 'gpt-5-mini', which is no URI: write scheme:/name, e.g. openai:/gpt-5-mini."],
    ['openai:', "--model is 'openai:', which is no URI: write scheme:/name, e.g. openai:/gpt-5-mini."],
    ['openai:/', "'openai:/' names no model: write openai:/MODEL, e.g. openai:/gpt-5-mini."],
    ['anthropic:/', "'anthropic:/' names no model: write anthropic:/MODEL, e.g. anthropic:/claude-sonnet-5."],
    ['azure-openai:/', "'azure-openai:/' names no deployment: write azure-openai:/DEPLOYMENT."],
    ['https://', "the address is 'https://', which is no http or https address."],
    [
      'antropic:/claude-sonnet-5',
      "There is no model scheme 'antropic' (of 'antropic:/claude-sonnet-5'). Did you mean 'anthropic'?",
    ],
    [
      'bedrock:/claude',
      "There is no model scheme 'bedrock' (of 'bedrock:/claude'). Known are: anthropic, azure-openai, http, https, openai, huggingface, ai-sdk, runs, models.",
    ],
    [
      'huggingface:/org/model',
      "'huggingface:/org/model' needs @touchstone/model-huggingface, which is not among the plug-ins: npm i @touchstone/model-huggingface.",
    ],
  ])('%s', (model, sentence) => refused(run(model), sentence));
});

describe('a model whose key is missing', () => {
  it.each([
    ['openai:/gpt-5-mini', {}, "'openai:/gpt-5-mini' needs a key: set OPENAI_API_KEY in the environment."],
    ['openai:/gpt-5-mini', { OPENAI_API_KEY: ' ' }, "'openai:/gpt-5-mini' needs a key: set OPENAI_API_KEY in the environment."],
    ['anthropic:/claude-sonnet-5', {}, "'anthropic:/claude-sonnet-5' needs a key: set ANTHROPIC_API_KEY in the environment."],
    [
      'azure-openai:/ours',
      {},
      "'azure-openai:/ours' needs an endpoint: set AZURE_OPENAI_ENDPOINT (or OPENAI_API_BASE) to https://NAME.openai.azure.com.",
    ],
    [
      'azure-openai:/ours',
      { AZURE_OPENAI_ENDPOINT: 'https://ours.openai.azure.com' },
      "'azure-openai:/ours' needs a key: set AZURE_OPENAI_API_KEY (or OPENAI_API_KEY) in the environment, or give the pack a tokenProvider.",
    ],
    [
      'openai:/gpt-4',
      { OPENAI_API_TYPE: 'azure', OPENAI_API_KEY: 'k' },
      "'openai:/gpt-4' needs an endpoint: set AZURE_OPENAI_ENDPOINT (or OPENAI_API_BASE) to https://NAME.openai.azure.com.",
    ],
  ])('%s with %j', (model, env, sentence) => refused(run(model, [], env), sentence));

  it('or the variable of a header', () =>
    refused(
      run('https://rag.example/ask', ['body={"q": "{question}"}', 'headers.authorization=Bearer ${RAG_TOKEN}']),
      'The header authorization needs RAG_TOKEN, which is not set in the environment.',
    ));
});

describe('options that cannot be', () => {
  it.each([
    ['openai:/m', 'base-url=localhost:8000', "base-url is 'localhost:8000', which is no http or https address."],
    [
      'openai:/m',
      'base-url=http://user:secret@localhost:8000/v1',
      'base-url holds a user or password, which would be stored with the run: give the key apart.',
    ],
    ['openai:/m', 'api=chatt', `'openai:/m': api must be chat or responses, and it is "chatt".`],
    [
      'openai:/m',
      'prompt=Answer {qestion} of {topic}',
      [
        '2 things to correct:',
        "  - The messages ask for {qestion}, and the data has no such column. Did you mean 'question'? Write {{qestion}} for braces that are meant as text.",
        '  - The messages ask for {topic}, and the data has no such column. The data has: question. Write {{topic}} for braces that are meant as text.',
      ].join('\n'),
    ],
    [
      'http://127.0.0.1:1/ask',
      'body={"q": "{qestion}"}',
      "http://127.0.0.1:1/ask reads {qestion}, and the data has no such column. Did you mean 'question'?",
    ],
    ['http://127.0.0.1:1/ask', 'bdy={}', "'http://127.0.0.1:1/ask' has no option 'bdy'. Did you mean 'body'?"],
  ])('%s --model-option %j', (model, option, sentence) => refused(run(model, [option], { OPENAI_API_KEY: 'key' }), sentence));

  it('a variable that is no address is named', () =>
    refused(
      run('openai:/m', [], { OPENAI_BASE_URL: 'localhost:8000/v1' }),
      "OPENAI_BASE_URL is 'localhost:8000/v1', which is no http or https address.",
    ));
});

describe('a provider that cannot be asked stops the run, which can be resumed when that is corrected', () => {
  it('nobody answers at the base URL', async () => {
    const url = `http://127.0.0.1:${await freePort()}/v1`;
    const host = url.slice('http://'.length, -'/v1'.length);
    const { folder, ended } = run('openai:/m', [`base-url=${url}`]);
    expect(lastLines(folder, await ended)).toEqual([
      3,
      `incomplete: 0 rows (the server at ${url}: nobody answers (${host}): no call of openai:/m has reached it)`,
      'Continue it with:',
      'touchstone resume ID',
    ]);
  });

  it('the model is none of the provider’s, the key is none', async () => {
    await using provider = await fakeProvider({ models: { 'gpt-5-mini': {} }, credentials: ['right'] });
    const env = { OPENAI_BASE_URL: provider.openai, OPENAI_API_KEY: 'right' };
    const other = run('openai:/gpt-5-mnii', [], env);
    expect(lastLines(other.folder, await other.ended)).toEqual([
      3,
      `incomplete: 0 rows (the server at ${provider.openai} answered 404: The model \`gpt-5-mnii\` does not exist or you do not have access to it.)`,
      'Continue it with:',
      'touchstone resume ID',
    ]);
    const wrong = run('openai:/gpt-5-mini', [], { ...env, OPENAI_API_KEY: 'sk-canary-wrong' });
    const [exitCode, reason] = lastLines(wrong.folder, await wrong.ended);
    expect(exitCode).toBe(3);
    expect(reason).toContain(`incomplete: 0 rows (the server at ${provider.openai} answered 401: Incorrect API key provided`);
    expect(reason).not.toContain('canary');
    expect(provider.calls().length).toBeLessThanOrEqual(4);
  });
});

/** The exit code and what was said last. */
function lastLines(folder: TestFolder, { exitCode, stderr }: Ended): readonly (number | string | null)[] {
  return [exitCode, ...folder.tidy(stderr).trim().split('\n').slice(-3)];
}

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a server on a port has an address');
  return address.port;
}
