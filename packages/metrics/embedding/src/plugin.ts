import { definePlugin, versionOf } from '@touchstone/core';
import { embeddingDistance, embeddingSimilarity } from './embedding-similarity.ts';
import { nearDuplicates } from './near-duplicates.ts';
import { outputDiversity } from './output-diversity.ts';

/** Metrics over sentence embeddings. @example createTouchstone({ plugins: [embedding()] }) */
export default function embedding() {
  return definePlugin({
    name: '@touchstone/metric-embedding',
    version: versionOf(import.meta.url),
    metrics: [embeddingSimilarity, embeddingDistance, nearDuplicates, outputDiversity],
  });
}
