import { metricConformance, pluginConformance } from '@touchstone/testing';
import rouge, { rouge1, rouge2, rougeL, rougeLsum } from './index.ts';

pluginConformance(rouge, { manifest: new URL('../package.json', import.meta.url) });

const examples = [
  { row: { predictions: 'The cats were sitting on the mat', targets: 'The cat sat on the mat' } },
  { row: { predictions: '환불은 14일 안에 됩니다', targets: '14일 안에 환불됩니다' } },
  { row: { predictions: 'no word of it', targets: 'something else' }, score: 0 },
];
const variants = [
  { options: { tokenizer: 'unicode' }, changesScores: true },
  { options: { useStemmer: true }, changesScores: true },
];

metricConformance(rouge1, { examples, variants });
metricConformance(rouge2, { examples, variants: variants.slice(0, 1) });
metricConformance(rougeL, { examples, variants });
metricConformance(rougeLsum, { examples, variants });
