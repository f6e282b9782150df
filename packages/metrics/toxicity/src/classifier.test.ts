import { type Classifier, createTouchstone, definePlugin, evaluate, type Score, TouchstoneError } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import plugin, { toxicity } from './index.ts';

type Labels = Readonly<Record<string, number>>;

/** A classifier that answers as it was recorded: text → label → score. */
function recorded(id: string, answers: Readonly<Record<string, Labels>>, asked: string[] = []): Classifier {
  return {
    kind: 'classifier',
    id,
    identity: { id },
    scopes: async () => ['recorded|local'],
    send: async ({ texts }) => {
      asked.push(...texts);
      return {
        value: { labels: texts.map((text) => Object.entries(answers[text] ?? {}).map(([label, score]) => ({ label, score }))) },
      };
    },
  };
}

// The shape, and the labels, of facebook/roberta-hate-speech-dynabench-r4-target: a softmax over two.
const dynabench = (asked: string[] = []): Classifier =>
  recorded(
    'huggingface:/facebook/roberta-hate-speech-dynabench-r4-target',
    {
      'Have a nice day.': { nothate: 0.9998, hate: 0.0002 },
      'They are vermin.': { hate: 0.97, nothate: 0.03 },
      '좋은 하루 되세요.': { nothate: 0.75, hate: 0.25 },
      borderline: { hate: 0.5, nothate: 0.5 },
    },
    asked,
  );

// Categories as OpenAI's moderation has them.
const moderation = recorded('openai:/omni-moderation-latest', {
  'I will hurt you.': { harassment: 0.61, 'harassment/threatening': 0.83, hate: 0.02, violence: 0.71, 'self-harm': 0.001 },
});

const rows = (...answers: readonly (string | null)[]) => answers.map((answer) => ({ answer }));

describe('a text classifier', () => {
  test('gives the score of the named label, under MLflow’s keys', async () => {
    const data = rows('Have a nice day.', 'They are vermin.', 'borderline', null);
    const results = await evaluate({
      data,
      predictions: 'answer',
      extraMetrics: [toxicity({ model: dynabench(), label: 'hate' })],
    });
    // numpy: mean, var and percentile 90 of these three.
    expect(results.metrics['toxicity/v1/mean']).toBeCloseTo(0.49006666666666665, 12);
    expect(results.metrics['toxicity/v1/variance']).toBeCloseTo(0.15680134222222222, 12);
    expect(results.metrics['toxicity/v1/p90']).toBeCloseTo(0.876, 12);
    expect(results.metrics['toxicity/v1/ratio']).toBeCloseTo(2 / 3, 12);
    expect(Object.keys(results.metrics)).toEqual(['mean', 'variance', 'p90', 'ratio'].map((name) => `toxicity/v1/${name}`));
    expect(results.coverage['toxicity/v1']).toEqual({ scored: 3, skipped: 1, failed: 0, reasons: { 'missing-cell': 1 } });
    const table = await results.tables.eval_results_table.toJSON();
    expect(table.columns).toEqual(['outputs', 'toxicity/v1/score']);
    expect(results.signatures['toxicity/v1']).toBe(
      'toxicity|v1|backend:huggingface:/facebook/roberta-hate-speech-dynabench-r4-target|label:hate|anyLanguage:yes',
    );
  });

  test('the threshold moves the ratio and nothing else, and is in the signature', async () => {
    const metric = toxicity({ model: dynabench(), label: 'hate', threshold: 0.9 });
    const results = await evaluate({
      data: rows('They are vermin.', 'borderline'),
      predictions: 'answer',
      extraMetrics: [metric],
    });
    expect(results.metrics['toxicity/v1/ratio']).toBe(0.5);
    expect(results.metrics['toxicity/v1/mean']).toBeCloseTo(0.735, 12);
    expect(metric.signature).toMatch(/\|threshold:0\.9$/u);
  });

  test('a ratio has an interval: Wilson’s, of a share', async () => {
    const metric = toxicity({ model: dynabench(), label: 'hate' });
    const data = rows('Have a nice day.', 'They are vermin.', 'borderline', 'Have a nice day.', 'Have a nice day.');
    const { intervals } = await evaluate({ data, predictions: 'answer', extraMetrics: [metric] });
    // statsmodels proportion_confint(2, 5, method='wilson')
    expect(intervals['toxicity/v1/ratio']).toMatchObject({ method: 'wilson', n: 5 });
    expect(intervals['toxicity/v1/ratio']?.low).toBeCloseTo(0.117621, 6);
    expect(intervals['toxicity/v1/ratio']?.high).toBeCloseTo(0.769276, 6);
  });

  test('is asked for one text at a time, and in any script', async () => {
    const asked: string[] = [];
    const texts = ['They are vermin.', '좋은 하루 되세요.'];
    const metric = toxicity({ model: dynabench(asked), label: 'hate' });
    const results = await evaluate({ data: rows(...texts), predictions: 'answer', extraMetrics: [metric] });
    expect(results.metrics['toxicity/v1/mean']).toBeCloseTo(0.61, 12);
    expect(asked.toSorted()).toEqual(texts.toSorted());
  });

  test('of one language only, with anyLanguage: false', async () => {
    const asked: string[] = [];
    const score = await toxicity({ model: dynabench(asked), label: 'hate', anyLanguage: false }).score({
      predictions: '좋은 하루 되세요.',
    });
    expect(score).toMatchObject({ status: 'skipped', code: 'not-english' });
    expect(asked).toEqual([]);
  });

  test('a label that it does not have fails the row, and says which there are', async () => {
    const metric = toxicity({ model: dynabench(), label: 'toxic' });
    const results = await evaluate({ data: rows('They are vermin.'), predictions: 'answer', extraMetrics: [metric] });
    const [row] = await Array.fromAsync(results.rows());
    expect(row?.scores.toxicity).toMatchObject({
      status: 'failed',
      error: { code: 'unknown-label', message: "toxicity: the classifier has no label 'toxic'. It has: 'hate', 'nothate'." },
    });
  });

  test('an answer of another shape fails the row', async () => {
    const odd = {
      ...dynabench(),
      send: async () => ({ value: { labels: [{ label: 'hate', score: 1 }] } }),
    } as unknown as Classifier;
    const results = await evaluate({
      data: rows('They are vermin.'),
      predictions: 'answer',
      extraMetrics: [toxicity({ model: odd, label: 'hate' })],
    });
    expect(results.coverage['toxicity/v1']).toEqual({ scored: 0, skipped: 0, failed: 1, reasons: { 'malformed-answer': 1 } });
  });
});

describe('moderation', () => {
  const scoreOf = (options: { readonly categories?: readonly string[]; readonly label?: string } = {}): Promise<Score> =>
    scoreInRun(toxicity({ model: moderation, ...options }), 'I will hurt you.');

  test('the highest category counts, and all of them are in the details', async () => {
    expect(await scoreOf()).toEqual({
      status: 'scored',
      value: 0.83,
      details: {
        label: 'harassment/threatening',
        labels: { harassment: 0.61, 'harassment/threatening': 0.83, hate: 0.02, violence: 0.71, 'self-harm': 0.001 },
      },
    });
  });

  test('or the highest of some', async () => {
    expect(await scoreOf({ categories: ['hate', 'violence'] })).toMatchObject({ value: 0.71, details: { label: 'violence' } });
    expect(await scoreOf({ label: 'hate' })).toMatchObject({ value: 0.02 });
    expect(await scoreOf({ categories: ['hate', 'rudeness'] })).toMatchObject({
      status: 'failed',
      error: { code: 'unknown-label' },
    });
  });

  test('the categories are in the signature', () => {
    expect(toxicity({ model: 'openai:/omni-moderation-latest', categories: ['hate', 'violence'] }).signature).toBe(
      'toxicity|v1|backend:openai:/omni-moderation-latest|categories:["hate","violence"]|anyLanguage:yes',
    );
  });
});

describe('a classifier by URI', () => {
  const huggingface = definePlugin({
    name: 'a model pack',
    register: (registry) => registry.adapter('huggingface', () => ({ classifier: dynabench() })),
  });
  const uri = 'huggingface:/facebook/roberta-hate-speech-dynabench-r4-target';

  test('comes from the adapter of its scheme', async () => {
    const results = await createTouchstone({ plugins: [huggingface] }).evaluate({
      data: rows('They are vermin.'),
      predictions: 'answer',
      extraMetrics: [toxicity({ model: uri, label: 'hate' })],
    });
    expect(results.metrics['toxicity/v1/mean']).toBe(0.97);
  });

  test('also for the preset, with the options of the plug-in', async () => {
    const results = await createTouchstone({ plugins: [huggingface, plugin({ model: uri, label: 'hate' })] }).evaluate({
      data: rows('They are vermin.'),
      predictions: 'answer',
      modelType: 'text',
    });
    expect(results.metrics['toxicity/v1/mean']).toBe(0.97);
  });

  test('without the pack: what to install, before the first row', async () => {
    const evaluating = evaluate({
      data: rows('x'),
      predictions: 'answer',
      extraMetrics: [toxicity({ model: uri, label: 'hate' })],
    });
    await expect(evaluating).rejects.toThrow(
      `toxicity, role 'classifier': '${uri}' needs @touchstone/model-huggingface, which is not among the plug-ins: npm i @touchstone/model-huggingface, and add it to plugins.`,
    );
  });
});

test.each<[Parameters<typeof toxicity>[0], string]>([
  [
    { model: 'huggingface:/unitary/toxic-bert' },
    "toxicity: which label of 'huggingface:/unitary/toxic-bert' is toxicity? Name it, as in label: 'hate' (for facebook/roberta-hate-speech-dynabench-r4-target) or label: 'toxic'.",
  ],
  [{ model: dynabench(), label: 'hate', categories: ['hate'] }, 'toxicity: give label or categories, not both.'],
  [
    { model: dynabench(), categories: [] },
    "toxicity: categories must be a list of at least one label, as in categories: ['hate', 'violence'].",
  ],
  [
    { label: 'hate' },
    'toxicity: label and categories belong to a classifier, and the screen of this package has one score: name a model as well.',
  ],
  [
    { model: { path: 'x' } as never },
    `toxicity: model must be a URI, { onnx: 'FOLDER' } or a classifier object, not {"path":"x"}.`,
  ],
  [{ threshold: 50 }, 'toxicity: threshold must be a number from 0 to 1, not 50.'],
  [{ anyLanguage: 'yes' as never }, 'toxicity: anyLanguage must be true or false, not "yes".'],
])('%o is refused', (options, sentence) => {
  expect(() => toxicity(options)).toThrow(new TouchstoneError('bad-option', sentence));
});

async function scoreInRun(metric: ReturnType<typeof toxicity>, answer: string): Promise<Score> {
  const results = await evaluate({ data: [{ answer }], predictions: 'answer', extraMetrics: [metric] });
  const [row] = await Array.fromAsync(results.rows());
  const score = row?.scores.toxicity;
  if (score === undefined) throw new Error('no score');
  return score;
}
