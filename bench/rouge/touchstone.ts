// node bench/rouge/touchstone.ts <file of pairs> <seconds>: milliseconds a pair, by metric.
import { readFileSync } from 'node:fs';
import { rouge1, rouge2, rougeL, rougeLsum } from '@touchstone/metric-rouge';
import { scoreRow } from '../score-row.ts';
import { msPerPair } from './ms-per-pair.ts';
import type { TextPair } from './texts.ts';

const pairs: readonly TextPair[] = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const seconds = Number(process.argv[3]);

const all = [rouge1, rouge2, rougeL, rougeLsum].map((make) => make());
const result: Record<string, number> = { all: msPerPair(pairs, seconds, score(all)) };
for (const metric of all) result[metric.name] = msPerPair(pairs, seconds, score([metric]));
console.log(JSON.stringify(result));

function score(metrics: readonly (typeof all)[number][]): (pair: TextPair) => void {
  return ({ prediction, target }) => scoreRow(metrics, { predictions: prediction, targets: target });
}
