// node examples/composition/costs.ts [FOLDER FOR THE RESULT]
import { join } from 'node:path';
import { evaluate } from '@touchstone/core';
import { routingCosts } from './routing-costs.ts';

const results = await evaluate({
  data: join(import.meta.dirname, 'replies.jsonl'),
  inputs: 'question',
  predictions: 'guess',
  targets: 'topic',
  id: 'id',
  modelType: 'classifier',
  evaluators: routingCosts({ minutes: { refund: { delivery: 45, order: 30 }, delivery: { refund: 20 } }, otherwise: 5 }),
});
console.log(results);
console.table(await results.tables.costly_errors?.toArray());

const folder = process.argv[2] ?? '.touchstone/routing-costs';
await results.save(folder);
console.log(`The pictures are in ${folder}: confusion_matrix.svg.`);
