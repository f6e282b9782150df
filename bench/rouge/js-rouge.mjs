// Runs in a folder that has js-rouge: <file of pairs> <seconds> → milliseconds a pair, by metric.
import { readFileSync } from 'node:fs';
import { l, n } from 'js-rouge';
import { msPerPair } from './ms-per-pair.ts';

const pairs = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const seconds = Number(process.argv[3]);

// Its L is over the sentences of a summary, as rougeLsum.
const metrics = {
  rouge1: ({ prediction, target }) => n(prediction, target, { n: 1 }),
  rouge2: ({ prediction, target }) => n(prediction, target, { n: 2 }),
  rougeLsum: ({ prediction, target }) => l(prediction, target, {}),
};
const result = {
  all: msPerPair(pairs, seconds, (pair) => {
    for (const score of Object.values(metrics)) score(pair);
  }),
};
for (const [name, score] of Object.entries(metrics)) result[name] = msPerPair(pairs, seconds, score);
console.log(JSON.stringify(result));
