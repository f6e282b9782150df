// node run-from-code.mjs <folder>: evaluates from code, under a key, and continues what an earlier process of it left.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { evaluate } from '@touchstone/core';
import { rougeL } from '@touchstone/metric-rouge';
import { exactMatch } from '@touchstone/metric-text';
import { sqlite } from '@touchstone/store-sqlite';

const [folder = '.'] = process.argv.slice(2);
const { answer } = await import(pathToFileURL(join(folder, 'answer.ts')).href);
const store = sqlite(join(folder, 'code.db'));
const result = await evaluate({
  data: join(folder, 'questions.jsonl'),
  id: 'id',
  inputs: 'question',
  targets: 'reference',
  model: answer,
  extraMetrics: [exactMatch(), rougeL()],
  limits: { concurrency: 4 },
  store,
  run: { key: 'nightly' },
  resume: 'auto',
});
let table = '';
for await (const piece of result.tables.eval_results_table.toSplitJSON()) table += piece;
writeFileSync(join(folder, 'code.json'), JSON.stringify({ ...result.toJSON(), table }));
await store[Symbol.asyncDispose]();
