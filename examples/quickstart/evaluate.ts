import { evaluate } from '@touchstone/core';
import { rougeL } from '@touchstone/metric-rouge';
import { exactMatch } from '@touchstone/metric-text';

const results = await evaluate({
  data: [
    { inputs: 'What is the capital of Australia?', ground_truth: 'Canberra', predictions: 'Canberra' },
    { inputs: 'When did the Berlin Wall fall?', ground_truth: '1989', predictions: 'In November 1989.' },
    { inputs: 'What makes bread rise?', ground_truth: 'Yeast ferments sugars.', predictions: 'Yeast ferments the sugars.' },
    { inputs: 'How many days do I have to return a book?', ground_truth: '14 days', predictions: null },
  ],
  targets: 'ground_truth',
  predictions: 'predictions',
  extraMetrics: [exactMatch(), rougeL()],
});

console.log(results);
