import { describe, expect, test } from 'vitest';
import {
  CLOCK,
  createTouchstone,
  defineEvaluator,
  defineMetric,
  definePlugin,
  type Evaluator,
  type EvaluatorOutcome,
  type EvaluatorRequest,
  evaluate,
  inject,
  injectable,
  JUDGE,
  type LanguageModel,
  LOGGER,
  type Logger,
  type Metric,
  metric,
  type ScoredTable,
  TouchstoneError,
} from '../index.ts';

const polite = metric('polite', ({ predictions }) => /\bplease\b/i.test(predictions));
const length = metric('length', ({ predictions }) => predictions.length);
const token_count = defineMetric({
  name: 'token_count',
  greaterIsBetter: true,
  needs: ['predictions'],
  scoreColumn: 'token_count',
  scoreRow: () => 1,
});
const data = [{ answer: 'Please wait' }, { answer: 'No' }];
const request = { data, predictions: 'answer' } as const;

const judge: LanguageModel = {
  id: 'judge:/strict',
  identity: 'strict',
  scopes: async () => [],
  send: async () => ({ value: { text: 'yes' } }),
};
const said: string[] = [];
const services = definePlugin({
  name: 'services',
  register: (registry) => {
    registry.provide(JUDGE, judge);
    registry.provide(LOGGER, { info: (message) => said.push(message), warn: () => undefined });
  },
});

const triage = defineEvaluator({
  name: 'triage',
  supports: (modelType) => modelType === 'text',
  inject: { judge: JUDGE, log: LOGGER, clock: CLOCK },
  metrics: ({ preset, config }) => [...preset('text'), ...(config.lenient === true ? [] : [polite])],
  finish: async (scored, { judge: model, log }) => {
    log.info(`concluding with ${model.id}`);
    return {
      metrics: { 'triage/rude': await scored.count((row) => row['polite/score'] === false) },
      tables: { rude: [{ answer: 'No' }] },
      artifacts: { 'note.txt': 'be kind' },
    };
  },
});

@injectable()
class SecondOpinion implements Evaluator {
  readonly name = 'second-opinion';

  constructor(
    @inject(JUDGE) private readonly model: LanguageModel,
    @inject(LOGGER) private readonly log: Logger,
  ) {}

  supports(modelType: string | undefined): boolean {
    return modelType === undefined;
  }

  metrics(_request: EvaluatorRequest): readonly Metric[] {
    return [length];
  }

  finish(_scored: ScoredTable): EvaluatorOutcome {
    this.log.info(`asked ${this.model.id}`);
    return { metrics: { 'second-opinion/agrees': 1 } };
  }
}

@injectable()
class Broken implements Evaluator {
  readonly name = 'broken';
  constructor() {
    throw new Error('no configuration');
  }
  supports(): boolean {
    return true;
  }
  metrics(): readonly Metric[] {
    return [];
  }
}

class Bare implements Evaluator {
  readonly name = 'bare';
  constructor(readonly log: Logger) {}
  supports(): boolean {
    return true;
  }
  metrics(): readonly Metric[] {
    return [];
  }
}

describe('evaluators', () => {
  test('made with defineEvaluator get their services, bring metrics, and conclude from the scores', async () => {
    said.length = 0;
    const touchstone = createTouchstone({
      plugins: [services, definePlugin({ name: 'ours', metrics: [token_count], evaluators: [triage] })],
    });
    const results = await touchstone.evaluate({ ...request, modelType: 'text' });
    expect(results.metrics).toEqual({
      'token_count/mean': 1,
      'token_count/variance': 0,
      'token_count/p90': 1,
      'polite/mean': 0.5,
      'triage/rude': 1,
    });
    expect(said).toEqual(['concluding with judge:/strict']);
    expect(await results.tables.rude?.toArray()).toEqual([{ answer: 'No' }]);
    expect(new TextDecoder().decode(await results.readArtifact('note.txt'))).toBe('be kind');
    expect(results.skippedMetrics).toEqual([
      {
        name: 'toxicity',
        reason: '@touchstone/metric-toxicity is not installed or not among the plug-ins',
        hint: 'npm i @touchstone/metric-toxicity',
      },
      {
        name: 'flesch_kincaid_grade_level',
        reason: '@touchstone/metric-readability is not installed or not among the plug-ins',
        hint: 'npm i @touchstone/metric-readability',
      },
      {
        name: 'ari_grade_level',
        reason: '@touchstone/metric-readability is not installed or not among the plug-ins',
        hint: 'npm i @touchstone/metric-readability',
      },
    ]);
    expect(results.plans[0]?.evaluators).toEqual(['default', 'triage']);
  });

  test('that do not support the model type are left out, also when a service of theirs is missing', async () => {
    const touchstone = createTouchstone({ plugins: [definePlugin({ name: 'ours', evaluators: [triage] })] });
    const results = await touchstone.evaluate({ ...request, extraMetrics: [length] });
    expect(results.plans[0]?.evaluators).toEqual(['default']);

    // A class is known when it is built. This one applies without a model type only.
    const withClass = createTouchstone({ plugins: [definePlugin({ name: 'ours', evaluators: [SecondOpinion] })] });
    const other = await withClass.evaluate({ ...request, modelType: 'retriever', extraMetrics: [length] });
    expect(other.plans[0]?.evaluators).toEqual(['default']);
    await expect(withClass.evaluate({ ...request, extraMetrics: [length] })).rejects.toThrow(
      "Evaluator 'SecondOpinion' needs JUDGE, and no judge is set",
    );
  });

  test('may be classes, built in the container of the run', async () => {
    said.length = 0;
    const touchstone = createTouchstone({ plugins: [services, definePlugin({ name: 'ours', evaluators: [SecondOpinion] })] });
    const results = await touchstone.evaluate({ ...request });
    expect(results.metrics).toMatchObject({ 'length/mean': 6.5, 'second-opinion/agrees': 1 });
    expect(said).toEqual(['asked judge:/strict']);
    for (const name of ['second-opinion', 'SecondOpinion']) {
      const asked = await touchstone.evaluate({ ...request, modelType: 'text', evaluators: name });
      expect(asked.plans[0]?.evaluators).toEqual(['second-opinion']);
    }
  });

  test('asked for by object have their own part of the config, and run though nobody registered them', async () => {
    const touchstone = createTouchstone({ plugins: [services, definePlugin({ name: 'ours', metrics: [token_count] })] });
    const results = await touchstone.evaluate({
      ...request,
      modelType: 'text',
      evaluators: ['default', triage, 'default'],
      evaluatorConfig: { triage: { lenient: true } },
    });
    expect(results.plans[0]?.evaluators).toEqual(['default', 'triage']);
    expect(Object.keys(results.coverage)).toEqual(['token_count']);
  });

  test('share metrics of one name, which are computed once; an extra metric takes the place of theirs', async () => {
    const brings = (name: string) => defineEvaluator({ name, metrics: () => [polite, length] });
    const doubled = metric('length', ({ predictions }) => predictions.length * 2);
    const results = await createTouchstone().evaluate({
      ...request,
      evaluators: [brings('a'), brings('b')],
      extraMetrics: [doubled],
    });
    expect(results.plans[0]?.metrics.map(({ name }) => name)).toEqual(['polite', 'length']);
    expect(results.metrics['length/mean']).toBe(13);
  });

  test('that fail or say nonsense at the end cost a warning', async () => {
    const failing = defineEvaluator({
      name: 'failing',
      finish: () => {
        throw new Error('no conclusion');
      },
    });
    const nonsense = defineEvaluator({ name: 'nonsense', finish: () => ({ metrics: { ratio: 0 / 0, 'length/mean': 99 } }) });
    const results = await createTouchstone().evaluate({ ...request, evaluators: [failing, nonsense], extraMetrics: [length] });
    expect(results.run.status).toBe('finished');
    expect(results.metrics).toMatchObject({ 'length/mean': 99 });
    expect(results.intervals['length/mean']).toBeUndefined();
    expect(results.warnings).toEqual([
      "Evaluator 'failing' could not finish: no conclusion",
      "Evaluator 'nonsense': its metric ratio is NaN, and was left out.",
      "Evaluator 'nonsense': its metric length/mean replaces another of that name.",
    ]);
  });

  test('do not conclude from a run that was stopped', async () => {
    let concluded = false;
    const spy = defineEvaluator({
      name: 'spy',
      finish: () => {
        concluded = true;
        return {};
      },
    });
    const touchstone = createTouchstone();
    const results = await touchstone.evaluate({
      data: [{ q: 'a' }, { q: 'b' }],
      model: ({ q }) => {
        touchstone.stop();
        return q;
      },
      limits: { concurrency: 1 },
      evaluators: [spy],
      extraMetrics: [length],
    });
    expect(results.run.status).toBe('interrupted');
    expect(concluded).toBe(false);
  });

  test('may leave warnings', async () => {
    const careful = defineEvaluator({ name: 'careful', finish: () => ({ warnings: ['The labels look like numbers.'] }) });
    const results = await createTouchstone().evaluate({ ...request, evaluators: careful, extraMetrics: [length] });
    expect(results.warnings).toEqual(['The labels look like numbers.']);
  });

  describe('of a model type', () => {
    const configs: unknown[] = [];
    const tagger = defineEvaluator({
      name: 'tagger',
      supports: (modelType) => modelType === 'tagger',
      metrics: ({ config }) => {
        configs.push(config);
        return [length];
      },
    });
    const tagging = definePlugin({
      name: 'tagging',
      metrics: [polite],
      modelTypes: [
        {
          name: 'tagger',
          metrics: [{ name: 'polite', package: 'tagging' }],
          evaluator: { name: 'tagger', package: '@touchstone/evaluator-tagger' },
        },
      ],
    });
    const withTagger = createTouchstone({ plugins: [tagging, definePlugin({ name: 'taggers', evaluators: [tagger] })] });

    test('stand in for the default one, also by its name, and get its config unless they have their own', async () => {
      configs.length = 0;
      for (const [asked, evaluatorConfig] of [
        [{}, { strict: 1 }],
        [{ evaluators: 'default' }, { default: { strict: 2 } }],
        [{ evaluators: ['default', 'tagger'] }, { default: { strict: 2 }, tagger: { strict: 3 } }],
      ] as const) {
        const results = await withTagger.evaluate({ ...request, ...asked, modelType: 'tagger', evaluatorConfig });
        expect(results.plans[0]?.evaluators).toEqual(['tagger']);
        expect(Object.keys(results.coverage)).toEqual(['length']);
      }
      expect(configs).toEqual([{ strict: 1 }, { strict: 2 }, { strict: 3 }]);
    });

    test('are reported as skipped where they are missing, and the default one brings what it can', async () => {
      const results = await createTouchstone({ plugins: [tagging] }).evaluate({ ...request, modelType: 'tagger' });
      expect(results.plans[0]?.evaluators).toEqual(['default']);
      expect(Object.keys(results.coverage)).toEqual(['polite']);
      expect(results.skippedMetrics).toEqual([
        {
          name: 'tagger',
          reason: '@touchstone/evaluator-tagger is not installed or not among the plug-ins',
          hint: 'npm i @touchstone/evaluator-tagger',
        },
      ]);
      await expect(evaluate({ ...request, modelType: 'classifier' })).rejects.toThrow(
        'Every metric was skipped, so there is nothing to compute:\n  classifier: @touchstone/evaluator-classic is not installed or not among the plug-ins (npm i @touchstone/evaluator-classic)',
      );
      await expect(evaluate({ ...request, modelType: 'classifier', evaluators: 'classifier' })).rejects.toThrow(
        "The evaluator 'classifier' comes with @touchstone/evaluator-classic, which is not among the plug-ins: npm i @touchstone/evaluator-classic, and add it to plugins.",
      );
    });

    test('may set options of their metrics in the config, in our spelling or MLflow’s', async () => {
      const firstLetters = defineMetric({
        name: 'first_letters',
        greaterIsBetter: true,
        options: { n: 1 },
        needs: ['predictions'],
        signature: ({ n }) => {
          if (Number.isInteger(n)) return { n };
          throw new TouchstoneError('bad-option', `n must be a whole number, and it is ${n}.`);
        },
        scoreRow: ({ predictions }, { options }) => predictions.slice(0, options.n).length,
      });
      const touchstone = createTouchstone({
        plugins: [
          definePlugin({
            name: 'letters',
            metrics: [firstLetters],
            modelTypes: [
              { name: 'letters', metrics: [{ name: 'first_letters', package: 'letters', configured: { n: 'letterCount' } }] },
            ],
          }),
        ],
      });
      const meanWith = async (evaluatorConfig: Readonly<Record<string, unknown>>) =>
        (await touchstone.evaluate({ ...request, modelType: 'letters', evaluatorConfig })).metrics['first_letters/mean'];
      expect(await meanWith({})).toBe(1);
      expect(await meanWith({ letterCount: 2 })).toBe(2);
      expect(await meanWith({ letter_count: 3 })).toBe(2.5);
      expect(await meanWith({ default: { letter_count: 4 } })).toBe(3);
      await expect(meanWith({ letterCount: 0.5 })).rejects.toMatchObject({
        code: 'bad-option',
        message: 'n must be a whole number, and it is 0.5.',
      });
    });
  });

  const uncalled = defineEvaluator({ name: 'uncalled', metrics: () => [token_count as unknown as Metric] });
  test.each<[string, unknown, string, string]>([
    ['an unknown name', 'trage', 'unknown-evaluator', "There is no evaluator 'trage'. Did you mean 'triage'?"],
    [
      'an unknown name in a list',
      ['default', 'shap'],
      'unknown-evaluator',
      "There is no evaluator 'shap'. There are: default, triage.",
    ],
    ['no evaluator', 7, 'not-an-evaluator', 'evaluators is no evaluator: pass a name, or what defineEvaluator made.'],
    [
      'no evaluator in a list',
      ['default', {}],
      'not-an-evaluator',
      'evaluators[1] is no evaluator: pass a name, or what defineEvaluator made.',
    ],
    [
      'a missing service',
      'triage',
      'not-provided',
      "Evaluator 'triage' needs JUDGE, and no judge is set: name one for the evaluation with judge: 'openai:/gpt-5', or add a plug-in that calls registry.provide(JUDGE, …).",
    ],
    [
      'a missing service of a class',
      SecondOpinion,
      'not-provided',
      "Evaluator 'SecondOpinion' needs JUDGE, and no judge is set: name one for the evaluation with judge: 'openai:/gpt-5', or add a plug-in that calls registry.provide(JUDGE, …).",
    ],
    ['a class that throws', Broken, 'evaluator-failed', "Evaluator 'Broken' could not be made: no configuration"],
    [
      'a class without decorators',
      Bare,
      'not-injectable',
      "Evaluator 'Bare' is a class whose constructor takes services: decorate the class with @injectable() and each service with @inject(TOKEN), or use defineEvaluator.",
    ],
    [
      'an object with half of what it needs',
      { name: 'half', metrics: () => [] },
      'not-an-evaluator',
      "Evaluator 'half' is no evaluator: it needs name, supports(modelType) and metrics(request).",
    ],
    [
      'an evaluator that brings a factory',
      uncalled,
      'evaluator-failed',
      "Evaluator 'uncalled' failed while choosing its metrics: metrics[0] is a function: call the factory, token_count() instead of token_count; or make a metric of your own function with metric('name', fn).",
    ],
  ])('%s is refused before the first row', async (_, evaluators, code, message) => {
    const touchstone = createTouchstone({ plugins: [definePlugin({ name: 'ours', evaluators: [triage] })] });
    const pending = touchstone.evaluate({ ...request, evaluators, extraMetrics: [length] } as never);
    await expect(pending).rejects.toMatchObject({ code, message });
    expect(await touchstone.runs()).toEqual([]);
  });
});
