import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTouchstone, definePlugin, LOGGER, metric } from '@touchstone/core';
import anthropic from '@touchstone/model-anthropic';
import azure from '@touchstone/model-azure-openai';
import openai from '@touchstone/model-openai';
import { sqlite } from '@touchstone/store-sqlite';
import { type FakeProvider, fakeProvider } from '@touchstone/testing/fake-provider';
import { describe, expect, it, vi } from 'vitest';
import { type Ended, TestFolder } from './__fixtures__/test-folder.ts';

const PACKS = ['anthropic', 'azure-openai', 'http', 'huggingface', 'openai'];
/** Of no shape by which a key could be told from any other word. */
const secret = (whose: string): string => `canary.of.${whose}.4711`;

/** Question 1 is answered, 2 is refused with all that was sent in the words and the headers of the refusal, 3 in the middle of other words. */
const rows = [1, 2, 3].map((n) => ({ question: `질문 ${n}`, expected: '답' }));

describe.each<[string, (provider: FakeProvider) => Setting]>([
  ['openai:/gpt-4o-mini', ({ openai }) => ({ env: { OPENAI_API_KEY: secret('openai'), OPENAI_BASE_URL: openai } })],
  [
    'azure-openai:/gpt-4o-mini',
    ({ azure }) => ({ env: { AZURE_OPENAI_API_KEY: secret('azure'), AZURE_OPENAI_ENDPOINT: azure } }),
  ],
  [
    'anthropic:/claude-sonnet-5',
    ({ anthropic }) => ({ env: { ANTHROPIC_API_KEY: secret('anthropic'), ANTHROPIC_BASE_URL: anthropic } }),
  ],
  [
    'huggingface:/org/model',
    ({ huggingface }) => ({
      env: { HF_TOKEN: secret('huggingface') },
      options: [`base-url=${huggingface}/models/org/model`],
    }),
  ],
  [
    'http:',
    ({ app }) => ({
      env: { RAG_TOKEN: secret('header') },
      model: `${app}/ask`,
      options: ['body={"q": "{question}"}', 'headers.authorization=Bearer ${RAG_TOKEN}', 'headers.x-team=${RAG_TOKEN}'],
    }),
  ],
  ['./app.mjs#app', ({ app }) => ({ env: { APP_TOKEN: secret('application'), APP_URL: app } })],
])('%s', (uri, settingOf) => {
  it('nothing that is written or said holds its key, though the provider repeats it', async () => {
    await using provider = await repeating();
    const { env, model = uri, options = [] } = settingOf(provider);
    const folder = folderWithPacks();
    const scored = ['--data', 'questions.jsonl', '--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match'];
    const flags = [...options.flatMap((option) => ['--model-option', option]), '--verbose', '--key', 'k'];
    const files = ['--output', 'result.json', '--table', 'table.json'];
    const asked = ['run', ...scored, '--model', model, ...flags];
    const end = (...args: readonly string[]): Promise<Ended> => folder.start(args, { env }).ended;
    const ran = [await end(...asked, ...files), await end(...asked, '--json', '--table', 'table.csv')];
    const said = await Promise.all([
      ...ran,
      end('show', '@last', '--verbose', '--json'),
      end('rows', '@last', '--to', 'rows.jsonl'),
      end('rows', '@last', '--failed'),
      end(...asked, '--dry-run', '--json'),
      end('doctor'),
      end('adapters'),
    ]);
    // A zip is compressed: what is in it shows in the store that takes it in, every byte of which comes from there.
    said.push(await end('export', '@last', 'run.zip'), await end('import', 'run.zip', '--store', 'copy.db'));
    expect(said.at(-1)).toMatchObject({ exitCode: 0 });
    // It was there: the key was sent, and came back in refusals; and what is looked through holds the rest of the words.
    const key = Object.values(env).find((value) => value.startsWith('canary')) ?? '';
    expect(JSON.stringify(provider.calls().map(({ headers }) => headers))).toContain(key);
    expect(JSON.stringify(provider.calls().map(({ answer }) => answer))).toContain(key);
    expect(said[0]).toMatchObject({ stdout: expect.stringContaining('exact_match') });
    expect(said.map(({ stdout, stderr }) => stdout + stderr).join('\n')).not.toContain('canary');
    const written = filesIn(folder.path).filter((file) => !/package\.json$|\.mjs$|\.ts$/u.test(file));
    expect(written.map((file) => file.slice(folder.path.length + 1))).toEqual(
      expect.arrayContaining([
        '.touchstone/touchstone.db',
        'result.json',
        'table.csv',
        'table.json',
        'rows.jsonl',
        'copy.db',
        'spans.jsonl',
      ]),
    );
    expect(written.filter((file) => readFileSync(file, 'latin1').includes('canary'))).toEqual([]);
    for (const file of ['.touchstone/touchstone.db', 'spans.jsonl']) expect(folder.read(file)).toContain('you sent');
  });
});

it('a run that is killed leaves no key in the write-ahead log of its store', async () => {
  await using provider = await repeating();
  const env = { OPENAI_API_KEY: secret('openai'), OPENAI_BASE_URL: provider.openai };
  const folder = folderWithPacks();
  folder.writeRows('questions.jsonl', [...rows, { question: '질문 hang', expected: '답' }]);
  const scored = ['--data', 'questions.jsonl', '--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match'];
  const run = folder.start(['run', ...scored, '--model', 'openai:/gpt-4o-mini'], { env });
  const log = '.touchstone/touchstone.db-wal';
  await vi.waitUntil(() => folder.has(log) && folder.read(log).includes('you sent'), { timeout: 60_000, interval: 20 });
  run.process.kill('SIGKILL');
  expect((await run.ended).exitCode).toBeNull();
  expect(folder.read(log)).toContain('you sent');
  expect(filesIn(join(folder.path, '.touchstone')).filter((file) => readFileSync(file, 'latin1').includes('canary'))).toEqual([]);
});

it('a result that is saved, printed or turned to JSON by a program holds no key that the program gave', async () => {
  await using provider = await repeating();
  const folder = new TestFolder();
  const models = [
    openai({ apiKey: secret('openai'), baseUrl: provider.openai }),
    azure({ apiKey: secret('azure'), endpoint: provider.azure }),
    anthropic({ apiKey: secret('anthropic'), baseUrl: provider.anthropic }),
  ];
  const said: string[] = [];
  const log = definePlugin({
    name: 'log',
    register: (registry) => registry.provide(LOGGER, { info: (text) => said.push(text), warn: (text) => said.push(text) }),
  });
  await using store = sqlite(join(folder.path, 'runs.db'));
  const touchstone = createTouchstone({ plugins: [...models, log], store });
  for (const model of ['openai:/gpt-4o-mini', 'azure-openai:/gpt-4o-mini', 'anthropic:/claude-sonnet-5']) {
    const results = await touchstone.evaluate({
      data: rows.map(({ question }) => question),
      model,
      extraMetrics: [metric('length', ({ predictions }) => String(predictions).length)],
    });
    expect(results.coverage.length).toMatchObject({ scored: 1, failed: 2 });
    await results.save(join(folder.path, 'saved'));
    said.push(String(results), JSON.stringify(results), JSON.stringify(await Array.fromAsync(results.rows())));
    expect(filesIn(join(folder.path, 'saved')).some((file) => readFileSync(file, 'utf8').includes('you sent'))).toBe(true);
    // While the store is open, what is newest is in its write-ahead log.
    expect(filesIn(folder.path).filter((file) => readFileSync(file, 'latin1').includes('canary'))).toEqual([]);
  }
  expect(new Set(provider.calls().map((call) => call.key))).toEqual(new Set(['openai', 'azure', 'anthropic'].map(secret)));
  expect(said.join('\n')).toContain('you sent');
  expect(said.join('\n')).not.toContain('canary');
});

interface Setting {
  readonly env: Readonly<Record<string, string>>;
  readonly model?: string;
  readonly options?: readonly string[];
}

/** A provider that answers one question, and otherwise tells everybody what it was sent. */
function repeating() {
  const refusal = (headers: Readonly<Record<string, string>>, n: number) => {
    const { authorization = '', ...others } = headers;
    const keys = [authorization, ...Object.values(others)].filter((value) => value.includes('canary')).join(' and ');
    const words = n === 2 ? `you sent ${JSON.stringify(headers)}` : `the word ${keys}, which you sent, is no good`;
    const echo = { 'x-echo': keys, 'www-authenticate': `Bearer error="${keys}"` };
    return Response.json({ error: { message: words, code: keys, param: keys } }, { status: 400, headers: echo });
  };
  return fakeProvider({
    answers: {
      chat({ prompt, headers }) {
        if (prompt.endsWith('hang')) return { fault: 'hang' };
        return prompt.endsWith('1') ? '답' : refusal(headers, Number(prompt.at(-1)));
      },
      app: ({ body, headers }) => {
        const n = Number(/질문 (\d)/u.exec(JSON.stringify(body))?.[1]);
        return n === 1 ? { answer: '답' } : refusal(headers, n);
      },
    },
  });
}

/** A fresh folder with the questions, all adapters, an application of one's own, and OpenTelemetry that writes to a file. */
function folderWithPacks(): TestFolder {
  const folder = new TestFolder();
  folder.writeRows('questions.jsonl', rows);
  for (const pack of PACKS) folder.install(`@touchstone/model-${pack}`, `packages/models/${pack}`);
  for (const name of ['api', 'sdk-trace-base'])
    folder.install(`@opentelemetry/${name}`, `apps/cli/node_modules/@opentelemetry/${name}`);
  folder.write(
    'app.mjs',
    `export async function app({ question }, call) {
      const headers = { authorization: 'Bearer ' + process.env.APP_TOKEN, 'content-type': 'application/json' };
      const url = process.env.APP_URL + '/ask?access_token=' + process.env.APP_TOKEN;
      const response = await call.fetch(url, { method: 'POST', headers, body: JSON.stringify({ q: question }) });
      if (response.ok) return (await response.json()).answer;
      call.log.warn('refused: ' + (await response.clone().text()));
      throw new Error('refused: ' + (await response.text()));
    }`,
  );
  folder.write(
    'touchstone.config.ts',
    `import { appendFileSync } from 'node:fs';
    import { trace } from '@opentelemetry/api';
    import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
    import { defineConfig } from '@touchstone/cli';
    const exporter = {
      export(spans: readonly { name: string; status: object; attributes: object }[], done: (result: object) => void) {
        for (const { name, status, attributes } of spans) appendFileSync('spans.jsonl', JSON.stringify({ name, status, attributes }) + '\\n');
        done({ code: 0 });
      },
      shutdown: async () => undefined,
    };
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    export default defineConfig({});`,
  );
  return folder;
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/[\\/]node_modules(?:[\\/]|$)/u.test(entry.parentPath))
    .map(({ parentPath, name }) => join(parentPath, name));
}
