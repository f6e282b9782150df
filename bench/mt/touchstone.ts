// node bench/mt/touchstone.ts <file of pairs by metric> <seconds>: milliseconds a pair, by metric.
import { readFileSync } from 'node:fs';
import { bleu, chrf, chrfpp, sacrebleu, ter } from '@touchstone/metric-text';
import { msPerPair } from '../rouge/ms-per-pair.ts';
import type { TextPair } from '../rouge/texts.ts';
import { scoreRow } from '../score-row.ts';

const pairs: Readonly<Record<string, readonly TextPair[]>> = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const seconds = Number(process.argv[3]);

const result: Record<string, number> = {};
for (const metric of [bleu(), sacrebleu(), chrf(), chrfpp(), ter()]) {
  result[metric.name] = msPerPair(pairs[metric.name] ?? [], seconds, ({ prediction, target }) =>
    scoreRow([metric], { predictions: prediction, targets: target }),
  );
}
console.log(JSON.stringify(result));
