import { createTouchstone, evaluate, metric } from '@touchstone/core';
import { sqlite } from '@touchstone/store-sqlite';
import { equal } from './equal.js';

const polite = metric('polite', ({ predictions }) => /please/i.test(predictions));
const store = sqlite('runs.db');
await evaluate({ data: [{ answer: 'Please!' }, { answer: '아니요' }], predictions: 'answer', extraMetrics: [polite], store });
await store[Symbol.asyncDispose]();

await using again = createTouchstone({ store: sqlite('runs.db') });
equal((await again.result('@last')).metrics['polite/mean'], 0.5);
