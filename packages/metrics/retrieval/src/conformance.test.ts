import { metricConformance, pluginConformance } from '@touchstone/testing';
import retrieval, {
  averagePrecision,
  hitRate,
  ndcgAtK,
  precisionAtK,
  recallAtK,
  reciprocalRank,
  rPrecision,
  standardNdcg,
} from './index.ts';

pluginConformance(retrieval, { manifest: new URL('../package.json', import.meta.url) });

const examples = [
  { row: { predictions: ['a', 'b', '문서'], targets: ['문서'] } },
  { row: { predictions: ['x', 'a', 'y', 'b'], targets: ['a', 'b'] } },
];
const variants = [{ options: { k: 1 } }];

metricConformance(precisionAtK, {
  examples: [{ row: { predictions: ['a', 'x'], targets: ['a'] }, score: 0.5 }, ...examples],
  variants,
});
metricConformance(recallAtK, { examples, variants });
metricConformance(ndcgAtK, { examples, variants });
metricConformance(standardNdcg, { examples });
metricConformance(reciprocalRank, { examples: [{ row: { predictions: ['x', 'a'], targets: ['a'] }, score: 0.5 }, ...examples] });
metricConformance(averagePrecision, { examples });
metricConformance(hitRate, { examples });
metricConformance(rPrecision, { examples });
