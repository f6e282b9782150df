// node bench/store/fill.ts <file> <runs> <rows>: a store with so many small finished runs, and a last one with so many rows.
import { evaluate, metric } from '@touchstone/core';
import { sqlite } from '@touchstone/store-sqlite';

const [file = '', runs, rows] = process.argv.slice(2);
const store = sqlite(file);
const sameLength = metric('same_length', ({ predictions, targets }) => predictions.length === targets.length, {
  needs: ['predictions', 'targets'],
});

for (let run = 0; run < Number(runs); run++) await evaluateRows(10);
await evaluateRows(Number(rows));
await store[Symbol.asyncDispose]();
console.log(JSON.stringify('filled'));

async function evaluateRows(count: number): Promise<void> {
  await evaluate({
    data: () => makeRows(count),
    targets: 'target',
    predictions: 'prediction',
    extraMetrics: [sameLength],
    store,
  });
}

function* makeRows(count: number) {
  for (let n = 0; n < count; n++) yield { inputs: `question ${n}`, target: `target ${n}`, prediction: `answer ${n % 100}` };
}
