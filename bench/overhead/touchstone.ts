// node bench/overhead/touchstone.ts <rows> <memory|sqlite>: milliseconds a row of one evaluation in a fresh process.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate, memoryStore, metric } from '@touchstone/core';
import { sqlite } from '@touchstone/store-sqlite';
import { makeRows } from './rows.ts';

const rows = Number(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), 'touchstone-bench-'));
const sameLength = metric('same_length', ({ predictions, targets }) => predictions.length === targets.length, {
  needs: ['predictions', 'targets'],
});

const data = makeRows(rows);
const store = process.argv[3] === 'sqlite' ? sqlite(join(folder, 'runs.db')) : memoryStore();
const started = performance.now();
const result = await evaluate({
  data,
  model: async ({ question }) => question,
  targets: 'target',
  extraMetrics: [sameLength],
  store,
});
const elapsed = performance.now() - started;

await store[Symbol.asyncDispose]();
rmSync(folder, { recursive: true });
if (result.coverage.same_length?.scored !== rows)
  throw new Error(`only ${JSON.stringify(result.coverage)} of ${rows} rows were scored.`);
console.log(elapsed / rows);
