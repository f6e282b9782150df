// node bench/store/append.ts <memory|sqlite> <scores>: { "scoresPerSecond", "bytesPerScore" } of a journal that only gets scores.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryStore, type ScoreEntry } from '@touchstone/core';
import { sqlite } from '@touchstone/store-sqlite';
import { samplePlan, sampleRun } from '@touchstone/testing';

const METRICS = 8;
const ROWS_AT_ONCE = 4_000;

const rows = Number(process.argv[3]) / METRICS;
const folder = mkdtempSync(join(tmpdir(), 'touchstone-bench-'));
const file = join(folder, 'runs.db');
const store = process.argv[2] === 'sqlite' ? sqlite(file) : memoryStore();
const writer = await store.catalog.create(sampleRun());
const journal = await writer.journal(0, samplePlan(METRICS));
const empty = process.argv[2] === 'sqlite' ? statSync(file).size : 0;

let elapsed = 0;
for (let from = 0; from < rows; from += ROWS_AT_ONCE) {
  const entries = makeScores(from, Math.min(ROWS_AT_ONCE, rows - from));
  const started = performance.now();
  await journal.append(entries);
  elapsed += performance.now() - started;
}
await writer[Symbol.asyncDispose]();
await store[Symbol.asyncDispose]();
const bytes = process.argv[2] === 'sqlite' ? statSync(file).size - empty : Number.NaN;
rmSync(folder, { recursive: true });
console.log(JSON.stringify({ scoresPerSecond: (1_000 * rows * METRICS) / elapsed, bytesPerScore: bytes / (rows * METRICS) }));

function makeScores(from: number, count: number): readonly ScoreEntry[] {
  return Array.from({ length: count * METRICS }, (_, index) => ({
    type: 'score',
    ordinal: from + Math.floor(index / METRICS),
    trial: 0,
    metric: index % METRICS,
    score: { status: 'scored', value: (index % 97) / 97 },
  }));
}
