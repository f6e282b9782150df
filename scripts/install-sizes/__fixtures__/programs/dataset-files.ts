import { createTouchstone, metric } from '@touchstone/core';
import files, { writeCsv, writeParquet } from '@touchstone/dataset-files';
import { equal } from './equal.js';

const rows = [{ question: '수도는?', answer: '서울', length: 2 }, { question: 'Where?', answer: 'here', length: 4 }];
await writeCsv('rows.csv', rows);
await writeParquet('rows.parquet', rows);
const touchstone = createTouchstone({ plugins: [files()] });
const right = metric('right', ({ predictions, length }) => predictions.length === length, { needs: { predictions: 'text', length: 'number' } });
for (const data of ['rows.csv', 'rows.parquet']) {
  const results = await touchstone.evaluate({ data, predictions: 'answer', extraMetrics: [right] });
  equal(results.metrics['right/mean'], 1);
}
