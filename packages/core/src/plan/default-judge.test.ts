import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  createTouchstone,
  DEFAULT_JUDGE,
  defineEvaluator,
  defineMetric,
  definePlugin,
  type Generated,
  type GenerateRequest,
  JUDGE,
  type LanguageModel,
  type Plugin,
  PRICES,
} from '../index.ts';

afterEach(() => vi.unstubAllEnvs());

const graded = defineMetric({
  name: 'graded',
  version: 'v1',
  greaterIsBetter: true,
  needs: ['predictions'],
  models: { judge: { default: 'judge' } },
  signedModels: ['judge'],
  cost: 'io',
  asks: ({ predictions }) => [{ role: 'judge', request: requestFor(predictions) }],
  scoreRow: async ({ predictions }, { work, model }) => {
    const { value } = await work.ask(model('judge') as unknown as LanguageModel, requestFor(predictions));
    return Number(value.text);
  },
});

function requestFor(text: string): GenerateRequest {
  return { messages: [{ role: 'user', content: text }], parameters: { maxOutputTokens: 50 } };
}

function judgeNamed(id: string, asked: GenerateRequest[] = [], score = '4'): LanguageModel {
  return {
    kind: 'language',
    id,
    identity: { id },
    scopes: async () => [id],
    estimate: ({ messages }) => ({ inputTokens: String(messages[0]?.content).length, outputTokens: 50 }),
    send: async (request) => {
      asked.push(request);
      return { value: { text: score } satisfies Generated };
    },
  };
}

function models(asked: GenerateRequest[] = []): Plugin {
  return definePlugin({
    name: 'models',
    register: (registry) =>
      registry.adapter('fake', (uri, options) => ({ languageModel: judgeNamed(`${uri}${JSON.stringify(options)}`, asked) }), {
        form: 'fake:/MODEL',
        description: 'a fake',
        variables: [],
        options: { baseUrl: 'a server' },
      }),
  });
}

const named = definePlugin({
  name: 'named',
  register: (registry) => registry.provide(DEFAULT_JUDGE, { model: 'fake:/by-plugin', options: { temperature: 0.5 } }),
});
const request = { data: [{ answer: '가나다' }, { answer: 'abcde' }], predictions: 'answer' } as const;
const bringing = defineEvaluator({ name: 'bringing', metrics: () => [graded()] });

/** As the pack for Azure is: every URI is one deployment. */
const azure = definePlugin({
  name: 'azure',
  register: (registry) => registry.adapter('azure-openai', () => ({ languageModel: judgeNamed('azure-openai:/우리-gpt') })),
});
const azureByDefault = definePlugin({
  name: 'azure by default',
  register: (registry) => registry.provide(DEFAULT_JUDGE, { model: 'openai:/gpt-4' }),
});
const ownModel = defineMetric({
  name: 'own_model',
  greaterIsBetter: true,
  needs: ['predictions'],
  models: { judge: 'openai:/gpt-4' },
  scoreRow: () => 1,
});

describe('a judge that the environment sends elsewhere', () => {
  test.each<[string, readonly Plugin[], object, object]>([
    ['of the evaluation', [azure], { judge: 'openai:/gpt-4' }, graded()],
    ['of a plug-in', [azure, azureByDefault], {}, graded()],
    ['of the metric', [azure], {}, ownModel()],
  ])('%s: the result names who answers, once', async (_, plugins, options, metric) => {
    vi.stubEnv('OPENAI_API_TYPE', 'azure');
    const evaluation = { ...request, ...options, extraMetrics: [metric] };
    const results = await createTouchstone({ plugins }).evaluate(evaluation as never);
    expect(results.warnings).toEqual(['openai:/gpt-4 is answered by azure-openai:/우리-gpt.']);
  });

  test('is not named where another one judges', async () => {
    vi.stubEnv('OPENAI_API_TYPE', 'azure');
    const evaluation = { ...request, judge: judgeNamed('own'), extraMetrics: [graded()] };
    const results = await createTouchstone({ plugins: [azure, azureByDefault] }).evaluate(evaluation);
    expect(results.warnings).toEqual([]);
  });
});

describe('the default judge', () => {
  test('none is set: a metric that was asked for is an error before the first row, and says how to set one', async () => {
    const evaluating = createTouchstone().evaluate({ ...request, extraMetrics: [graded()] });
    await expect(evaluating).rejects.toMatchObject({
      code: 'no-judge',
      kind: 'request',
      message:
        "graded needs a judge, and none is set: name one for the evaluation with judge: 'openai:/gpt-5', for the metric with model: 'openai:/gpt-5', or for all of them with genai({ judge: 'openai:/gpt-5' }).",
    });
  });

  test('none is set: one that an evaluator brings is skipped with that sentence', async () => {
    const plain = defineMetric({ name: 'plain', greaterIsBetter: true, needs: ['predictions'], scoreRow: () => 1 });
    const results = await createTouchstone().evaluate({ ...request, evaluators: [bringing], extraMetrics: [plain()] });
    expect(results.metrics).toMatchObject({ 'plain/mean': 1 });
    expect(results.skippedMetrics).toEqual([
      {
        name: 'graded',
        reason: 'it needs a judge, and none is set',
        hint: expect.stringMatching(/^name one for the evaluation/u),
      },
    ]);
  });

  test.each<[string, readonly Plugin[], object, string]>([
    ['of a plug-in', [models(), named], {}, 'fake:/by-plugin{}'],
    ['of the evaluation, which wins', [models(), named], { judge: 'fake:/by-evaluation' }, 'fake:/by-evaluation{}'],
    ['with an option of its adapter', [models()], { judge: 'fake:/x', judgeOptions: { baseUrl: 'b' } }, 'fake:/x{"baseUrl":"b"}'],
    [
      'that a plug-in provides as an object',
      [definePlugin({ name: 'own', register: (registry) => registry.provide(JUDGE, judgeNamed('own')) })],
      {},
      'own',
    ],
    ['as an object', [], { judge: judgeNamed('object') }, 'object'],
  ])('%s is who judges, and stands in the signature', async (_, plugins, options, id) => {
    const results = await createTouchstone({ plugins }).evaluate({ ...request, ...options, extraMetrics: [graded()] });
    expect(results.metrics['graded/v1/mean']).toBe(4);
    expect(Object.keys(results.usage.models ?? {})).toEqual([id]);
    const [before, hash] = (results.signatures['graded/v1'] ?? '').split('#');
    expect(before).toBe(`graded|v1|judge:${id}`);
    expect(hash).toMatch(/^[0-9a-f]{8}$/u);
  });

  test('its parameters stand in every request, below those of the metric, and in the signature', async () => {
    const asked: GenerateRequest[] = [];
    const touchstone = createTouchstone({ plugins: [models(asked)] });
    const with0 = {
      ...request,
      judge: 'fake:/x',
      judgeOptions: { temperature: 0, maxOutputTokens: 9 },
      extraMetrics: [graded()],
    };
    const results = await touchstone.evaluate(with0);
    expect(asked[0]?.parameters).toEqual({ temperature: 0, maxOutputTokens: 50 });
    const other = await touchstone.evaluate({ ...with0, judgeOptions: { temperature: 1 } });
    expect(results.signatures['graded/v1']).not.toBe(other.signatures['graded/v1']);
  });

  test('of one evaluation of a run is nobody to the next one', async () => {
    const seen: string[] = [];
    const asking = defineEvaluator({
      name: 'asking',
      inject: { judge: JUDGE },
      finish: (_scored, { judge }) => {
        seen.push(judge.id);
        return {};
      },
    });
    const touchstone = createTouchstone({ plugins: [models()] });
    const plain = defineMetric({ name: 'plain', greaterIsBetter: true, needs: ['predictions'], scoreRow: () => 1 });
    await touchstone.withRun({ name: '두 번' }, async (run) => {
      const asked = { ...request, evaluators: asking, extraMetrics: [plain()] };
      await run.evaluate({ ...asked, judge: 'fake:/first' });
      await run.evaluate({ ...asked, judge: 'fake:/second' });
      await expect(run.evaluate(asked)).rejects.toThrow("Evaluator 'asking' needs JUDGE, and no judge is set");
    });
    expect(seen).toEqual(['fake:/first{}', 'fake:/second{}']);
  });

  test('an evaluator is handed the judge of the evaluation', async () => {
    const seen: string[] = [];
    const asking = defineEvaluator({
      name: 'asking',
      inject: { judge: JUDGE },
      metrics: (_, { judge }) => {
        seen.push(judge.id);
        return [graded()];
      },
    });
    await createTouchstone({ plugins: [models()] }).evaluate({ ...request, judge: 'fake:/seen', evaluators: [asking] });
    expect(seen).toEqual(['fake:/seen{}']);
  });

  test('what is wrong with it is said before the first row', async () => {
    const evaluating = createTouchstone({ plugins: [models()] }).evaluate({
      ...request,
      judge: 'fale:/x',
      extraMetrics: [graded()],
    });
    await expect(evaluating).rejects.toThrow("The judge: There is no model scheme 'fale' (of 'fale:/x'). Did you mean 'fake'?");
  });

  test('with a prompt is refused: what it is asked stands in each metric', async () => {
    const evaluating = createTouchstone({ plugins: [models()] }).evaluate({
      ...request,
      judge: 'fake:/x',
      judgeOptions: { system: 'Be nice.' },
      extraMetrics: [graded()],
    });
    await expect(evaluating).rejects.toThrow('A judge has no prompt of its own');
  });
});

test('the plan prices what a metric will ask its judge', async () => {
  const prices = definePlugin({
    name: 'prices',
    register: (registry) =>
      registry.provide(PRICES, { usd: (_, { inputTokens = 0, outputTokens = 0 }) => inputTokens + 10 * outputTokens }),
  });
  const plan = await createTouchstone({ plugins: [models(), prices] }).plan({
    ...request,
    judge: 'fake:/x',
    extraMetrics: [graded()],
  });
  expect(plan.services).toEqual([
    {
      id: 'fake:/x{}',
      purpose: 'graded',
      kind: 'language',
      estimate: { calls: 2, inputTokens: 8, outputTokens: [32, 100], usd: [328, 1008] },
    },
  ]);
});
