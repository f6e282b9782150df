import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  chat,
  createTouchstone,
  definePlugin,
  functionModel,
  type GenerateRequest,
  type Json,
  type LanguageModel,
  memoryStore,
  metric,
  modelFromFile,
  type Plugin,
  type RunStore,
} from '../index.ts';

const length = metric('length', ({ predictions }) => String(predictions).length);
const data = [
  { question: '대한민국의 수도는?', answer: '서울' },
  { question: '빵을 부풀게 하는 것은?', answer: '효모' },
];
const messages = [
  { role: 'system', content: 'Answer in {{two}} sentences. 한국어로.' },
  { role: 'user', content: '{question}' },
] as const;

let asked: GenerateRequest[] = [];
beforeEach(() => {
  asked = [];
});
afterEach(() => vi.unstubAllEnvs());

/** Models `echo:/NAME`, which say the last message again. */
function echo(): Plugin {
  return definePlugin({
    name: '@ours/model-echo',
    register: (registry) =>
      registry.adapter(
        'echo',
        (uri, options) => {
          const languageModel: LanguageModel = {
            kind: 'language',
            id: uri,
            identity: { uri, ...options },
            scopes: async () => ['echo'],
            async send(request) {
              asked.push(request);
              return { value: { text: `답: ${String(request.messages.at(-1)?.content)}` } };
            },
          };
          return { languageModel };
        },
        { form: 'echo:/NAME', description: '', variables: [], options: { region: 'where' } },
      ),
  });
}

function touchstoneWith(store: RunStore = memoryStore({ cache: {} }), plugins: readonly Plugin[] = [echo()]) {
  return createTouchstone({ plugins, store });
}

const scored = { data, inputs: 'question', targets: 'answer', extraMetrics: [length] } as const;

describe('a model that a run has logged', () => {
  test('is evaluated in that run by its address, as the object would be: the same requests, results and identity', async () => {
    const touchstone = touchstoneWith();
    const model = chat('echo:/one', { messages, parameters: { temperature: 0 }, options: { region: 'seoul' } });
    const { results, modelUri } = await touchstone.withRun({ experiment: 'qa' }, async (run) => {
      const logged = await run.logModel({ model });
      return { modelUri: logged.modelUri, results: await run.evaluate({ ...scored, model: logged.modelUri }) };
    });
    expect(modelUri).toBe(`runs:/${results.run.id}/model`);
    expect(results.run.status).toBe('finished');
    expect(asked).toHaveLength(2);
    expect(asked[0]).toEqual({
      messages: [
        { role: 'system', content: 'Answer in {two} sentences. 한국어로.' },
        { role: 'user', content: '대한민국의 수도는?' },
      ],
      parameters: { temperature: 0 },
    });

    const byObject = await touchstone.evaluate({ ...scored, model });
    // Every answer was there already: the calls have the same keys.
    expect(asked).toHaveLength(2);
    expect(byObject.usage).toMatchObject({ calls: 0, cachedCalls: 2 });
    expect(byObject.metrics).toEqual(results.metrics);
    expect(await byObject.tables.eval_results_table.toJSON()).toEqual(await results.tables.eval_results_table.toJSON());
    const plans = await Promise.all(
      [results, byObject].map(async ({ run }) => (await touchstone.store.catalog.evaluations(run.id))[0]?.plan),
    );
    expect(plans[0]?.fingerprint).toBe(plans[1]?.fingerprint);
    expect(plans.map((plan) => plan?.model?.logged)).toEqual([modelUri, undefined]);
    expect((await touchstone.runs({ name: results.run.name }))[0]?.params).toMatchObject({
      model: 'echo:/one',
      'model.uri': modelUri,
    });
  });

  test('is the same when its parts are said one by one, and when it is loaded before', async () => {
    const touchstone = touchstoneWith();
    const whole = { messages, parameters: { temperature: 0.5 }, options: { region: 'seoul' } } as const;
    await using run = await touchstone.startRun();
    const one = await run.logModel({ name: 'a', model: 'echo:/one', task: 'chat', ...whole });
    const other = await run.logModel({ name: 'b', model: chat('echo:/one', whole) });
    const loaded = await touchstone.loadModel(one.modelUri);
    expect(loaded).toMatchObject({ uri: one.modelUri, run: run.id, spec: one.spec });
    const prints = await Promise.all(
      [one.modelUri, other.modelUri, loaded, chat('echo:/one', whole)].map(
        async (model) => (await touchstone.plan({ ...scored, model })).fingerprint,
      ),
    );
    expect(new Set(prints).size).toBe(1);
  });

  test('takes options of the evaluation besides its own', async () => {
    const touchstone = touchstoneWith();
    await using run = await touchstone.startRun();
    const { modelUri } = await run.logModel({ model: 'echo:/one', parameters: { temperature: 0 } });
    await run.evaluate({ ...scored, model: modelUri, modelOptions: { seed: 7 }, limit: 1 });
    expect(asked[0]?.parameters).toEqual({ temperature: 0, seed: 7 });
  });

  test('round-trips exactly, whatever its messages, parameters and options are', async () => {
    const touchstone = touchstoneWith();
    const text = fc.string({ unit: 'grapheme' }).map((one) => `말 ${one}`);
    const json = fc.jsonValue({ maxDepth: 3 }).map((value): Json => JSON.parse(JSON.stringify(value)));
    const named = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}x$/u), json, { maxKeys: 4 });
    await using run = await touchstone.startRun();
    let number = 0;
    await fc.assert(
      fc.asyncProperty(text, named, named, async (content, parameters, options) => {
        const given = { messages: [{ role: 'user', content }] as const, parameters, options };
        const { modelUri, spec } = await run.logModel({ name: `m${++number}`, model: 'echo:/one', ...given });
        const loaded = await touchstone.loadModel(modelUri);
        expect(JSON.parse(JSON.stringify(loaded.spec))).toEqual(spec);
        expect(spec).toMatchObject({ schema: 1, kind: 'uri', uri: 'echo:/one', package: '@ours/model-echo' });
        expect(spec).toMatchObject(
          JSON.parse(JSON.stringify({ ...given, options: Object.keys(options).length === 0 ? undefined : options })),
        );
      }),
      { numRuns: 60 },
    );
  });

  test('may be logged again as it is, as a run that is continued does, and not as another one', async () => {
    const touchstone = touchstoneWith();
    await using run = await touchstone.startRun();
    const first = await run.logModel({ model: 'echo:/one' });
    expect(await run.logModel({ model: 'echo:/one' })).toEqual(first);
    await expect(run.logModel({ model: 'echo:/two' })).rejects.toMatchObject({
      code: 'model-logged',
      message:
        "The run has logged another model as 'model' already: give this one a name of its own, logModel({ name: 'model-2', model }).",
    });
    expect((await touchstone.logged(run.id)).models).toHaveLength(1);
  });
});

describe('a function', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), '모델 '));
    vi.spyOn(process, 'cwd').mockReturnValue(folder);
    return () => {
      vi.restoreAllMocks();
      rmSync(folder, { recursive: true, force: true });
    };
  });
  const write = (code: string, file = '답.mjs') => writeFileSync(join(folder, file), code);

  test('is logged as file, export and hash of the file, and is then the same model', async () => {
    write('export const answer = ({ question }) => `${question}!`;');
    const touchstone = touchstoneWith();
    await using run = await touchstone.startRun();
    const { modelUri, spec } = await run.logModel({ model: './답.mjs#answer' });
    expect(spec).toEqual({
      schema: 1,
      kind: 'export',
      id: './답.mjs#answer',
      module: './답.mjs',
      export: 'answer',
      sourceHash: expect.stringMatching(/^[0-9a-f]{64}$/u),
    });
    const { model } = await modelFromFile('./답.mjs#answer');
    const [byUri, byObject] = await Promise.all(
      [modelUri, model].map((one) => touchstone.evaluate({ ...scored, model: one as string })),
    );
    // 10 and 13 characters, and one more.
    expect(byUri?.metrics['length/mean']).toBe(12.5);
    expect(byUri?.metrics).toEqual(byObject?.metrics);
    expect(byUri?.warnings).toEqual([]);
    const plans = await Promise.all([modelUri, model].map((one) => touchstone.plan({ ...scored, model: one })));
    expect(plans[0]?.fingerprint).toBe(plans[1]?.fingerprint);
    // The object, as a program has it.
    expect((await run.logModel({ name: 'again', model })).spec).toEqual(spec);
  });

  test('whose file has changed is evaluated as it is now, and that is said', async () => {
    write('export const answer = () => "하나";', 'a.mjs');
    const touchstone = touchstoneWith();
    await using run = await touchstone.startRun();
    const { modelUri } = await run.logModel({ model: './a.mjs#answer' });
    write('export const answer = () => "하나"; // later', 'a.mjs');
    const { warnings } = await touchstone.evaluate({ ...scored, model: modelUri });
    expect(warnings).toEqual([`./a.mjs has changed since ${modelUri} was logged: it is evaluated as it is now.`]);
  });

  test('whose file or export is gone says which model wanted it', async () => {
    write('export const answer = () => "하나";', 'b.mjs');
    const touchstone = touchstoneWith();
    await using run = await touchstone.startRun();
    const { modelUri } = await run.logModel({ model: './b.mjs#answer' });
    rmSync(join(folder, 'b.mjs'));
    await expect(touchstone.loadModel(modelUri)).rejects.toMatchObject({
      code: 'module-not-found',
      message: `${modelUri} is ./b.mjs#answer: There is no file './b.mjs' (looked for ${join(folder, 'b.mjs')}). Its path is relative to the folder in which the model was logged.`,
    });
  });

  test('without a file cannot be logged', async () => {
    const touchstone = touchstoneWith();
    await using run = await touchstone.startRun();
    const answer = () => 'x';
    for (const [model, what] of [
      [answer, 'function'],
      [functionModel(answer), 'model object'],
    ] as const) {
      await expect(run.logModel({ model })).rejects.toMatchObject({
        code: 'not-loggable',
        message: `A ${what} is code, and what is logged is plain data: export it from a file and log that, e.g. logModel({ model: './answer.ts#answer' }).`,
      });
    }
    await expect(run.logModel({ model: './x.mjs#y', messages })).rejects.toMatchObject({
      message: "logModel: 'messages' is for models by URI: './x.mjs#y' is code, which has its own.",
    });
  });
});

describe('registered models', () => {
  async function registered() {
    const touchstone = touchstoneWith();
    const run = await touchstone.startRun({ name: '기록' });
    const one = await run.logModel({ name: 'one', model: 'echo:/one', registeredModelName: '두 문장' });
    const two = await run.logModel({ name: 'two', model: 'echo:/two' });
    expect(one.registeredUri).toBe('models:/두 문장/1');
    expect(await touchstone.registerModel(two.modelUri, '두 문장')).toMatchObject({
      name: '두 문장',
      version: 2,
      uri: 'models:/두 문장/2',
    });
    await run.end();
    return { touchstone, run };
  }
  const uriOf = (spec: object) => ('uri' in spec ? spec.uri : undefined);

  test('are meant by version, alias, stage and latest', async () => {
    const { touchstone, run } = await registered();
    await touchstone.setModelAlias('두 문장', '챔피언', 1);
    await touchstone.setModelStage('두 문장', 2, 'production');
    const meant = async (uri: string) => {
      const { uri: plain, spec } = await touchstone.loadModel(uri);
      return [plain, uriOf(spec)];
    };
    const [first, second] = [
      ['models:/두 문장/1', 'echo:/one'],
      ['models:/두 문장/2', 'echo:/two'],
    ];
    expect(await meant('models:/두 문장/1')).toEqual(first);
    expect(await meant('models:/두 문장@챔피언')).toEqual(first);
    expect(await meant('models:/두 문장/latest')).toEqual(second);
    expect(await meant('models:/두 문장/Production')).toEqual(second);
    expect(await meant('models:/두 문장/none')).toEqual(first);
    expect(await meant(`runs:/${run.id.slice(0, 8)}/two`)).toEqual([`runs:/${run.id}/two`, 'echo:/two']);

    const loaded = await touchstone.loadModel('models:/두 문장@챔피언');
    await touchstone.setModelAlias('두 문장', '챔피언', 2);
    expect(await meant('models:/두 문장@챔피언')).toEqual(second);
    expect((await touchstone.plan({ ...scored, model: loaded })).model).toMatchObject({
      id: 'echo:/one',
      logged: 'models:/두 문장/1',
    });
    expect(await touchstone.registeredModels()).toMatchObject([
      {
        name: '두 문장',
        aliases: { 챔피언: 2 },
        versions: [
          { version: 1, model: 'one', run: run.id },
          { version: 2, stage: 'Production' },
        ],
      },
    ]);
    await touchstone.deleteModelAlias('두 문장', '챔피언');
    expect((await touchstone.registeredModels())[0]?.aliases).toEqual({});
  });

  test.each([
    ['model:/두 문장/1', "There is no model scheme 'model' (of 'model:/두 문장/1'). Did you mean 'models'?"],
    ['models:/두문장/1', "There is no registered model '두문장' (of 'models:/두문장/1'). Did you mean '두 문장'?"],
    ['models:/else/1', "There is no registered model 'else' (of 'models:/else/1'). There are: 두 문장."],
    ['models:/두 문장/7', "The registered model '두 문장' has no version 7; it has versions 1 to 2."],
    ['models:/두 문장@chanpion', "The registered model '두 문장' has no alias 'chanpion'. Did you mean 'champion'?"],
    ['models:/두 문장@x', "The registered model '두 문장' has no alias 'x'. It has: champion."],
    [
      'models:/두 문장/Prodction',
      "'Prodction' (of 'models:/두 문장/Prodction') is neither the number of a version nor a stage. Did you mean 'Production'?",
    ],
    ['models:/두 문장/Staging', "No version of the registered model '두 문장' is in the stage Staging; it has versions 1 to 2."],
    [
      'models:/두 문장',
      "'models:/두 문장' does not say which version is meant: write models:/두 문장/1, models:/두 문장@ALIAS or models:/두 문장/latest.",
    ],
    ['runs:/기록', "'runs:/기록' names no model of a run: write runs:/RUN/NAME, e.g. runs:/1a2b3c4d/model."],
    ['runs:/기롞/one', "There is no run '기롞'. Did you mean '기록'? Name a run by its id, its name or @last."],
    ['runs:/@last/ona', /^Run 기록 \([0-9a-f]{8}\) has logged no model 'ona'\. Did you mean 'one'\?$/u],
  ])('%s is not there, and what there is is said', async (model, message) => {
    const { touchstone } = await registered();
    await touchstone.setModelAlias('두 문장', 'champion', 1);
    await expect(touchstone.evaluate({ ...scored, model })).rejects.toThrow(message);
    expect(asked).toEqual([]);
  });

  test('whose run was deleted are gone, and say so', async () => {
    const { touchstone, run } = await registered();
    await touchstone.deleteRun(run.id);
    await expect(touchstone.loadModel('models:/두 문장/latest')).rejects.toMatchObject({
      code: 'model-run-deleted',
      message: `models:/두 문장/2 is gone: it was logged in run ${run.id.slice(0, 8)}, and that run was deleted. Log the model again, and register it as another version.`,
    });
  });

  test.each([
    [
      (t: ReturnType<typeof touchstoneWith>) => t.registerModel('runs:/@last/one', 'a/b'),
      "'a/b' is no name for a registered model: it must be a text without '/', ':' and '@', e.g. support-bot.",
    ],
    [
      (t: ReturnType<typeof touchstoneWith>) => t.registerModel('echo:/one', 'a'),
      "'echo:/one' is no logged model: log it first, and register what logModel gives: runs:/RUN/NAME.",
    ],
    [
      (t: ReturnType<typeof touchstoneWith>) => t.setModelAlias('두 문장', 'latest', 1),
      "'latest' is no alias: it means something else in addresses of models. Write e.g. champion.",
    ],
    [
      (t: ReturnType<typeof touchstoneWith>) => t.setModelAlias('두 문장', 'a b', 1),
      "'a b' is no alias: letters, digits, '_' and '-' make one. Write e.g. champion.",
    ],
    [
      (t: ReturnType<typeof touchstoneWith>) => t.setModelAlias('두 문장', 'best', 3),
      "The registered model '두 문장' has no version 3; it has versions 1 to 2.",
    ],
    [
      (t: ReturnType<typeof touchstoneWith>) => t.deleteModelAlias('두 문장', 'best'),
      "The registered model '두 문장' has no alias 'best'.",
    ],
    [
      (t: ReturnType<typeof touchstoneWith>) => t.setModelStage('두 문장', 1, 'Prod'),
      "There is no stage 'Prod'. There are: Staging, Production, Archived, None.",
    ],
  ])('are not made of what cannot be: %#', async (act, message) => {
    const { touchstone } = await registered();
    await expect(act(touchstone)).rejects.toThrow(message);
  });

  test('there are none at first, and that is said', async () => {
    const touchstone = touchstoneWith();
    await expect(touchstone.loadModel('models:/a/1')).rejects.toThrow(
      "There is no registered model 'a' (of 'models:/a/1'). There are none: register a logged model with registerModel('runs:/RUN/model', 'NAME').",
    );
    await (await touchstone.startRun({ name: 'empty' })).end();
    await expect(touchstone.loadModel('runs:/empty/model')).rejects.toThrow(
      /^Run empty \([0-9a-f]{8}\) has logged no model: log one with run\.logModel\(\{ name: 'model', model \}\)\.$/u,
    );
  });
});

describe('what cannot be evaluated', () => {
  test('for lack of its adapter names the package to install', async () => {
    const store = memoryStore();
    const { modelUri } = await touchstoneWith(store).withRun({}, (run) => run.logModel({ model: 'echo:/one' }));
    await expect(touchstoneWith(store, []).evaluate({ ...scored, model: modelUri })).rejects.toMatchObject({
      code: 'unknown-scheme',
      message: `${modelUri} is echo:/one, which needs @ours/model-echo, and that is not among the plug-ins: npm i @ours/model-echo, and add it to plugins.`,
    });
  });

  test('for lack of a column says so before the first row', async () => {
    const touchstone = touchstoneWith();
    await using run = await touchstone.startRun();
    const { modelUri } = await run.logModel({ model: 'echo:/one', messages: [{ role: 'user', content: '{qestion} {tone}' }] });
    await expect(run.evaluate({ ...scored, model: modelUri })).rejects.toThrow(
      "The messages ask for {qestion}, and the data has no such column. Did you mean 'question'?",
    );
    expect(asked).toEqual([]);
  });

  test.each([
    [
      { schema: 2, kind: 'uri' },
      'was logged by a newer Touchstone: its spec has schema 2, and this one knows schemas up to 1. Update with npm install @touchstone/core@latest.',
    ],
    [{ schema: 1, kind: 'uri', uri: 3 }, 'is no model that could be read: its stored spec is damaged. Log it again.'],
    ['x', 'is no model that could be read: its stored spec is damaged. Log it again.'],
  ])('because its spec is %j', async (spec, message) => {
    const store = memoryStore();
    const touchstone = touchstoneWith(store);
    const run = await touchstone.startRun();
    await run.end();
    await using writer = await store.catalog.open(run.id);
    await writer.logModel({ name: 'model', spec, at: 1 });
    await expect(touchstone.evaluate({ ...scored, model: `runs:/${run.id}/model` })).rejects.toThrow(
      `runs:/${run.id}/model ${message}`,
    );
  });

  test('by metrics: a logged model is no service', async () => {
    const touchstone = touchstoneWith();
    const results = await touchstone.evaluate({
      data,
      inputs: 'question',
      model: async (_row, call) =>
        String((await call.generate('models:/a/1', { messages: [{ role: 'user', content: '?' }] })).value.text),
      extraMetrics: [length],
    });
    expect((await Array.fromAsync(results.rows()))[0]?.scores.length).toMatchObject({ status: 'failed' });
  });
});

describe('credentials are never stored', () => {
  test.each([
    [{ parameters: { apiKey: 'abc' } }, 'parameters.apiKey'],
    [{ parameters: { headers: { Authorization: 'geheim' } } }, 'parameters.headers.Authorization'],
    [{ options: { region: 'sk-abcdefghijklmnopqrstuvwx' } }, 'options.region'],
    [{ messages: [{ role: 'user', content: 'hf_abcdefghijklmnopqrstuv {question}' }] as const }, 'messages.0.content'],
    [{ model: 'echo:/one', options: { region: 'https://me:word@host/x' } }, 'options.region'],
  ])('%j', async (given, where) => {
    const touchstone = touchstoneWith();
    await using run = await touchstone.startRun();
    await expect(run.logModel({ model: 'echo:/one', ...given })).rejects.toMatchObject({
      code: 'credential-in-spec',
      message: `${where} holds a credential, which is never stored: set a variable in the environment, and in headers write \${VARIABLE} for it.`,
    });
    expect((await touchstone.logged(run.id)).models).toEqual([]);
  });

  test('and what only looks a little like one is kept', async () => {
    const touchstone = touchstoneWith();
    await using run = await touchstone.startRun();
    const parameters = { maxOutputTokens: 5, stop: ['token'], headers: { authorization: 'Bearer ${RAG_TOKEN}' } };
    const { spec } = await run.logModel({
      model: 'echo:/one',
      parameters,
      messages: [{ role: 'user', content: '열쇠 {question}' }],
    });
    expect(spec).toMatchObject({ parameters });
  });
});

describe('logModel refuses', () => {
  test.each([
    [{}, "logModel takes one object of options, e.g. logModel({ model: 'openai:/gpt-5-mini' })."],
    [{ model: 'echo:/one', mesages: [] }, "logModel has no option 'mesages'. Did you mean 'messages'?"],
    [
      { model: 'echo:/one', task: 'embeddings' },
      "logModel: 'task' is 'embeddings', and a model that answers is meant. There are: chat, chat.completions, llm/v1/chat.",
    ],
    [{ model: 'ecko:/one' }, "There is no model scheme 'ecko' (of 'ecko:/one'). Did you mean 'echo'?"],
    [
      { model: 'openai:/gpt-5' },
      "'openai:/gpt-5' needs @touchstone/model-openai, which is not among the plug-ins: npm i @touchstone/model-openai, and add it to plugins.",
    ],
    [{ model: 'models:/a/1' }, "'models:/a/1' is logged already: register it with registerModel('models:/a/1', 'NAME')."],
    [
      { model: 'echo:/one', name: '../x' },
      "'../x' is no name of a logged file or model: write a relative path such as plots/errors.svg.",
    ],
    [{ model: 'echo:/one', parameters: { n: Number.NaN } }, 'logModel: messages, parameters and options must be plain JSON'],
  ])('%j', async (given, message) => {
    const touchstone = touchstoneWith();
    await using run = await touchstone.startRun();
    await expect(run.logModel(given as never)).rejects.toThrow(message);
  });
});
