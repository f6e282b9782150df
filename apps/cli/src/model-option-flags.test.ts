import { type FakeProvider, fakeProvider } from '@touchstone/testing/fake-provider';
import { describe, expect, it } from 'vitest';
import { TestFolder } from './__fixtures__/test-folder.ts';

const PACKS = ['anthropic', 'azure-openai', 'http', 'openai'];

/** `touchstone run --json` with these options of the model, and what the provider was sent. */
async function run(
  provider: FakeProvider,
  model: string,
  options: readonly string[],
  {
    env = {},
    files = {},
  }: { readonly env?: Readonly<Record<string, string>>; readonly files?: Readonly<Record<string, string>> } = {},
) {
  const folder = new TestFolder();
  folder.writeRows('questions.jsonl', [{ question: '수도?', topic: '한국', expected: '서울' }]);
  for (const pack of PACKS) folder.install(`@touchstone/model-${pack}`, `packages/models/${pack}`);
  for (const [name, content] of Object.entries(files)) folder.write(name, content);
  const scored = ['--data', 'questions.jsonl', '--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match'];
  const flags = options.flatMap((option) => ['--model-option', option]);
  const { exitCode, stdout, stderr } = await folder.start(['run', '--json', ...scored, '--model', model, ...flags], { env })
    .ended;
  const result = exitCode === 0 ? JSON.parse(stdout) : undefined;
  return { exitCode, stderr, result, calls: provider.calls() };
}

const PROMPTED = ['temperature=0', 'prompt=Answer: {question}', 'system=Of {topic}.', 'stop=["END"]'];

describe('every language model takes its server, parameters and prompt from options', () => {
  it.each([
    ['openai:/gpt-4o', 'openai', 'max-output-tokens=50', {}, { max_tokens: 50, temperature: 0, stop: ['END'] }],
    [
      'azure-openai:/ours',
      'azure',
      'max_tokens=50',
      { AZURE_OPENAI_API_KEY: 'k', OPENAI_API_VERSION: '2024-10-21' },
      { max_tokens: 50, temperature: 0, stop: ['END'] },
    ],
    [
      'anthropic:/claude-sonnet-4-5',
      'anthropic',
      'max-output-tokens=50',
      { ANTHROPIC_API_KEY: 'k' },
      { max_tokens: 50, temperature: 0, stop_sequences: ['END'], system: 'Of 한국.' },
    ],
  ] as const)('%s', async (model, api, limit, env, body) => {
    await using provider = await fakeProvider({ credentials: 'optional', answers: { chat: '서울' } });
    const { result, calls } = await run(provider, model, [`base-url=${provider[api]}/`, ...PROMPTED, limit], { env });
    expect(result?.metrics).toMatchObject({ 'exact_match/v1': 1 });
    const system = api === 'anthropic' ? [] : [{ role: 'system', content: 'Of 한국.' }];
    expect(calls.map((call) => call.body)).toEqual([
      expect.objectContaining({ ...body, messages: [...system, { role: 'user', content: 'Answer: 수도?' }] }),
    ]);
  });

  it('and the API and a stream, whose first token is timed', async () => {
    await using provider = await fakeProvider({ credentials: 'optional', answers: { chat: '서울' } });
    const options = [`base-url=${provider.openai}`, 'api=responses', 'stream=true', 'reasoning-effort=low'];
    const { result, calls } = await run(provider, 'openai:/gpt-5-mini', options);
    expect(calls[0]).toMatchObject({ path: '/v1/responses', body: { stream: true, reasoning: { effort: 'low' } } });
    expect(result?.usage.models['openai:/gpt-5-mini'].timeToFirstTokenMs).toBeGreaterThan(0);
  });
});

describe('an HTTP API', () => {
  it('is asked as a file says, with headers that look like numbers, and its outputs are found', async () => {
    await using provider = await fakeProvider({
      answers: { app: ({ body }) => ({ answer: '서울', sources: [{ text: JSON.stringify(body) }] }) },
    });
    const { result, calls } = await run(
      provider,
      'https://rag.example.com/app/ask',
      [
        `base-url=${provider.origin}`,
        'body=@request.json',
        'headers.x-version=1',
        'headers.authorization=Bearer ${RAG_TOKEN}',
        'outputs.answer=$.answer',
        'outputs.context=$.sources[*].text',
      ],
      { env: { RAG_TOKEN: 'canary-1' }, files: { 'request.json': '{ "q": "{question}", "top_k": 3 }' } },
    );
    expect(result?.metrics).toMatchObject({ 'exact_match/v1': 1 });
    expect(calls.map(({ path, body }) => ({ path, body }))).toEqual([{ path: '/app/ask', body: { q: '수도?', top_k: 3 } }]);
    expect(calls[0]?.headers).toMatchObject({ 'x-version': '1', authorization: 'Bearer canary-1' });
    expect(JSON.stringify(result)).not.toContain('canary');
  });

  it('or the scoring protocol of MLflow, with parameters', async () => {
    await using provider = await fakeProvider({ answers: { score: '서울' } });
    const options = [`base-url=${provider.origin}`, 'format=inputs', 'params.temperature=0'];
    const { result, calls } = await run(provider, 'http://served/invocations', options);
    expect(result?.metrics).toMatchObject({ 'exact_match/v1': 1 });
    expect(calls[0]?.body).toEqual({ inputs: ['수도?'], params: { temperature: 0 } });
  });

  it.each([
    [
      'body=@request.json',
      { 'request.json': '{ "q": ' },
      "--model-option body names the file 'request.json', which is no JSON: ",
    ],
    ['body=@nowhere.json', {}, "--model-option body names the file 'nowhere.json', which cannot be read: "],
  ])('that is told %s, which is none, is not asked', async (option, files, sentence) => {
    await using provider = await fakeProvider();
    const { exitCode, stderr, calls } = await run(provider, provider.app, [option], { files });
    expect({ exitCode, calls }).toEqual({ exitCode: 2, calls: [] });
    expect(stderr).toContain(sentence);
  });
});

it('OPENAI_API_TYPE=azuread sends openai:/… to Azure with a token, and the result says so', async () => {
  await using provider = await fakeProvider({ answers: { chat: '서울' } });
  const env = {
    OPENAI_API_TYPE: 'azuread',
    OPENAI_API_KEY: 'entra-canary-token',
    OPENAI_API_BASE: provider.azure,
    OPENAI_API_VERSION: '2024-10-21',
    OPENAI_DEPLOYMENT_NAME: 'gpt-4-eu',
  };
  const { result, calls } = await run(provider, 'openai:/gpt-4', [], { env });
  expect(calls[0]).toMatchObject({
    path: '/openai/deployments/gpt-4-eu/chat/completions',
    headers: { authorization: 'Bearer entra-canary-token' },
  });
  expect(result?.warnings).toContain('openai:/gpt-4 is answered by azure-openai:/gpt-4-eu.');
  expect(JSON.stringify(result)).not.toContain('canary');
});
