// node bench/rouge/touchstone.ts <file of pairs> <seconds>: milliseconds a pair, by metric.
import { readFileSync } from 'node:fs';
import type { Item, RowMetric, ScoreContext, Work } from '@touchstone/core';
import { rouge1, rouge2, rougeL, rougeLsum } from '@touchstone/metric-rouge';
import { msPerPair } from './ms-per-pair.ts';
import type { TextPair } from './texts.ts';

const pairs: readonly TextPair[] = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const seconds = Number(process.argv[3]);

const noWork: Work = {
  rowKey: '',
  trial: 0,
  signal: new AbortController().signal,
  log: { info: () => undefined, warn: () => undefined },
  random: () => 0,
  ask: () => Promise.reject(new Error('ROUGE asks nobody.')),
};
const noModels: ScoreContext = {
  model: () => {
    throw new Error('ROUGE has no models.');
  },
};

const all = [rouge1, rouge2, rougeL, rougeLsum].map((make) => make());
const result: Record<string, number> = { all: msPerPair(pairs, seconds, score(all)) };
for (const metric of all) result[metric.name] = msPerPair(pairs, seconds, score([metric]));
console.log(JSON.stringify(result));

/** As the engine scores a row: one item, on which the metrics share their tokens. */
function score(metrics: readonly (typeof all)[number][]): (pair: TextPair) => void {
  return ({ prediction, target }) => {
    const item: Item = {
      columns: { predictions: prediction, targets: target },
      scores: {},
      prediction: { latencyMs: 0 },
      work: noWork,
    };
    for (const metric of metrics) if (isRowMetric(metric)) metric.scoreItems([item], noModels);
  };
}

function isRowMetric(metric: { readonly form: string }): metric is RowMetric {
  return metric.form === 'row';
}
