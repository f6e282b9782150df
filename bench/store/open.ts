// node bench/store/open.ts <file>: milliseconds from opening a store to the list of all its runs, and how many there are.
import { sqlite } from '@touchstone/store-sqlite';

const started = performance.now();
const store = sqlite(process.argv[2] ?? '');
const runs = await store.catalog.find({});
const elapsed = performance.now() - started;
await store[Symbol.asyncDispose]();
console.log(JSON.stringify({ milliseconds: elapsed, runs: runs.length }));
