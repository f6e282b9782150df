import { evaluatorConformance, metricConformance, pluginConformance } from '@touchstone/testing';
import classic, { accuracyScore, classifier, f1Score, mae, r2Score, regressor, rocAuc } from './index.ts';

pluginConformance(classic, { manifest: new URL('../package.json', import.meta.url) });

const labels = [
  { label: '스팸', guess: '스팸' },
  { label: '정상', guess: '정상' },
  { label: '스팸', guess: '정상' },
  { label: '정상', guess: '정상' },
];
const numbers = [
  { truth: 1, guess: 1.5 },
  { truth: 2, guess: 2 },
  { truth: 4, guess: 3 },
];

evaluatorConformance(classifier(), {
  data: labels,
  targets: 'label',
  predictions: 'guess',
  modelType: 'classifier',
  plugins: [classic()],
  metrics: { accuracy_score: 0.75, example_count: 4 },
  tables: ['confusion_matrix'],
});
evaluatorConformance(regressor(), {
  data: numbers,
  targets: 'truth',
  predictions: 'guess',
  modelType: 'regressor',
  plugins: [classic()],
  metrics: { mean_absolute_error: 0.5 },
});

const sorted = labels.map(({ label, guess }) => ({ row: { targets: label, predictions: guess } }));
metricConformance(accuracyScore, { examples: sorted, aggregates: { accuracy_score: 0.75 } });
metricConformance(f1Score, { examples: sorted });
const measured = numbers.map(({ truth, guess }) => ({ row: { targets: truth, predictions: guess } }));
metricConformance(mae, { examples: measured, aggregates: { mean_absolute_error: 0.5 } });
metricConformance(r2Score, { examples: measured });
metricConformance(rocAuc, {
  examples: [
    { row: { targets: 1, predictions: 1, probabilities: 0.9 } },
    { row: { targets: 0, predictions: 0, probabilities: 0.2 } },
    { row: { targets: 1, predictions: 0, probabilities: 0.4 } },
  ],
});
