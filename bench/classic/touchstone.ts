// node bench/classic/touchstone.ts <model type> <file of rows>: seconds of a whole evaluation in memory, from the request to the aggregates; and the numbers.
import { readFileSync } from 'node:fs';
import { type Json, TouchstoneRuntime } from '@touchstone/core';
import classic from '@touchstone/evaluator-classic';
import retrieval from '@touchstone/metric-retrieval';

const [, , modelType = '', file = ''] = process.argv;
const rows: readonly Readonly<Record<string, Json>>[] = JSON.parse(readFileSync(file, 'utf8'));
const data = rows.map((row, id) => ({ id, ...row }));
const touchstone = new TouchstoneRuntime({ plugins: [classic(), retrieval()] });
const columns = { id: 'id', predictions: 'predictions', targets: 'targets' };

const started = performance.now();
const { metrics } = await touchstone.evaluate({ ...columns, data, modelType, evaluatorConfig: { retrieverK: 10 } });
const seconds = (performance.now() - started) / 1_000;
console.log(JSON.stringify({ seconds, metrics }));
