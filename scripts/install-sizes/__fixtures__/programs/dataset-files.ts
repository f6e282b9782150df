import { writeFile } from 'node:fs/promises';
import { createTouchstone, defineMetric } from '@touchstone/core';
import files, { writeCsv, writeParquet } from '@touchstone/dataset-files';
import { equal } from './equal.js';

const rows = [{ question: '수도는?', answer: '서울', size: 2 }, { question: 'Where?', answer: 'here', size: 4 }];
await writeFile('rows.csv', writeCsv(rows));
await writeFile('rows.parquet', writeParquet(rows));
const right = defineMetric({
  name: 'right',
  greaterIsBetter: true,
  needs: { predictions: 'text', size: 'any' },
  scoreRow: ({ predictions, size }) => predictions.length === size,
});
const touchstone = createTouchstone({ plugins: [files()] });
for (const data of ['rows.csv', 'rows.parquet']) {
  const results = await touchstone.evaluate({ data, predictions: 'answer', extraMetrics: [right()] });
  equal(results.metrics['right/mean'], 1);
}
