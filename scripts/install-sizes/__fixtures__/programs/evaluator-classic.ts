import { createTouchstone } from '@touchstone/core';
import classic from '@touchstone/evaluator-classic';
import { equal } from './equal.js';

const results = await createTouchstone({ plugins: [classic()] }).evaluate({
  data: [
    { mail: '당첨!', label: 'spam', guess: 'spam' },
    { mail: 'Lunch at noon?', label: 'ham', guess: 'ham' },
    { mail: 'Last chance', label: 'spam', guess: 'ham' },
  ],
  targets: 'label',
  predictions: 'guess',
  modelType: 'classifier',
});
equal(results.metrics.recall_score, 0.5);
