import {
  createTouchstone,
  defineEvaluator,
  type EvaluateRequest,
  type EvaluationResult,
  evaluate,
  TouchstoneRuntime,
} from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import classic, { classifier } from './index.ts';

const SPAM = [
  { text: 'a', label: '스팸', guess: '스팸', p: 0.9 },
  { text: 'b', label: '정상', guess: '정상', p: 0.2 },
  { text: 'c', label: '스팸', guess: '정상', p: 0.4 },
  { text: 'd', label: '정상', guess: '정상', p: 0.1 },
  { text: 'e', label: '정상', guess: '스팸', p: 0.6 },
  { text: 'f', label: '스팸', guess: '스팸', p: 0.7 },
  { text: 'g', label: '정상', guess: '정상', p: 0.3 },
] as const;

type Data = readonly Readonly<Record<string, unknown>>[];

/** Rows with the columns `label` and `guess`. */
function classify(
  data: Data,
  evaluatorConfig: EvaluateRequest['evaluatorConfig'] = {},
  more: EvaluateRequest = {},
): Promise<EvaluationResult> {
  return new TouchstoneRuntime({ plugins: [classic()] }).evaluate({
    ...{ data, targets: 'label', predictions: 'guess', modelType: 'classifier', evaluatorConfig },
    ...more,
  });
}

const rowsOf = (targets: readonly unknown[], predictions: readonly unknown[]): Data =>
  targets.map((label, row) => ({ row, label, guess: predictions[row] }));

function reasonOf(results: EvaluationResult, metric: string): string | undefined {
  return results.skippedMetrics.find(({ name }) => name === metric)?.reason;
}

describe('two labels', () => {
  test('have counts, scores of the last one, a table and a picture', async () => {
    const results = await classify(SPAM);
    // As MLflow for the same rows in English: cls-binary-strings with spam and ham.
    expect(results.metrics).toEqual({
      true_negatives: 2,
      false_positives: 1,
      false_negatives: 1,
      true_positives: 3,
      example_count: 7,
      accuracy_score: 5 / 7,
      recall_score: 0.75,
      precision_score: 0.75,
      f1_score: 0.75,
    });
    expect(await results.tables.confusion_matrix?.toArray()).toEqual([
      { target: '스팸', prediction: '스팸', rows: 2, weight: 2, share_of_target: 2 / 3 },
      { target: '스팸', prediction: '정상', rows: 1, weight: 1, share_of_target: 1 / 3 },
      { target: '정상', prediction: '스팸', rows: 1, weight: 1, share_of_target: 1 / 4 },
      { target: '정상', prediction: '정상', rows: 3, weight: 3, share_of_target: 3 / 4 },
    ]);
    expect(Object.keys(results.tables)).toEqual(['eval_results_table', 'confusion_matrix']);
    expect(await textOf(results, 'confusion_matrix.svg')).toContain('>스팸</text>');
    expect(results.warnings).toEqual([]);
  });

  test('posLabel chooses which one the scores are of, and not which one the counts are of', async () => {
    const { metrics } = await classify(SPAM, { posLabel: '스팸' });
    expect(metrics).toMatchObject({
      true_positives: 3,
      true_negatives: 2,
      precision_score: 2 / 3,
      recall_score: 2 / 3,
      f1_score: 2 / 3,
    });
  });

  test.each<[string, Data, Readonly<Record<string, unknown>>, string]>([
    [
      'of which one occurs',
      rowsOf(['a', 'a'], ['a', 'a']),
      {},
      "there is only one label, 'a', and telling labels apart takes two (labelList can name them)",
    ],
    [
      'of which one occurs, though both are listed',
      rowsOf(['a', 'a'], ['a', 'a']),
      { labelList: ['a', 'b'] },
      "targets and predictions are all 'a', and this compares two labels",
    ],
    [
      'and a posLabel that is another',
      rowsOf(['a', 'b'], ['a', 'b']),
      { posLabel: 'c' },
      "posLabel is 'c', and the labels are 'a', 'b'",
    ],
  ])('%s: accuracy is all that there is', async (_, data, config, reason) => {
    const results = await classify(data, config);
    expect(results.metrics).toEqual({ example_count: 2, accuracy_score: 1 });
    for (const name of ['true_positives', 'recall_score', 'precision_score', 'f1_score'])
      expect(reasonOf(results, name)).toBe(reason);
    expect(results.run.status).toBe('finished');
  });
});

describe('a labelList of two', () => {
  const data = [
    ...SPAM,
    { label: '스팸', guess: '모르겠습니다' },
    { label: '정상', guess: '모르겠습니다' },
    { label: '미정', guess: '스팸' },
  ];
  const config = { labelList: ['정상', '스팸'], posLabel: '스팸' };

  test('makes any other prediction wrong, leaves out rows with another target, and says so', async () => {
    const results = await classify(data, config);
    expect(results.metrics).toMatchObject({
      // Three spam rows and one stray: TP 2, FP 1, FN 2.
      ...{ accuracy_score: 5 / 9, precision_score: 2 / 3, recall_score: 2 / 4, f1_score: 4 / 7 },
      ...{ true_negatives: 2, false_positives: 1, true_positives: 3, false_negatives: 2 },
    });
    expect(results.coverage.f1_score).toEqual({ scored: 9, skipped: 1, failed: 0, reasons: { 'unknown-label': 1 } });
    expect(results.coverage.true_positives).toEqual(results.coverage.f1_score);
    expect(results.warnings).toEqual([
      "2 of 9 predictions are none of the labels '스팸', '정상' ('모르겠습니다'): they count as wrong.",
    ]);
  });

  test('lets precision, recall and F1 be sums, with the values that a look at all rows has', async () => {
    const [summed, looked] = [await classify(SPAM, config), await classify(SPAM, { posLabel: '스팸' })];
    const formOf = (results: EvaluationResult): unknown =>
      results.plans[0]?.metrics.find(({ name }) => name === 'f1_score')?.form;
    expect([formOf(summed), formOf(looked)]).toEqual(['statistic', 'dataset']);
    expect(summed.metrics).toEqual(looked.metrics);
  });
});

describe('more than two labels', () => {
  const targets = [0, 1, 2, 2, 0, 1, 0, 2, 1, 0, 0, 2];
  const predictions = [0, 1, 1, 2, 2, 1, 0, 1, 1, 0, 0, 1];
  const data = rowsOf(targets, predictions);

  test('have averaged scores and a table of each against the others, as MLflow writes it', async () => {
    const results = await classify(data);
    // MLflow: cls-multi
    expect(results.metrics).toEqual({
      example_count: 12,
      accuracy_score: 0.6666666666666666,
      recall_score: 0.6666666666666666,
      precision_score: 0.7083333333333334,
      f1_score: expect.closeTo(0.6481481481481481, 12),
    });
    expect(await textOf(results, 'per_class_metrics.csv')).toBe(
      [
        'positive_class,true_negatives,false_positives,false_negatives,true_positives,example_count,accuracy_score,recall_score,precision_score,f1_score',
        '0,7,0,1,4,12,0.9166666666666666,0.8,1,0.8888888888888888',
        '1,6,3,0,3,12,0.75,1,0.5,0.6666666666666666',
        '2,7,1,3,1,12,0.6666666666666666,0.25,0.5,0.3333333333333333',
        '',
      ].join('\n'),
    );
  });

  test.each([
    ['macro', 0.6296296296296295],
    ['micro', 8 / 12],
    ['weighted', 0.6481481481481481],
  ])('average %s', async (average, f1) => {
    expect((await classify(data, { average })).metrics.f1_score).toBeCloseTo(f1, 12);
  });

  test('a label of labelList that occurs nowhere has no line', async () => {
    const results = await classify(data, { labelList: [0, 1, 2, 3] });
    expect((await results.tables.per_class_metrics?.toArray())?.map((line) => line.positive_class)).toEqual([0, 1, 2]);
    expect(results.warnings).toEqual(['per_class_metrics has no line of 3, which occurs nowhere in the data.']);
  });

  test('ten thousand of them are no trouble', async () => {
    const many = Array.from({ length: 20_000 }, (_, row) => `라벨 ${row % 10_000}`);
    const guesses = many.map((label, row) => (row % 4 === 0 ? '라벨 0' : label));
    const results = await classify(rowsOf(many, guesses));
    // Every fourth row is called 라벨 0, which two of those are.
    expect(results.metrics.accuracy_score).toBe((15_000 + 2) / 20_000);
    expect(await results.tables.per_class_metrics?.toArray()).toHaveLength(10_000);
    const picture = await textOf(results, 'confusion_matrix.svg');
    expect(picture).toContain('Confusion matrix of the 40 most frequent of 10000 labels');
    expect(picture.match(/<rect class="rule"/gu)).toHaveLength(40);
    expect(picture.length).toBeLessThan(100_000);
  });
});

describe('labels', () => {
  test('of several kinds are never equal, so no number is made of them', async () => {
    const results = await classify(rowsOf([1, 0, 1], ['1', '0', '1']));
    expect(results.metrics).toEqual({ example_count: 3 });
    const reason = 'some labels are numbers, others are texts, and these are never equal: write targets and predictions alike';
    expect(reasonOf(results, 'accuracy_score')).toBe(reason);
    expect(reasonOf(results, 'f1_score')).toBe(reason);
  });

  test('may be true and false', async () => {
    expect((await classify(rowsOf([true, false, true], [true, true, false]))).metrics).toMatchObject({
      true_positives: 1,
      f1_score: 0.5,
    });
  });

  test('that are null or no label cost their row', async () => {
    const results = await classify(rowsOf(['a', 'b', null, 'a', 'b'], ['a', 'b', 'a', null, ['b']]));
    expect(results.metrics).toMatchObject({ example_count: 2, accuracy_score: 1, true_positives: 1 });
    expect(results.coverage.f1_score?.reasons).toEqual({ 'missing-cell': 2, 'wrong-type': 1 });
  });

  test('that are fractions look like a regression, and are refused before the first row', async () => {
    await expect(classify(rowsOf([0.5, 1.5], [0.5, 0.5]))).rejects.toThrow(
      "because the column 'label' holds something else: a label is a text, a whole number, true or false, and it is 0.5 (for numbers to predict there is modelType 'regressor')",
    );
  });

  test('are in the order of code points, as NumPy has them', async () => {
    const emoji = await classify(rowsOf(['\u{1F600}', '\uFF21'], ['\u{1F600}', '\uFF21']));
    // U+1F600 is above U+FF21, though its first UTF-16 unit is below.
    expect((await textOf(emoji, 'confusion_matrix.svg')).indexOf('\uFF21')).toBeLessThan(
      (await textOf(emoji, 'confusion_matrix.svg')).indexOf('\u{1F600}'),
    );
  });
});

describe('probabilities', () => {
  const withProbabilities = (of: (p: number) => unknown): Data => SPAM.map((row) => ({ ...row, probabilities: of(row.p) }));
  const pick = ({ metrics }: EvaluationResult) => [metrics.log_loss, metrics.roc_auc, metrics.precision_recall_auc];

  test('are lists in the order of labels, objects, one number for the positive label, or JSON text of these', async () => {
    // 스팸 is the first label. scikit-learn: log_loss 0.4027, roc_auc 11/12; average precision of 정상 by 1 − p.
    const list = await classify(withProbabilities((p) => [p, 1 - p]));
    const [logLoss, rocAuc, area] = pick(list);
    const expectedLoss = -[0.9, 0.8, 0.4, 0.9, 0.4, 0.7, 0.7].reduce((sum, p) => sum + Math.log(p), 0) / 7;
    expect(logLoss).toBeCloseTo(expectedLoss, 12);
    expect(rocAuc).toBeCloseTo(11 / 12, 12);
    expect(area).toBeCloseTo((1 + 1 + 1 + 4 / 5) / 4, 12);
    for (const of of [
      (p: number) => ({ 정상: 1 - p, 스팸: p }),
      (p: number) => JSON.stringify({ 정상: 1 - p, 스팸: p }),
      (p: number) => JSON.stringify([p, 1 - p]),
      (p: number) => 1 - p,
      (p: number) => String(1 - p),
    ]) {
      const got = pick(await classify(withProbabilities(of)));
      for (const [index, value] of pick(list).entries()) expect(got[index]).toBeCloseTo(value ?? Number.NaN, 12);
    }
    const ofSpam = await classify(SPAM, { posLabel: '스팸', probabilities: 'p' });
    expect(ofSpam.metrics.log_loss).toBeCloseTo(expectedLoss, 12);
    expect(ofSpam.metrics.roc_auc).toBeCloseTo(11 / 12, 12);
  });

  test('make curves of the positive label, and a warning where MLflow’s number is of something else', async () => {
    const results = await classify(SPAM, { posLabel: '스팸', probabilities: 'p' });
    expect(Object.keys(results.tables)).toEqual([
      'eval_results_table',
      'confusion_matrix',
      'roc_curve',
      'precision_recall_curve',
      'lift_curve',
      'calibration_curve',
    ]);
    expect(await results.tables.roc_curve?.toArray()).toEqual([
      { label: '스팸', threshold: null, false_positive_rate: 0, true_positive_rate: 0 },
      { label: '스팸', threshold: 0.9, false_positive_rate: 0, true_positive_rate: 1 / 3 },
      { label: '스팸', threshold: 0.7, false_positive_rate: 0, true_positive_rate: 2 / 3 },
      { label: '스팸', threshold: 0.6, false_positive_rate: 1 / 4, true_positive_rate: 2 / 3 },
      { label: '스팸', threshold: 0.4, false_positive_rate: 1 / 4, true_positive_rate: 1 },
      { label: '스팸', threshold: 0.1, false_positive_rate: 1, true_positive_rate: 1 },
    ]);
    expect(await results.tables.lift_curve?.toArray()).toContainEqual({
      label: '스팸',
      share_of_rows: 2 / 7,
      lift: expect.closeTo(7 / 3, 12),
    });
    expect(await results.tables.calibration_curve?.toArray()).toContainEqual({
      label: '스팸',
      from: 0.6,
      to: 0.7,
      rows: 1,
      mean_probability: 0.6,
      observed_share: 0,
    });
    expect(await textOf(results, 'roc_curve_plot.svg')).toContain('>스팸, AUC 0.917</text>');
    expect(results.warnings).toEqual([
      "precision_recall_auc ranks the rows of '스팸' by the probability of '정상', as MLflow does; by their own probability it is 0.9167, as in the picture.",
    ]);
  });

  test('of several labels make a curve each, up to ten of them', async () => {
    const data = rowsOf(['a', 'b', 'c', 'a'], ['a', 'b', 'c', 'b']).map((row) => ({
      ...row,
      probabilities: { a: 0.5, b: 0.3, c: 0.2 },
    }));
    const results = await classify(data);
    expect(new Set((await results.tables.roc_curve?.toArray())?.map(({ label }) => label))).toEqual(new Set(['a', 'b', 'c']));
    expect(results.metrics.roc_auc).toBe(0.5);
    expect(results.metrics.precision_recall_auc).toBeUndefined();
    const fewer = await classify(data, { max_classes_for_multiclass_roc_pr: 2 });
    expect(fewer.tables.roc_curve).toBeUndefined();
    expect(fewer.warnings).toEqual([
      'There are 3 labels, and curves are drawn for at most 2: evaluatorConfig: { maxClassesForMulticlassRocPr: 3 } draws them.',
    ]);
  });

  test.each<[string, (row: number) => unknown, string]>([
    [
      'of a label that does not exist',
      () => ({ 스팸: 0.5, 햄: 0.5 }),
      "some rows have a probability of '햄', which is none of the labels: '스팸', '정상' (labelList can name it)",
    ],
    [
      'that are too many',
      () => [0.2, 0.3, 0.5],
      "a row has 3 probabilities, and there are 2 labels: '스팸', '정상' (labelList can name them; the probabilities are in the order of labels)",
    ],
  ])('%s say why there is no number', async (_, of, reason) => {
    const results = await classify(SPAM.map((row, index) => ({ ...row, probabilities: of(index) })));
    for (const name of ['log_loss', 'roc_auc', 'precision_recall_auc']) expect(reasonOf(results, name)).toBe(reason);
    expect(results.metrics.accuracy_score).toBe(5 / 7);
  });

  test('that are none cost their row; where all are none, the metrics are left out before the first row', async () => {
    const bad: readonly unknown[] = [[1.2, -0.2], [0.5, 0.4], 'high', { 스팸: 'x' }, null, [0.1, 0.9], [0.2, 0.3, 0.5]];
    const results = await classify([...SPAM, ...SPAM].map((row, index) => ({ ...row, probabilities: bad[index] ?? [0.5, 0.5] })));
    expect(results.coverage.log_loss).toMatchObject({
      scored: 9,
      skipped: 5,
      reasons: { 'wrong-type': 4, 'uneven-probabilities': 1 },
    });
    const none = await classify(SPAM.map((row) => ({ ...row, probabilities: [0.5, 0.6] })));
    expect(reasonOf(none, 'roc_auc')).toBe(
      "cannot read 'probabilities' in any row, because the column 'probabilities' holds something else: its probabilities must add up to 1, and they add up to 1.1",
    );
  });

  test('are looked for in the column that the config names, and a wrong name is said', async () => {
    const results = await classify(SPAM, { probabilities: 'pp' });
    expect(reasonOf(results, 'roc_auc')).toContain("needs column 'probabilities', which is mapped to 'pp', and there is none.");
  });
});

describe('sample weights', () => {
  const weights = [1, 2, 1, 0.5, 1, 1, 3];
  const weighed = SPAM.map((row, index) => ({ ...row, weight: weights[index], sample_weights: weights[index] }));

  test('are a column or a list; counts do not weigh', async () => {
    // MLflow, cls-binary-weights
    const wanted = { accuracy_score: 0.7894736842105263, true_positives: 3, false_negatives: 1 };
    for (const results of [
      await classify(SPAM, { sample_weights: weights }),
      await classify(
        SPAM.map((row, index) => ({ ...row, weight: weights[index] })),
        { sampleWeights: 'weight' },
      ),
      await classify(weighed),
    ]) {
      expect(results.metrics).toMatchObject({ ...wanted, accuracy_score: expect.closeTo(wanted.accuracy_score, 12) });
      expect(results.metrics.f1_score).toBeCloseTo((2 * 5.5) / (6.5 + 6.5), 12);
    }
  });

  test('of a list stay with their rows, whatever is skipped, sampled or left over', async () => {
    const results = await classify([{ label: null, guess: 'x' }, ...SPAM], { sampleWeights: [100, ...weights, 7, 7] });
    expect(results.metrics.accuracy_score).toBeCloseTo(0.7894736842105263, 12);
    expect(results.warnings).toEqual([
      'sampleWeights has 10 weights, and row 8 was the last one evaluated: is it the list of these data?',
    ]);
  });

  test.each<[string, Data, Readonly<Record<string, unknown>>, string]>([
    [
      'a list that is too short',
      SPAM,
      { sampleWeights: [1, 2] },
      '5 of 7 rows have no sample weight, so they cannot be weighed against the others',
    ],
    [
      'an empty list',
      SPAM,
      { sampleWeights: [] },
      '7 of 7 rows have no sample weight, so they cannot be weighed against the others',
    ],
    [
      'a column with holes',
      [...weighed.slice(1), { ...weighed[0], sample_weights: null }],
      {},
      '1 of 7 rows have no sample weight, so they cannot be weighed against the others',
    ],
    ['nothing but zeros', SPAM.map((row) => ({ ...row, sample_weights: 0 })), {}, 'all sample weights are 0'],
  ])('%s: no number is made', async (_, data, config, reason) => {
    const results = await classify(data, config);
    for (const name of ['accuracy_score', 'f1_score', 'true_positives']) expect(reasonOf(results, name)).toBe(reason);
    expect(results.metrics).toEqual({ example_count: 7 });
  });

  test('below 0 cost their row', async () => {
    const results = await classify(weighed.map((row, index) => ({ ...row, sample_weights: index === 0 ? -1 : 1 })));
    expect(results.coverage.accuracy_score).toEqual({ scored: 6, skipped: 1, failed: 0, reasons: { 'wrong-type': 1 } });
  });

  test('in a column that is not there are a mistake', async () => {
    await expect(classify(SPAM, { sampleWeights: 'wieght' })).rejects.toThrow(
      "Every metric was skipped, so there is nothing to compute:\n  true_negatives, false_positives, false_negatives, true_positives, example_count, accuracy_score, recall_score, precision_score, f1_score: needs column 'sample_weights', which is mapped to 'wieght', and there is none.",
    );
  });
});

describe('the config', () => {
  test.each<[object, string]>([
    [{ posLabel: 0.5 }, 'evaluatorConfig: posLabel must be a text, a whole number, true or false, and it is 0.5.'],
    [{ labelList: 'a, b' }, 'evaluatorConfig: labelList must be a list of texts, whole numbers or booleans, and it is "a, b".'],
    [{ labelList: ['a'] }, 'evaluatorConfig: labelList must name at least two labels, and it names 1.'],
    [
      { labelList: ['a', 1] },
      'evaluatorConfig: labelList mixes texts, numbers and booleans, which are never equal: write all labels as in the data.',
    ],
    [{ labelList: ['a', 'b', 'a'] }, "evaluatorConfig: labelList names 'a' twice."],
    [{ labelList: ['a', 'b'], posLabel: 'c' }, "evaluatorConfig: posLabel is 'c', which is not in labelList: 'a', 'b'."],
    [{ average: 'binary' }, "evaluatorConfig: average must be 'macro', 'micro' or 'weighted', and it is \"binary\"."],
    [{ probabilities: [0.5] }, 'evaluatorConfig: probabilities must be the name of a column, and it is [0.5].'],
    [
      { maxClassesForMulticlassRocPr: -1 },
      'evaluatorConfig: maxClassesForMulticlassRocPr must be a whole number of at least 0, and it is -1.',
    ],
    [
      { sampleWeights: 3 },
      'evaluatorConfig: sampleWeights must be the name of a column, or a list of weights in the order of the data, and it is 3.',
    ],
    [{ sampleWeights: [1, 'x'] }, 'evaluatorConfig: sampleWeights[1] is "x", and a weight is a number of at least 0.'],
    [{ sampleWeights: [1, -1] }, 'evaluatorConfig: sampleWeights[1] is -1, and a weight is a number of at least 0.'],
    [{ posLable: 'a' }, "evaluatorConfig: There is no 'posLable'. Did you mean 'posLabel'?"],
  ])('%j is refused', async (config, message) => {
    await expect(classify(SPAM, { ...config })).rejects.toMatchObject({ code: 'bad-option', message });
  });

  test('may be flat, by name, or that of the default evaluator; keys of others are theirs', async () => {
    for (const config of [
      { pos_label: '스팸', explainer: 'x' },
      { classifier: { posLabel: '스팸' } },
      { default: { pos_label: '스팸' } },
    ]) {
      expect((await classify(SPAM, config)).metrics.f1_score).toBeCloseTo(2 / 3, 12);
    }
  });

  test('gives tables and pictures its prefix', async () => {
    const results = await classify(rowsOf(['a', 'b', 'c'], ['a', 'b', 'b']), { metricPrefix: 'val_' });
    expect(Object.keys(results.tables)).toEqual(['eval_results_table', 'val_confusion_matrix', 'val_per_class_metrics']);
    expect(Object.keys(results.artifacts)).toEqual(
      expect.arrayContaining(['val_confusion_matrix.svg', 'val_per_class_metrics.csv']),
    );
    expect(results.metrics.val_example_count).toBe(3);
  });
});

describe('the evaluator', () => {
  const request = { data: SPAM, targets: 'label', predictions: 'guess' } as const;

  test('needs no plug-in when it is passed itself, with its options', async () => {
    const results = await evaluate({ ...request, evaluators: classifier({ posLabel: '스팸', probabilities: 'p' }) });
    expect(results.metrics.recall_score).toBeCloseTo(2 / 3, 12);
    expect(results.metrics.roc_auc).toBeCloseTo(11 / 12, 12);
  });

  test('stands beside others', async () => {
    const other = defineEvaluator({ name: 'other', finish: () => ({ metrics: { other: 1 } }) });
    const touchstone = createTouchstone({ plugins: [classic()] });
    const results = await touchstone.evaluate({ ...request, modelType: 'classifier', evaluators: ['default', other] });
    expect(results.plans[0]?.evaluators).toEqual(['classifier', 'other']);
    expect(results.metrics).toMatchObject({ other: 1, true_positives: 3 });
  });

  test('of a model, over trials, has the mean of the trials', async () => {
    const results = await evaluate({
      data: SPAM,
      targets: 'label',
      inputs: 'text',
      model: ({ text }, { trial }) => (trial === 0 ? (SPAM.find((row) => row.text === text)?.guess ?? '') : '스팸'),
      trials: 2,
      evaluators: classifier(),
    });
    expect(results.metrics.accuracy_score).toBeCloseTo((5 / 7 + 3 / 7) / 2, 12);
    expect(results.metrics.recall_score).toBeCloseTo((0.75 + 0) / 2, 12);
    expect((await results.tables.eval_results_table.toJSON()).columns).toEqual([
      'text',
      'guess',
      'p',
      'label',
      'trial',
      'outputs',
    ]);
  });

  test('of a run that was stopped and resumed says the same', async () => {
    const touchstone = createTouchstone({ plugins: [classic()] });
    const data = Array.from({ length: 40 }, (_, row) => ({ row, label: row % 3 === 0 ? 'x' : 'y' }));
    let asked = 0;
    const evaluation = (stopAt: number, key: string) =>
      touchstone.evaluate({
        data,
        targets: 'label',
        modelType: 'classifier',
        model: ({ row }) => {
          if (++asked === stopAt) touchstone.stop();
          return row % 5 === 0 ? 'x' : 'y';
        },
        evaluatorConfig: { sampleWeights: data.map(({ row }) => 1 + (row % 4)) },
        limits: { concurrency: 1 },
        run: { key },
        resume: 'auto',
      });
    const straight = await evaluation(Number.POSITIVE_INFINITY, 'straight');
    asked = 0;
    const stopped = await evaluation(15, 'bumpy');
    expect(stopped.run.status).toBe('interrupted');
    const resumed = await evaluation(Number.POSITIVE_INFINITY, 'bumpy');
    expect(asked).toBe(40);
    expect(resumed.metrics).toEqual(straight.metrics);
    expect(await resumed.tables.confusion_matrix?.toArray()).toEqual(await straight.tables.confusion_matrix?.toArray());
  });
});

async function textOf(results: EvaluationResult, artifact: string): Promise<string> {
  return new TextDecoder().decode(await results.readArtifact(artifact));
}
