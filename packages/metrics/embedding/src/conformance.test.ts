import { metricConformance, pluginConformance } from '@touchstone/testing';
import embedding, { embeddingDistance, embeddingSimilarity, nearDuplicates, outputDiversity } from './index.ts';

pluginConformance(embedding, { manifest: new URL('../package.json', import.meta.url) });

const pairs = [
  { row: { predictions: 'The cat sat on the mat.', targets: 'A cat is sitting on a mat.' } },
  { row: { predictions: 'Stocks fell sharply on Monday.', targets: 'A cat is sitting on a mat.' } },
];

metricConformance(embeddingSimilarity, { examples: pairs });
metricConformance(embeddingDistance, { examples: pairs });
metricConformance(nearDuplicates, { examples: pairs });
metricConformance(outputDiversity, { examples: pairs });
