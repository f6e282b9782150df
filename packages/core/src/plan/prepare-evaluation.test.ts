import { describe, expect, test } from 'vitest';
import type { StandardSchemaV1 } from '../contracts/index.ts';
import { createTouchstone, dataset, defineMetric, definePlugin, metric, type Service } from '../index.ts';
import { TouchstoneRuntime } from '../touchstone.ts';
import type { EvaluateRequest } from './evaluate-request.ts';

const length = metric('length', ({ predictions }) => predictions.length);
const overlap = defineMetric({
  name: 'overlap',
  version: 'v1',
  greaterIsBetter: true,
  needs: ['predictions', 'targets'],
  scoreRow: () => 1,
});
const cites = defineMetric({
  name: 'cites',
  greaterIsBetter: true,
  needs: ['predictions', 'context', 'note?'],
  scoreRow: () => 1,
});
const numbers: StandardSchemaV1<readonly number[], readonly number[]> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => (Array.isArray(value) ? { value } : { issues: [{ message: 'it must be a list of numbers.' }] }),
  },
};
const ranks = defineMetric({
  name: 'ranks',
  greaterIsBetter: true,
  needs: { retrieved: numbers },
  scoreRow: ({ retrieved }) => retrieved.length,
});
const corpus = defineMetric({
  name: 'corpus',
  greaterIsBetter: true,
  needs: ['predictions'],
  statistics: () => [1],
  combine: ([sum = 0]) => ({ sum }),
});
const after = (name: string, ...dependsOn: readonly string[]) =>
  defineMetric({ name, greaterIsBetter: true, needs: [], dependsOn, scoreRow: () => 1 })();

const rows = [{ question: 'q', ground_truth: 't', answer: 'a', passage: 'p', n: 3 }];
const base = { data: rows, predictions: 'answer', extraMetrics: [length] };
const runtime = new TouchstoneRuntime({});
const model = () => {
  throw new Error('asked');
};

/** Those of `mlflow.evaluate` that are no option here under another spelling. */
const mlflowArguments = [
  ['custom_metrics', 'Pass them as extraMetrics.'],
  [
    'custom_artifacts',
    'Return them as artifacts from finish of an evaluator, defineEvaluator({ finish }), or keep them with run.logArtifact.',
  ],
  ['validation_thresholds', 'Hand them to validateEvaluationResults, with the result.'],
  ['baseline_model', 'Evaluate it as well, and hand both results to validateEvaluationResults.'],
  ['baseline_config', 'Evaluate the baseline as well, with options of its own.'],
  ['env_manager', 'Models are evaluated where they are: serve the model in its environment, and evaluate its address.'],
  ['model_config', 'Pass modelOptions.'],
  ['inferenceParams', 'Pass modelOptions.'],
  ['dataset_path', 'Pass the file itself as data, or a name with dataset({ name, rows }).'],
  ['model_id', 'Plan and result name the model; tag the run with more, run: { tags: { … } }.'],
] as const;

async function refusal(request: unknown, touchstone = runtime): Promise<string> {
  try {
    await touchstone.evaluate(request as EvaluateRequest);
  } catch (error) {
    expect(await touchstone.runs()).toEqual([]);
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('nothing was refused');
}

describe('what is wrong is said before anything is asked', () => {
  test.each<[string, unknown, string]>([
    // options
    ['no options', undefined, 'evaluate takes one object of options, e.g. evaluate({ data, model, extraMetrics }).'],
    ['an unknown option', { ...base, extraMetric: [] }, "evaluate has no option 'extraMetric'. Did you mean 'extraMetrics'?"],
    ['an option of MLflow', { ...base, model_type: 'text' }, "evaluate has no option 'model_type'. Did you mean 'modelType'?"],
    ...mlflowArguments.map(([argument, instead]): [string, object, string] => [
      `${argument} of MLflow`,
      { ...base, [argument]: {} },
      `evaluate has no option '${argument}'. ${instead}`,
    ]),
    [
      'an option that limits do not have',
      { ...base, limits: { money: { usd: 5 } } },
      "limits has no option 'money'. There are: concurrency, timeout, errorBudget, threads, maxCost, attempts, accounts.",
    ],
    [
      'a cap that is no amount',
      { ...base, limits: { maxCost: 5 } },
      "limits: 'maxCost' must be an amount such as { usd: 5 }, and it is 5.",
    ],
    [
      'an unknown limit of an account',
      { ...base, limits: { accounts: { openai: { requestPerMinute: 5 } } } },
      "limits.accounts.openai has no option 'requestPerMinute'. Did you mean 'requestsPerMinute'?",
    ],
    [
      'an unknown limit',
      { ...base, limits: { concurency: 5 } },
      "limits has no option 'concurency'. Did you mean 'concurrency'?",
    ],
    ['an unknown run option', { ...base, run: { nam: 'x' } }, "run has no option 'nam'. Did you mean 'name'?"],
    ['trials', { ...base, trials: 0 }, "evaluate: 'trials' must be a whole number of at least 1, and it is 0."],
    ['limit', { ...base, limit: 1.5 }, "evaluate: 'limit' must be a whole number of at least 1, and it is 1.5."],
    ['sample', { ...base, sample: '10' }, "evaluate: 'sample' must be a whole number of at least 1, and it is '10'."],
    ['seed', { ...base, seed: -1 }, "evaluate: 'seed' must be a whole number of at least 0, and it is -1."],
    [
      'concurrency',
      { ...base, limits: { concurrency: 0 } },
      "limits: 'concurrency' must be a whole number of at least 1, and it is 0.",
    ],
    ['timeout', { ...base, limits: { timeout: 0 } }, "limits: 'timeout' must be a number of seconds above 0, and it is 0."],
    ['errorBudget', { ...base, limits: { errorBudget: 2 } }, "limits: 'errorBudget' must be a share from 0 to 1, and it is 2."],
    [
      'resume',
      { ...base, resume: true },
      "evaluate: 'resume' must be false, 'auto' or an object such as { retryFailed: true }, and it is true.",
    ],
    [
      'resume without a key',
      { ...base, resume: 'auto' },
      "resume: 'auto' needs to know which run to continue: give it a key, run: { key: 'nightly' }.",
    ],
    ['signal', { ...base, signal: {} }, "evaluate: 'signal' must be an AbortSignal, and it is an object."],
    ['onProgress', { ...base, onProgress: true }, "evaluate: 'onProgress' must be a function, and it is true."],
    ['tags', { ...base, run: { tags: { n: 1 } } }, "run: 'tags' must be an object of texts, and it is an object."],
    ['inputs', { ...base, inputs: [] }, "evaluate: 'inputs' must be a column or a list of columns, and it is a list."],
    ['extraMetrics', { ...base, extraMetrics: 'rougeL' }, "evaluate: 'extraMetrics' must be a list, and it is 'rougeL'."],
    [
      'colMapping',
      { ...base, evaluatorConfig: { colMapping: { context: ['a'] } } },
      "evaluatorConfig: colMapping maps 'context' to something that is no column name: put the values into a column of the data, and name it.",
    ],
    [
      'metricPrefix',
      { ...base, evaluatorConfig: { default: { metricPrefix: 1 } } },
      "evaluatorConfig: 'metricPrefix' must be a text.",
    ],
    // data
    [
      'no data',
      { model, extraMetrics: [length] },
      'There is no data: evaluate({ data }) takes rows, an iterable, a Dataset or the path of a file.',
    ],
    ['empty data', { ...base, data: [] }, 'data is an empty array; there is nothing to evaluate.'],
    [
      'targets',
      { ...base, targets: 'ground-truth' },
      "targets is 'ground-truth', and the data has no such column. Did you mean 'ground_truth'?",
    ],
    [
      'targets far from any',
      { ...base, targets: 'label' },
      "targets is 'label', and the data has no such column. The data has: question, ground_truth, answer, passage, n.",
    ],
    [
      'targets of a dataset',
      { ...base, data: dataset({ name: 'd', rows: () => rows, targets: 'truth' as 'answer' }) },
      "targets is 'truth', and the data has no such column. The data has: question, ground_truth, answer, passage, n.",
    ],
    [
      'predictions',
      { ...base, predictions: 'anser' },
      "predictions is 'anser', and the data has no such column. Did you mean 'answer'?",
    ],
    [
      'inputs that are not there',
      { ...base, inputs: ['question', 'qestion'] },
      "inputs is 'qestion', and the data has no such column. Did you mean 'question'?",
    ],
    [
      'id',
      { ...base, id: 'key' },
      "id is 'key', and the data has no such column. The data has: question, ground_truth, answer, passage, n.",
    ],
    ['cluster', { ...base, cluster: 'pasage' }, "cluster is 'pasage', and the data has no such column. Did you mean 'passage'?"],
    [
      'featureNames',
      { ...base, model, predictions: undefined, featureNames: ['qestion'] },
      "featureNames is 'qestion', and the data has no such column. Did you mean 'question'?",
    ],
    [
      'the target among the features',
      { ...base, targets: 'ground_truth', featureNames: ['question', 'ground_truth'] },
      "featureNames lists 'ground_truth', which is the target: a model never sees it.",
    ],
    [
      'duplicate ids',
      { ...base, id: 'n', data: [...rows, ...rows] },
      "id '3' stands in rows 1 and 2; every row needs an id of its own. Without `id`, rows are known by a hash of their inputs, and repeats are counted.",
    ],
    [
      'an empty id',
      { ...base, id: 'answer', data: [{ answer: '' }] },
      "Row 1: the id column 'answer' is empty; an id is text or a number.",
    ],
    [
      'a row without cluster',
      { ...base, cluster: 'n', data: [...rows, { answer: 'b' }] },
      "Row 2 has no cell in the cluster column 'n': every row needs a label there, because intervals depend on which rows belong together.",
    ],
    // model
    [
      'neither model nor predictions',
      { data: rows, extraMetrics: [length] },
      "There is neither a model nor predictions: pass a model, or say which column holds the outputs with predictions: 'answer'.",
    ],
    [
      'neither model nor predictions, and no likely column',
      { data: [{ q: 'x', t: 'y' }], extraMetrics: [length] },
      "There is neither a model nor predictions: pass a model, or say which column holds the outputs with predictions: '…' (the data has: q, t).",
    ],
    [
      'a model and a column of predictions',
      { ...base, model },
      "With a model, predictions names one of its outputs, and 'answer' is a column of the data: leave the model out, or rename one of them.",
    ],
    [
      'trials of static data',
      { ...base, trials: 3 },
      'trials is 3, and without a model every trial would be the same: leave trials out, or pass a model.',
    ],
    [
      'a number as model',
      { data: rows, model: 7, extraMetrics: [length] },
      "model is a value of type number: it can be a function of a row, a model object, or a URI such as 'openai:/gpt-5-mini'.",
    ],
    [
      'a list as model',
      { data: rows, model: [], extraMetrics: [length] },
      "model is a list: it can be a function of a row, a model object, or a URI such as 'openai:/gpt-5-mini'.",
    ],
    [
      'half a model object',
      { data: rows, model: { predict: () => [] }, extraMetrics: [length] },
      'model is an object with predict, and a model object has id and identity as well: what is shown, and all that can change its outputs.',
    ],
    [
      'a malformed URI',
      { data: rows, model: 'gpt-5', extraMetrics: [length] },
      "model is 'gpt-5', which is no URI: write scheme:/name, e.g. openai:/gpt-5-mini.",
    ],
    [
      'a scheme of a pack',
      { data: rows, model: 'openai:/gpt-5', extraMetrics: [length] },
      "'openai:/gpt-5' needs @touchstone/model-openai, which is not among the plug-ins: npm i @touchstone/model-openai, and add it to plugins.",
    ],
    [
      'an unknown scheme',
      { data: rows, model: 'opnai:/gpt-5', extraMetrics: [length] },
      "There is no model scheme 'opnai' (of 'opnai:/gpt-5'). Did you mean 'openai'?",
    ],
    [
      'an endpoint as MLflow names it',
      { data: rows, model: 'endpoints:/our-chat', extraMetrics: [length] },
      "There is no model scheme 'endpoints' (of 'endpoints:/our-chat'). Evaluate an endpoint by its address, https://HOST/serving-endpoints/NAME/invocations; as a judge, name it as openai:/NAME with the option baseUrl.",
    ],
    // metrics
    [
      'no metric',
      { data: rows, predictions: 'answer' },
      "There is neither modelType nor extraMetrics: pass modelType: 'question-answering' (or another) for its preset, or extraMetrics: […].",
    ],
    [
      'an unknown model type',
      { ...base, modelType: 'question_answerin' },
      "There is no model type 'question_answerin'. Did you mean 'question-answering'?",
    ],
    ['an unknown metric', { ...base, extraMetrics: ['latencie'] }, "There is no metric 'latencie'. Did you mean 'latency'?"],
    [
      'a metric of a pack',
      { ...base, extraMetrics: ['rougeL'] },
      "The metric 'rougeL' comes with @touchstone/metric-rouge, which is not among the plug-ins: npm i @touchstone/metric-rouge, and add it to plugins.",
    ],
    [
      'a factory',
      { ...base, extraMetrics: [overlap] },
      "extraMetrics[0] is a function: call the factory, overlap() instead of overlap; or make a metric of your own function with metric('name', fn).",
    ],
    [
      'a bare function',
      { ...base, extraMetrics: [length, function shout() {}] },
      "extraMetrics[1] is a function: call the factory, shout() instead of shout; or make a metric of your own function with metric('name', fn).",
    ],
    [
      'no metric at all',
      { ...base, extraMetrics: [null] },
      'extraMetrics[0] is null, which is no metric: pass a metric object, or the name of a registered one.',
    ],
    [
      'two metrics of one name',
      { ...base, extraMetrics: [length, metric('length', () => 1)] },
      "extraMetrics has two metrics named 'length'. Give one of them another name: length({ name: 'length_2' }).",
    ],
    [
      'a slash in a name',
      { ...base, extraMetrics: [metric('a/b', () => 1)] },
      "The metric name 'a/b' has a '/', which separates the parts of result keys: choose another name.",
    ],
    ['an empty name', { ...base, extraMetrics: [metric('', () => 1)] }, 'A metric has no name: choose another name.'],
    [
      'missing targets, and every column is an input or the output',
      { data: [{ question: 'q', answer: 'a' }], predictions: 'answer', inputs: 'question', extraMetrics: [overlap()] },
      "overlap needs targets: say which column holds them, e.g. targets: 'ground_truth'.",
    ],
    [
      'missing targets, and one column is neither',
      { data: [{ question: 'q', answer: 'a', 정답: 't' }], predictions: 'answer', inputs: 'question', extraMetrics: [overlap()] },
      "overlap needs targets: say which column holds them, e.g. targets: '정답'.",
    ],
    [
      'missing targets',
      { ...base, extraMetrics: [overlap()] },
      "overlap needs targets: say which column holds them, e.g. targets: 'ground_truth'.",
    ],
    [
      'a missing column',
      { ...base, extraMetrics: [cites()] },
      "cites needs column 'context', and there is none. The data has: question, ground_truth, answer, passage, n. Add it, or map it with columns: { context: '…' }.",
    ],
    [
      'a mapping to nowhere',
      { ...base, columns: { context: 'passages' }, extraMetrics: [cites()] },
      "2 things to correct:\n  - columns maps 'context' to 'passages', and there is no such column. Did you mean 'passage'?\n  - cites needs column 'context', which is mapped to 'passages', and there is none. Did you mean 'passage'? Add it, or map it with columns: { context: '…' }.",
    ],
    [
      'a mapping that nobody needs',
      { ...base, columns: { contxt: 'passage' } },
      "columns maps 'contxt', which no metric of this evaluation needs. They need: predictions.",
    ],
    [
      'an own mapping that the metric does not need',
      { ...base, targets: 'ground_truth', extraMetrics: [overlap({ columns: { target: 'answer' } as object })] },
      "overlap maps 'target', which it does not need. Did you mean 'targets'?",
    ],
    [
      'numbers for a text metric',
      { ...base, predictions: 'n' },
      "length reads text in 'predictions', and the column 'n' holds numbers.",
    ],
    [
      'a column that a schema refuses',
      { ...base, columns: { retrieved: 'passage' }, extraMetrics: [ranks()] },
      "ranks cannot read 'retrieved' in any row, because the column 'passage' holds something else: it must be a list of numbers.",
    ],
    [
      'a dependency that is not there',
      { ...base, extraMetrics: [length, after('twice', 'lengt')] },
      "twice reads the scores of 'lengt', which is not computed here. Did you mean 'length'? Add it to extraMetrics.",
    ],
    [
      'a circle',
      { ...base, extraMetrics: [after('a', 'b'), after('b', 'c'), after('c', 'a')] },
      "These metrics read each other's scores in a circle: a → b → c → a. Take one dependsOn out.",
    ],
    [
      'a metric that reads itself',
      { ...base, extraMetrics: [after('a', 'a')] },
      "These metrics read each other's scores in a circle: a → a. Take one dependsOn out.",
    ],
    [
      'scores that no row has',
      { ...base, extraMetrics: [corpus(), after('a', 'corpus')] },
      "a reads the scores of 'corpus', which is computed over all rows together, and only what scores row by row can be read: take it out of dependsOn.",
    ],
    [
      'a dependency that was refused is not refused twice',
      { ...base, extraMetrics: [cites(), after('a', 'cites')] },
      "cites needs column 'context', and there is none. The data has: question, ground_truth, answer, passage, n. Add it, or map it with columns: { context: '…' }.",
    ],
    [
      'a role whose service nobody makes',
      {
        ...base,
        extraMetrics: [
          defineMetric({
            name: 'judged',
            greaterIsBetter: true,
            needs: [],
            models: { judge: 'openai:/gpt-5' },
            scoreRow: () => 1,
          })(),
        ],
      },
      "judged, role 'judge': 'openai:/gpt-5' needs @touchstone/model-openai, which is not among the plug-ins: npm i @touchstone/model-openai, and add it to plugins.",
    ],
  ])('%s', async (_, request, message) => {
    expect(await refusal(request)).toBe(message);
  });

  test('and all of it at once', async () => {
    const request = {
      data: rows,
      model: 'opnai:/gpt-5',
      targets: 'truth',
      id: 'nr',
      trials: 0,
      modeltype: 'text',
      limits: { timeout: -1 },
      resume: 'auto',
      extraMetrics: ['latencie', cites(), after('extra', 'missing')],
    };
    expect(await refusal(request)).toBe(`9 things to correct:
  - evaluate: 'trials' must be a whole number of at least 1, and it is 0.
  - evaluate has no option 'modeltype'. Did you mean 'modelType'?
  - limits: 'timeout' must be a number of seconds above 0, and it is -1.
  - resume: 'auto' needs to know which run to continue: give it a key, run: { key: 'nightly' }.
  - There is no model scheme 'opnai' (of 'opnai:/gpt-5'). Did you mean 'openai'?
  - There is no metric 'latencie'. Did you mean 'latency'?
  - targets is 'truth', and the data has no such column. The data has: question, ground_truth, answer, passage, n.
  - id is 'nr', and the data has no such column. Did you mean 'n'?
  - extra reads the scores of 'missing', which is not computed here. Computed are: cites. Add it to extraMetrics.`);
  });

  test('without data the rest is still said', async () => {
    expect(await refusal({ model: 7, trials: 2, evaluators: 'nobody' })).toBe(`3 things to correct:
  - model is a value of type number: it can be a function of a row, a model object, or a URI such as 'openai:/gpt-5-mini'.
  - There is no evaluator 'nobody'. There are: default.
  - There is no data: evaluate({ data }) takes rows, an iterable, a Dataset or the path of a file.`);
    expect(await refusal({ trials: 2 })).toBe(`3 things to correct:
  - There is neither modelType nor extraMetrics: pass modelType: 'question-answering' (or another) for its preset, or extraMetrics: […].
  - trials is 2, and without a model every trial would be the same: leave trials out, or pass a model.
  - There is no data: evaluate({ data }) takes rows, an iterable, a Dataset or the path of a file.`);
  });
});

describe('presets', () => {
  const exactMatch = defineMetric({
    name: 'exact_match',
    version: 'v1',
    greaterIsBetter: true,
    needs: { predictions: 'any', targets: 'any' },
    scoreRow: ({ predictions, targets }) => predictions === targets,
  });
  const ari = defineMetric({
    name: 'ari_grade_level',
    version: 'v1',
    greaterIsBetter: true,
    needs: ['predictions'],
    scoreRow: () => 1,
  });
  const touchstone = createTouchstone({ plugins: [definePlugin({ name: 'pack', metrics: [exactMatch, ari] })] });

  test('are computed where they can be, and each of the others is skipped with its reason and what to type', async () => {
    const results = await touchstone.evaluate({ data: rows, predictions: 'answer', modelType: 'question-answering' });
    expect(Object.keys(results.coverage)).toEqual(['ari_grade_level/v1']);
    expect(results.skippedMetrics.map(({ name, reason, hint }) => [name, reason, hint])).toEqual([
      ['token_count', '@touchstone/metric-tokens is not installed or not among the plug-ins', 'npm i @touchstone/metric-tokens'],
      ['toxicity', '@touchstone/metric-toxicity is not installed or not among the plug-ins', 'npm i @touchstone/metric-toxicity'],
      [
        'flesch_kincaid_grade_level',
        '@touchstone/metric-readability is not installed or not among the plug-ins',
        'npm i @touchstone/metric-readability',
      ],
      ['exact_match', "needs targets: say which column holds them, e.g. targets: 'ground_truth'", undefined],
    ]);
  });

  test('a column of another kind skips them too', async () => {
    const results = await touchstone.evaluate({ data: rows, predictions: 'n', targets: 'n', modelType: 'question-answering' });
    expect(results.metrics).toEqual({ 'exact_match/v1/mean': 1 });
    expect(results.skippedMetrics.at(-1)).toEqual({
      name: 'ari_grade_level',
      reason: "reads text in 'predictions', and the column 'n' holds numbers",
    });
  });

  test('all skipped is an error that lists why', async () => {
    await expect(runtime.evaluate({ data: rows, predictions: 'answer', modelType: 'retriever' })).rejects.toThrow(
      /^Every metric was skipped, so there is nothing to compute:\n {2}precision_at_k, recall_at_k, ndcg_at_k: @touchstone\/metric-retrieval is not installed or not among the plug-ins \(npm i @touchstone\/metric-retrieval\)$/u,
    );
  });

  test('a mapping is not called useless while a metric that may need it is skipped', async () => {
    const results = await touchstone.evaluate({
      data: rows,
      predictions: 'answer',
      modelType: 'text',
      evaluatorConfig: { colMapping: { context: 'passage' } },
    });
    expect(Object.keys(results.coverage)).toEqual(['ari_grade_level/v1']);
  });

  test('an extra metric replaces the one of the preset, and counts as asked for', async () => {
    const loose = exactMatch({ columns: { targets: 'passage' } });
    const results = await touchstone.evaluate({
      data: [{ answer: 'a', passage: 'a' }],
      predictions: 'answer',
      modelType: 'question-answering',
      extraMetrics: [loose],
    });
    expect(results.metrics).toMatchObject({ 'exact_match/v1/mean': 1 });
    expect(results.skippedMetrics.map(({ name }) => name)).not.toContain('exact_match');
  });
});

describe('order', () => {
  test('every metric stands after those that it reads, otherwise as given; latency is first', async () => {
    const plan = await runtime.plan({
      ...base,
      extraMetrics: [after('c', 'b', 'a'), after('b', 'a'), metric('z', () => 1, { needs: [] }), after('a'), 'latency'],
    });
    expect(plan.metrics.map(({ name }) => name)).toEqual(['latency', 'a', 'b', 'c', 'z']);
  });

  test('scores reach the metrics that read them', async () => {
    const plusOne = (name: string, of: string) =>
      defineMetric({
        name,
        greaterIsBetter: true,
        needs: [],
        dependsOn: [of],
        scoreRow: (_, { scores }) => Number(scores[of]?.value) + 1,
      })();
    const results = await runtime.evaluate({
      data: [{ answer: 'abc' }, { answer: 7 }, { answer: 'throw' }],
      predictions: 'answer',
      extraMetrics: [
        plusOne('two', 'one'),
        plusOne('one', 'zero'),
        metric('zero', ({ predictions }) => {
          if (predictions === 'throw') throw new Error('thrown');
          return predictions.length;
        }),
      ],
    });
    expect(results.metrics).toMatchObject({ 'zero/mean': 3, 'one/mean': 4, 'two/mean': 5 });
    expect(results.coverage.two).toEqual({
      scored: 1,
      skipped: 1,
      failed: 1,
      reasons: { 'dependency-failed': 1, 'dependency-skipped': 1 },
    });
    const scores: unknown[] = [];
    for await (const row of results.rows()) scores.push(row.scores.two);
    expect(scores.slice(1)).toEqual([
      {
        status: 'skipped',
        code: 'dependency-skipped',
        reason:
          "one, which it reads, was skipped: zero, which it reads, was skipped: 'predictions' is a number, and zero reads text",
      },
      {
        status: 'failed',
        error: {
          code: 'dependency-failed',
          message: 'one, which it reads, failed: zero, which it reads, failed: zero: thrown',
          retryable: true,
        },
      },
    ]);
  });
});

describe('types', () => {
  test('are checked on the first rows; later misfits are skipped, with the words of the schema', async () => {
    const data = [
      { p: 'x', list: [1, 2] },
      { p: 'y', list: 'no list' },
      { p: 3, list: [1] },
    ];
    const results = await runtime.evaluate({
      data,
      predictions: 'p',
      columns: { retrieved: 'list' },
      extraMetrics: [ranks(), length],
    });
    expect(results.coverage).toEqual({
      ranks: { scored: 2, skipped: 1, failed: 0, reasons: { 'wrong-type': 1 } },
      length: { scored: 2, skipped: 1, failed: 0, reasons: { 'not-text': 1 } },
    });
    const reasons: unknown[] = [];
    for await (const { scores } of results.rows()) if (scores.ranks?.status === 'skipped') reasons.push(scores.ranks.reason);
    expect(reasons).toEqual(["'retrieved' (column 'list') has the wrong type: it must be a list of numbers."]);
  });

  test('of streamed data are checked on its first 1,000 rows', async () => {
    async function* rowsOf(wrongFrom: number) {
      for (let n = 0; n < 1100; n++) yield { p: n < wrongFrom ? 'text' : n };
    }
    const streamed = (wrongFrom: number) =>
      runtime.evaluate({ data: rowsOf(wrongFrom), predictions: 'p', extraMetrics: [length] });
    expect((await streamed(1)).coverage.length).toEqual({ scored: 1, skipped: 1099, failed: 0, reasons: { 'not-text': 1099 } });
    await expect(streamed(0)).rejects.toThrow("length reads text in 'predictions', and the column 'p' holds numbers.");
  });

  test('a schema transforms what the metric gets, and optional columns arrive as undefined', async () => {
    const seen: unknown[] = [];
    const trimmed: StandardSchemaV1<string, string> = {
      '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: String(value).trim() }) },
    };
    const spy = defineMetric({
      name: 'spy',
      greaterIsBetter: true,
      needs: { predictions: trimmed, 'note?': 'text', 'extra?': 'any' },
      scoreRow: (row) => seen.push({ ...row }),
    });
    const data = [
      { p: ' a ', note: 'n' },
      { p: 'b', note: null },
      { p: 'c', note: 7 },
    ];
    const results = await runtime.evaluate({ data, predictions: 'p', extraMetrics: [spy()] });
    expect(seen).toEqual([{ predictions: 'a', note: 'n' }, { predictions: 'b' }]);
    expect(results.coverage.spy).toEqual({ scored: 2, skipped: 1, failed: 0, reasons: { 'not-text': 1 } });
    // Told to read a column, the metric needs it.
    await expect(
      runtime.evaluate({ data, predictions: 'p', extraMetrics: [spy({ columns: { note: 'notes' } })] }),
    ).rejects.toThrow("spy needs column 'note', which is mapped to 'notes', and there is none. Did you mean 'note'?");
  });
});

describe('MLflow’s mapping of names', () => {
  test('translates targets and predictions', async () => {
    const results = await runtime.evaluate({
      data: rows,
      targets: 'truth',
      predictions: 'reply',
      evaluatorConfig: { col_mapping: { truth: 'ground_truth', reply: 'answer' } },
      extraMetrics: [overlap()],
    });
    expect(results.plans[0]?.data).toMatchObject({ targets: 'ground_truth', predictions: 'answer' });
  });
});

describe('services of metrics', () => {
  test('given as a URI are made by the adapter of its scheme', async () => {
    const service: Service = {
      id: 'fake:/judge',
      identity: 'fake',
      scopes: async () => [],
      send: async (request) => ({ value: `judged ${String(request)}` }),
    };
    const plugin = definePlugin({
      name: 'fake',
      register: (registry) => {
        registry.adapter('fake', (uri) => {
          if (uri === 'fake:/broken') throw new Error('no such deployment');
          return uri === 'fake:/model'
            ? { model: { id: uri, identity: uri, predict: () => [{ value: 'm' }] } }
            : { languageModel: service as never };
        });
      },
    });
    const touchstone = new TouchstoneRuntime({ plugins: [plugin] });
    const judged = (judge: string) =>
      defineMetric({
        name: 'judged',
        greaterIsBetter: true,
        needs: ['predictions'],
        models: { judge },
        scoreRow: async ({ predictions }, { model: role, work }) => String((await work.ask(role('judge'), predictions)).value),
      })();
    const results = await touchstone.evaluate({ ...base, extraMetrics: [judged('fake:/judge')] });
    expect(results.metrics).toEqual({ 'judged/judged a': 1 });
    expect((await touchstone.evaluate({ data: rows, model: 'fake:/model', extraMetrics: [length] })).metrics['length/mean']).toBe(
      1,
    );
    await expect(touchstone.plan({ ...base, extraMetrics: [judged('fake:/model')] })).rejects.toThrow(
      "judged, role 'judge': 'fake:/model' (fake) is a model, and what is needed is a language model.",
    );
    await expect(touchstone.plan({ ...base, extraMetrics: [judged('fake:/broken')] })).rejects.toThrow(
      "judged, role 'judge': 'fake:/broken' could not be made by fake: no such deployment",
    );
    await expect(touchstone.plan({ data: rows, model: 'fake:/judge', extraMetrics: [length] })).rejects.toThrow(
      "fake:/judge is sent one column, and the data has several: say which with inputs: 'answer', or write messages with placeholders.",
    );
  });
});
