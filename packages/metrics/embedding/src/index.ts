export {
  type EmbeddingDistanceOptions,
  type EmbeddingSimilarityOptions,
  embeddingDistance,
  embeddingSimilarity,
} from './embedding-similarity.ts';
export { type NearDuplicatesOptions, nearDuplicates } from './near-duplicates.ts';
export { type OutputDiversityOptions, outputDiversity } from './output-diversity.ts';
export { default } from './plugin.ts';
export type { EmbeddingOptions } from './text-vectors.ts';
