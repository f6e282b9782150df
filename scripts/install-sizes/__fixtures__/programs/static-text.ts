import { evaluate } from '@touchstone/core';
import { rougeL } from '@touchstone/metric-rouge';
import { exactMatch } from '@touchstone/metric-text';
import { close } from './equal.js';

const results = await evaluate({
  data: [
    { inputs: '호주의 수도는?', ground_truth: '캔버라', predictions: '캔버라' },
    { inputs: 'What is a tree?', ground_truth: 'An acyclic connected graph.', predictions: 'A graph without cycles.' },
  ],
  targets: 'ground_truth',
  predictions: 'predictions',
  extraMetrics: [exactMatch(), rougeL({ tokenizer: 'unicode' })],
});
close(results.metrics['exact_match/v1'], 0.5);
close(results.metrics['rougeL/v1/mean'], (1 + 0.25) / 2);
