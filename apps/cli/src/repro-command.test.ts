import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { chat, createTouchstone, metric } from '@touchstone/core';
import openai from '@touchstone/model-openai';
import { sqlite } from '@touchstone/store-sqlite';
import { type FakeProvider, type FakeProviderOptions, fakeProvider } from '@touchstone/testing/fake-provider';
import { describe, expect, it, vi } from 'vitest';
import { type Ended, node, TestFolder } from './__fixtures__/test-folder.ts';
import type { Again, ReproCall, ReproDocument } from './repro/repro-document.ts';

// Each test starts the command several times.
vi.setConfig({ testTimeout: 120_000 });

const KEY = 'canary.of.the.provider.4711';
const rows = [
  { id: 'q001', question: '대한민국의 수도는?', expected: '서울' },
  { id: 'q002', question: `It's "the" $HOME of \`yeast\`\n두 줄\\ — what?`, expected: '효모' },
  { id: 'q003', question: `열쇠는 ${KEY} 입니다`, expected: '서울' },
];

const judge = `
import { defineMetric } from '@touchstone/core';
export const judge = defineMetric({
  name: 'judge',
  version: 'v1',
  range: [1, 5],
  greaterIsBetter: true,
  needs: ['predictions', 'targets'],
  models: { judge: 'openai:/gpt-4o' },
  async scoreRow({ predictions, targets }, { model, work }) {
    const content = '채점하라: ' + predictions + ' / ' + targets;
    const votes = [];
    for (const repeat of [0, 1]) {
      const { value } = await work.ask(model('judge'), { messages: [{ role: 'user', content }], parameters: { temperature: 0 } }, { repeat });
      votes.push(Number(value.text));
    }
    if (votes.some(Number.isNaN)) throw new Error('the judge gave no number');
    return { value: votes[0], justification: '둘 다 그렇게 말했다', details: { votes } };
  },
});
`;

const data = ['--data', 'questions.jsonl', '--inputs', 'question', '--targets', 'expected', '--id', 'id'];
const judged = ['--metric', 'exact_match', '--metric', './judge.ts#judge'];

interface Place extends AsyncDisposable {
  readonly folder: TestFolder;
  readonly provider: FakeProvider;
  readonly env: Readonly<Record<string, string>>;
  touchstone(...args: readonly string[]): Promise<Ended>;
  /** A run that must end well. */
  run(...args: readonly string[]): Promise<void>;
  /** `repro @last ROW --json`, read. */
  repro(row: string, ...flags: readonly string[]): Promise<ReproDocument>;
  /** What a shell says to the command. */
  paste(again: Again | undefined): Promise<string>;
}

async function place(options: FakeProviderOptions = {}): Promise<Place> {
  const provider = await fakeProvider({ answers: { chat: answer }, ...options });
  const folder = new TestFolder();
  folder.writeRows('questions.jsonl', rows);
  folder.write('judge.ts', judge);
  for (const pack of ['anthropic', 'http', 'openai']) folder.install(`@touchstone/model-${pack}`, `packages/models/${pack}`);
  const env = {
    OPENAI_API_KEY: KEY,
    OPENAI_BASE_URL: provider.openai,
    ANTHROPIC_API_KEY: KEY,
    ANTHROPIC_BASE_URL: provider.anthropic,
    RAG_TOKEN: KEY,
    CREDENTIAL: KEY,
  };
  const touchstone = (...args: readonly string[]): Promise<Ended> => folder.start(args, { env }).ended;
  return {
    folder,
    provider,
    env,
    touchstone,
    async run(...args) {
      const { exitCode, stderr } = await touchstone('run', ...data, ...args);
      expect(`${exitCode} ${stderr}`).toMatch(/^0 /u);
    },
    async repro(row, ...flags) {
      const { exitCode, stdout, stderr } = await touchstone('repro', '@last', row, '--json', ...flags);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout).not.toContain('canary');
      return JSON.parse(stdout);
    },
    async paste(again) {
      if (again === undefined || 'noCurl' in again) throw new Error(`There is no command: ${JSON.stringify(again)}`);
      // A file, as one would keep it: a long script is no argument of a program.
      folder.write('again.sh', again.curl);
      const { exitCode, stdout, stderr } = await folder.shell('. ./again.sh', { env });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      return stdout;
    },
    [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose](),
  };
}

const answer = ({ prompt }: { readonly prompt: string }): string =>
  prompt.startsWith('채점하라') ? '4' : `답: ${[...prompt].slice(0, 4).join('')}`;

describe.each([
  ['openai:/gpt-4o-mini', [], '/v1/chat/completions'],
  ['openai:/gpt-4o-mini', ['--model-option', 'api=responses'], '/v1/responses'],
  ['anthropic:/claude-sonnet-5', ['--model-option', 'max-output-tokens=50'], '/anthropic/v1/messages'],
])('%s %j', (model, options, path) => {
  it('is asked the same again by the command, which gives the same answer', async () => {
    await using here = await place();
    await here.run('--model', model, '--model-option', 'system=짧게 답하라', ...options, '--metric', 'exact_match');
    for (const [index, { id, question }] of rows.slice(0, 2).entries()) {
      const { calls, trials } = await here.repro(id);
      const [call] = calls;
      expect(calls).toMatchObject([
        { number: 1, asker: 'model', service: model, trial: 0, repeat: 0, attempts: 1, cached: false },
      ]);
      expect(call?.request).toMatchObject({
        messages: [
          { role: 'system', content: '짧게 답하라' },
          { role: 'user', content: question },
        ],
      });
      const said = `답: ${[...question].slice(0, 4).join('')}`;
      expect(call?.answer).toMatchObject({ value: { text: said }, finish: 'stop' });
      expect(trials).toMatchObject([{ trial: 0, prediction: { columns: { outputs: said } }, scores: { exact_match: {} } }]);

      const sent = here.provider.calls().find(({ body }) => JSON.stringify(body).includes(JSON.stringify(question)));
      const text = JSON.parse(await here.paste(call));
      expect(JSON.stringify(text)).toContain(JSON.stringify(said).slice(1, -1));
      const again = here.provider.calls().at(-1);
      expect(again).toMatchObject({ path, key: KEY, body: sent?.body, status: 200 });
      expect(telling(again?.headers)).toEqual(telling(sent?.headers));
      expect(here.provider.calls()).toHaveLength(rows.length + index + 1);
    }
  });
});

/** Headers but for what programs say of themselves and of the connection. */
function telling(headers: Readonly<Record<string, string>> = {}): object {
  const left = /^(?:x-stainless-.*|user-agent|content-length|accept-encoding|accept-language|sec-fetch-mode|connection|host)$/u;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !left.test(name)));
}

describe('what is printed', () => {
  it('is all of the row: what was sent, answered and read, who asked, and the command', async () => {
    await using here = await place();
    await here.run('--model', 'openai:/gpt-4o-mini', '--model-option', 'temperature=0', ...judged);
    const { exitCode, stdout, stderr } = await here.touchstone('repro', '@last', 'q001');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const command = (content: string, model: string): readonly string[] => [
      '  again:',
      "  curl -sS 'OPENAI/chat/completions' \\",
      "    -H 'accept: application/json' \\",
      '    -H "authorization: Bearer $OPENAI_API_KEY" \\',
      "    -H 'content-type: application/json' \\",
      `    --data-raw '{"model":"${model}","messages":[{"role":"user","content":"${content}"}],"temperature":0}'`,
    ];
    const vote = [
      '  sent:',
      '    [user]',
      '    채점하라: 답: 대한민국 / 서울',
      '    parameters: {"temperature":0}',
      '  answered: 4',
      '  how: ended by stop · served by gpt-4o · 12 tokens in · 1 out · $0.00004 · TIME',
      ...command('채점하라: 답: 대한민국 / 서울', 'gpt-4o'),
      '',
    ];
    const tidy = here.folder
      .tidy(stdout)
      .replaceAll(here.provider.openai, 'OPENAI')
      .replaceAll(/\d+ ms(?: · waited \d+ ms)?/gu, 'TIME');
    expect(tidy.split('\n')).toEqual([
      'run questions.jsonl ID (ID) · evaluation 1 · row 1 · q001',
      '',
      'data',
      '  id: q001',
      '  question: 대한민국의 수도는?',
      '  expected: 서울',
      '',
      'call 1 · model under test · openai:/gpt-4o-mini',
      '  sent:',
      '    [user]',
      '    대한민국의 수도는?',
      '    parameters: {"temperature":0}',
      '  answered: 답: 대한민국',
      '  how: ended by stop · served by gpt-4o-mini · 10 tokens in · 2 out · $0.0000027 · TIME',
      ...command('대한민국의 수도는?', 'gpt-4o-mini'),
      '',
      'call 2 · judge · openai:/gpt-4o',
      ...vote,
      'call 3 · judge · openai:/gpt-4o · repeat 1',
      ...vote,
      'how it was read',
      '  prediction (outputs): 답: 대한민국',
      '  exact_match: false',
      '  judge:',
      '    4',
      '    because: 둘 다 그렇게 말했다',
      '    details: {"votes":[4,4]}',
      '',
    ]);
  });

  it('is narrowed to a metric or to a call, and rows are named in several ways', async () => {
    await using here = await place();
    await here.run('--model', 'openai:/gpt-4o-mini', ...judged);
    const ofJudge = await here.repro('2', '--metric', 'judge');
    expect(ofJudge).toMatchObject({
      row: { number: 2, key: 'q002', cells: rows[1] ?? {} },
      calls: [{ number: 2 }, { number: 3 }],
    });
    expect(ofJudge.trials.map(({ scores }) => Object.keys(scores))).toEqual([['judge']]);
    expect((await here.repro('q002', '--call', '3')).calls).toMatchObject([{ number: 3, asker: 'judge', repeat: 1 }]);
    const said = async (...args: readonly string[]) => {
      const { exitCode, stdout, stderr } = await here.touchstone('repro', '@last', ...args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      return here.folder.tidy(stderr).trim();
    };
    expect(await said('q0011')).toBe(
      "Run questions.jsonl ID has no row 'q0011': name it by its key, or by its number as touchstone rows shows it. Did you mean 'q001'?",
    );
    expect(await said('q00')).toBe("3 rows of run questions.jsonl ID have keys that begin with 'q00': type more of the key.");
    expect(await said('q001', '--metric', 'jugde')).toBe("Run questions.jsonl ID has no metric 'jugde'. Did you mean 'judge'?");
    expect(await said('q001', '--call', '9')).toBe('--call is 9, and of this row the calls 1 to 3 are recorded.');
  });

  it('holds no key, though the data and the messages do; nor does the file of the store where calls are', async () => {
    await using here = await place({ answers: { chat: ({ prompt }) => (prompt.startsWith('채점하라') ? '3' : prompt) } });
    await here.run('--model', 'openai:/gpt-4o-mini', ...judged);
    // Of an answer from the cache nothing is sent, and its key is known all the same.
    await here.run('--model', 'openai:/gpt-4o-mini', ...judged);
    for (const run of ['@last~1', '@last']) {
      const { stdout, stderr } = await here.touchstone('repro', run, 'q003');
      expect(stdout).toContain('열쇠는 [secret');
      expect(stdout + stderr).not.toContain('canary');
    }
    const { calls } = await here.repro('q003');
    expect(calls.map(({ cached, attempts }) => [cached, attempts])).toEqual([
      [true, 0],
      [true, 0],
      [true, 0],
    ]);
    expect(calls[0]?.request).toMatchObject({
      messages: [{ content: expect.stringMatching(/^열쇠는 \[secret:[0-9a-f]{12}\] 입니다$/u) }],
    });
    const database = new DatabaseSync(join(here.folder.path, '.touchstone/touchstone.db'));
    const sent = database
      .prepare('SELECT sent FROM call')
      .all()
      .map((call) => String(call.sent));
    database.close();
    expect(sent).toHaveLength(18);
    expect(sent.join('\n')).not.toContain('canary');
  });
});

describe('a call that went wrong', () => {
  it('tells how often it was tried', async () => {
    await using here = await place({ faults: [{ fault: 'rate-limit', waitMs: 1, on: [1] }] });
    await here.run('--model', 'openai:/gpt-4o-mini', '--metric', 'exact_match', '--concurrency', '1');
    expect((await here.repro('q001')).calls).toMatchObject([{ attempts: 2, answer: { value: { text: '답: 대한민국' } } }]);
    expect((await here.touchstone('repro', '@last', 'q001')).stdout).toContain(' · 2 attempts\n');
  });

  it('shows what a model that refuses, and a judge that cannot be read, have said', async () => {
    const chat = ({ prompt }: { readonly prompt: string }) => {
      if (prompt.startsWith('채점하라')) return '모르겠다';
      return prompt.includes('yeast') ? { refusal: '대답하지 않겠다' } : '서울';
    };
    await using here = await place({ answers: { chat } });
    await here.run('--model', 'openai:/gpt-4o-mini', ...judged);
    const unreadable = await here.repro('q001', '--metric', 'judge');
    expect(unreadable.calls).toMatchObject([
      { answer: { value: { text: '모르겠다' } } },
      { answer: { value: { text: '모르겠다' } } },
    ]);
    const failed = { status: 'failed', error: { message: 'judge: the judge gave no number' } };
    expect(unreadable.trials).toMatchObject([{ scores: { judge: failed } }]);
    const refused = await here.repro('q002');
    expect(refused).toMatchObject({
      calls: [{ asker: 'model', answer: { finish: 'refusal', value: { refusal: '대답하지 않겠다' } } }],
      unanswered: [],
      trials: [{ prediction: { failed: { code: 'refusal' } }, scores: { judge: { status: 'failed' } } }],
    });
  });

  it('is made of the row again where no answer was recorded', async () => {
    const bad = Response.json({ error: { message: 'this is too much', type: 'invalid_request_error' } }, { status: 400 });
    await using here = await place({
      answers: { chat: ({ prompt }) => (prompt.includes('yeast') ? bad.clone() : '서울') },
    });
    await here.run('--model', 'openai:/gpt-4o-mini', '--metric', 'exact_match');
    const document = await here.repro('q002');
    expect(document).toMatchObject({
      calls: [],
      unanswered: [
        { trial: 0, service: 'openai:/gpt-4o-mini', request: { messages: [{ role: 'user', content: rows[1]?.question }] } },
      ],
      trials: [{ prediction: { failed: { message: expect.stringContaining('this is too much') } } }],
      notes: [],
    });
    expect(await here.paste(document.unanswered[0])).toContain('this is too much');
  });
});

describe('where there is no command', () => {
  it('a run of an earlier version says so, and shows what there is', async () => {
    await using here = await place();
    await here.run('--model', 'openai:/gpt-4o-mini', ...judged);
    const database = new DatabaseSync(join(here.folder.path, '.touchstone/touchstone.db'));
    database.exec('UPDATE call SET row = NULL, sent = NULL');
    database.close();
    const { calls, notes, trials } = await here.repro('q001');
    expect(calls).toEqual([
      expect.objectContaining({
        asker: 'model',
        noCurl: 'what was sent was not kept',
        answer: expect.objectContaining({ finish: 'stop' }),
      }),
    ]);
    expect(trials).toMatchObject([{ prediction: { columns: { outputs: '답: 대한민국' } }, scores: { judge: { value: 4 } } }]);
    expect(notes.map((note) => here.folder.tidy(note))).toEqual([
      'Run questions.jsonl ID was recorded by a version that kept answers and not what was asked: calls of metrics cannot be told by row, and none can be made again.',
    ]);
  });

  it('outputs of the data and functions of your own were not sent', async () => {
    await using here = await place();
    await here.run('--predictions', 'expected', '--metric', 'exact_match');
    expect(await here.repro('q001')).toMatchObject({
      model: null,
      calls: [],
      trials: [{ scores: { exact_match: { value: true } } }],
      notes: ['There was no model: the outputs stood in the data.'],
    });
    here.folder.write('model.ts', "export const answer = ({ question }: { question: string }) => '답: ' + question;");
    await here.run('--model', './model.ts#answer', '--metric', 'exact_match');
    expect(await here.repro('q001')).toMatchObject({
      calls: [],
      trials: [{ prediction: { columns: { outputs: '답: 대한민국의 수도는?' } } }],
      notes: ['./model.ts#answer is code of yours, and made no calls through Touchstone: it was given the row.'],
    });
  });

  it('a model whose pack is gone, or which is at another server now, is said; the request is there', async () => {
    await using here = await place();
    await here.run('--model', 'openai:/gpt-4o-mini', '--metric', 'exact_match');
    const elsewhere = { ...here.env, OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' };
    const { stdout } = await here.folder.start(['repro', '@last', 'q001', '--json'], { env: elsewhere }).ended;
    const [call]: readonly (ReproCall & { readonly noCurl?: string })[] = JSON.parse(stdout).calls;
    expect(call?.noCurl).toContain('openai:/gpt-4o-mini is another one here: {"api":"chat","baseUrl":"http://127.0.0.1:9/v1"');
    here.folder.write('package.json', '{}');
    expect((await here.repro('q001')).calls).toMatchObject([
      {
        request: { messages: [{ content: rows[0]?.question }] },
        noCurl:
          "'openai:/gpt-4o-mini' needs @touchstone/model-openai, which is not among the plug-ins: npm i @touchstone/model-openai, and add it to plugins",
      },
    ]);
  });
});

it('a run of code tells in its plan what its model was sent', async () => {
  await using here = await place();
  const plugins = [openai({ apiKey: KEY, baseUrl: here.provider.openai })];
  {
    await using touchstone = createTouchstone({ plugins, store: sqlite(join(here.folder.path, 'runs.db')) });
    const messages = [{ role: 'user', content: '한국어로: {question}' }] as const;
    const model = chat('openai:/gpt-4o-mini', { messages, parameters: { seed: 7 } });
    await touchstone.evaluate({ data: rows, id: 'id', inputs: ['question'], model, extraMetrics: [metric('one', () => 1)] });
  }
  const { calls, notes } = await here.repro('q002', '--store', 'runs.db');
  expect(notes).toEqual([]);
  const text = JSON.parse(await here.paste(calls[0]));
  expect(text).toMatchObject({ choices: [{ message: { content: '답: 한국어로' } }] });
  expect(here.provider.calls().at(-1)?.body).toMatchObject({
    seed: 7,
    messages: [{ content: `한국어로: ${rows[1]?.question}` }],
  });
  const { stdout } = await here.touchstone('repro', '@last', 'q002', '--store', 'runs.db', '--vitest', '-');
  expect(stdout).toContain("model: chat('openai:/gpt-4o-mini', {");
  expect(stdout).toContain('// Left out is one, which was made by code that the run does not name.');
});

describe('the command', () => {
  it('names the variable of a key that is not set here', async () => {
    await using here = await place();
    await here.run('--model', 'anthropic:/claude-sonnet-5', '--metric', 'exact_match');
    const env = { ANTHROPIC_BASE_URL: here.provider.anthropic };
    const { stdout } = await here.folder.start(['repro', '@last', 'q001'], { env }).ended;
    expect(stdout).toContain('-H "x-api-key: $ANTHROPIC_API_KEY"');
  });

  it('sends a document of 100,000 letters, of which the store keeps the hash', async () => {
    await using here = await place();
    const long = `긴 글 '${'가나다 '.repeat(25_000)}' yeast`;
    here.folder.writeRows('questions.jsonl', [{ id: 'long', question: long, expected: '가' }]);
    await here.run('--model', 'openai:/gpt-4o-mini', '--metric', 'exact_match');
    const [call] = (await here.repro('long')).calls;
    expect(call?.request).toMatchObject({ messages: [{ content: { $body: expect.stringMatching(/^[0-9a-f]{64}$/u) } }] });
    await here.paste(call);
    const [first, second] = here.provider.calls();
    expect(second?.body).toEqual(first?.body);
    expect(first?.body).toMatchObject({ messages: [{ content: long }] });
  });

  it('is there for an HTTP application, and for what code sends through the fetch that it is given', async () => {
    await using here = await place();
    const url = `${here.provider.app}/ask?q={question}&api_key=not.to.be.seen`;
    const body = ['--model-option', 'body={"q": "{question}"}', '--model-option', 'headers.authorization=Bearer ${RAG_TOKEN}'];
    await here.run('--model', url, ...body, '--model-option', 'outputs.answer=$.body.q', '--metric', 'exact_match');
    const [call] = (await here.repro('q002')).calls;
    expect(call).toMatchObject({ curl: expect.stringContaining('-H "authorization: Bearer $RAG_TOKEN"') });
    expect(JSON.parse(await here.paste(call))).toMatchObject({ method: 'POST', body: { q: rows[1]?.question } });
    expect(here.provider.calls().at(-1)).toMatchObject({ key: KEY, query: { q: rows[1]?.question } });

    here.folder.write(
      'sdk.ts',
      `export async function answer({ question }: { question: string }, call: { fetch: typeof fetch }) {
        const response = await call.fetch('${here.provider.openai}/chat/completions', {
          method: 'POST',
          headers: { authorization: 'Bearer ' + process.env.OPENAI_API_KEY, 'content-type': 'application/json' },
          body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: question }] }),
        });
        return (await response.json()).choices[0].message.content;
      }`,
    );
    await here.run('--model', './sdk.ts#answer', '--metric', 'exact_match');
    const [fetched] = (await here.repro('q002')).calls;
    expect(fetched).toMatchObject({ curl: expect.stringContaining('-H "authorization: Bearer $CREDENTIAL"') });
    expect(JSON.parse(await here.paste(fetched))).toMatchObject({ choices: [{ message: { content: "답: It's" } }] });
  });
});

describe('--vitest', () => {
  it('writes a test that evaluates the row again', async () => {
    await using here = await place();
    const options = ['--model-option', 'system=짧게 답하라', '--metric', 'rougeL {"useStemmer": true}'];
    await here.run('--model', 'openai:/gpt-4o-mini', ...options, ...judged);
    expect(await here.touchstone('repro', '@last', 'q002', '--vitest', 'tests/q002.test.ts')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: "--vitest is 'tests/q002.test.ts', and there is no folder 'tests': make it first.\n",
    });
    here.folder.write('tests/.keep', '');
    const { exitCode, stdout, stderr } = await here.touchstone('repro', '@last', 'q002', '--vitest', 'tests/q002.test.ts');
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining('call 1 · model under test'),
      stderr: 'Written to tests/q002.test.ts: run it with npx vitest run tests/q002.test.ts.\n',
    });
    expect((await here.touchstone('repro', '@last', 'q002', '--vitest', '-')).stdout).toContain("from './judge.ts';");
    const written = here.folder.read('tests/q002.test.ts');
    expect(written.split('\n').slice(1, 8)).toEqual([
      '// It needs: npm i -D @touchstone/core @touchstone/metric-rouge @touchstone/metric-text @touchstone/model-openai vitest',
      "import { createTouchstone } from '@touchstone/core';",
      "import { rougeL } from '@touchstone/metric-rouge';",
      "import text from '@touchstone/metric-text';",
      "import openai from '@touchstone/model-openai';",
      "import { expect, test } from 'vitest';",
      "import { judge } from '../judge.ts';",
    ]);
    for (const pack of ['core', 'metrics/rouge', 'metrics/text', 'testing/node_modules/vitest']) {
      const name = pack.includes('vitest') ? 'vitest' : `@touchstone/${pack.replace('metrics/', 'metric-')}`;
      here.folder.install(name, `packages/${pack}`);
    }
    // What was stored holds: the answers are the same.
    here.folder.write('tests/q002.test.ts', written.replaceAll(/^ {2}\/\/ (?=expect)/gmu, '  '));
    here.provider.reset();
    const ended = await here.folder.shell(`'${node}' node_modules/vitest/vitest.mjs run tests`, { env: here.env });
    expect(ended.stdout).toContain('1 passed');
    expect(here.provider.calls().map(({ model }) => model)).toEqual(['gpt-4o-mini', 'gpt-4o', 'gpt-4o']);
    expect(here.provider.calls()[0]?.body).toMatchObject({ messages: [{ role: 'system' }, { content: rows[1]?.question }] });
  });

  it('takes messages, plug-ins and options of a config from there', async () => {
    await using here = await place();
    here.folder.write(
      'touchstone.config.ts',
      `import { chat } from '@touchstone/core';
      import openai from '@touchstone/model-openai';
      export default {
        plugins: [openai({ apiKey: '${KEY}', baseUrl: '${here.provider.openai}' })],
        evaluations: {
          smoke: {
            data: 'questions.jsonl', inputs: ['question'], targets: 'expected', id: 'id', extraMetrics: ['exact_match'], trials: 2,
            model: chat('openai:/gpt-4o-mini', { messages: [{ role: 'user', content: '한국어로: {question}' }], parameters: { seed: 7 } }),
          },
        },
      };`,
    );
    const ran = await here.touchstone('run', 'smoke');
    expect(ran).toMatchObject({ exitCode: 0 });
    const { calls } = await here.repro('q001');
    expect(calls).toMatchObject([{ trial: 0 }, { trial: 1, curl: expect.stringContaining('$OPENAI_API_KEY') }]);
    for (const pack of ['core', 'metrics/text', 'testing/node_modules/vitest']) {
      const name = pack.includes('vitest') ? 'vitest' : `@touchstone/${pack.replace('metrics/', 'metric-')}`;
      here.folder.install(name, `packages/${pack}`);
    }
    const { stdout } = await here.touchstone('repro', '@last', 'q001', '--vitest', '-');
    expect(stdout).toContain("import config from './touchstone.config.ts';");
    here.folder.write('q001.test.ts', stdout.replaceAll(/^ {2}\/\/ (?=expect)/gmu, '  '));
    here.provider.reset();
    const ended = await here.folder.shell(`'${node}' node_modules/vitest/vitest.mjs run`, { env: here.env });
    expect(ended.stdout).toContain('1 passed');
    const content = '한국어로: 대한민국의 수도는?';
    expect(here.provider.calls()).toMatchObject([
      { body: { messages: [{ content }], seed: 7 } },
      { body: { messages: [{ content }], seed: 7 } },
    ]);
  });
});
