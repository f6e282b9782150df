// node bench/mt/touchstone.ts <file of pairs by metric> <seconds>: milliseconds a pair, by metric.
import { readFileSync } from 'node:fs';
import { bleu, chrf, chrfpp, sacrebleu, ter } from '@touchstone/metric-text';
import { msPerPair } from '../rouge/ms-per-pair.ts';
import type { TextPair } from '../rouge/texts.ts';
import { scoreRow } from '../score-row.ts';

const pairs: Readonly<Record<string, readonly TextPair[]>> = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const seconds = Number(process.argv[3]);

const metrics = [bleu(), sacrebleu(), chrf(), chrfpp(), ter()];
const measure = (metric: (typeof metrics)[number], time: number): number =>
  msPerPair(pairs[metric.name] ?? [], time, ({ prediction, target }) =>
    scoreRow([metric], { predictions: prediction, targets: target }),
  );

// They share code, so the first one would pay for the compiler's work on all.
for (const metric of metrics) measure(metric, seconds / 4);
console.log(JSON.stringify(Object.fromEntries(metrics.map((metric) => [metric.name, measure(metric, seconds)]))));
