export type { DocumentId, RelevanceCell } from './documents.ts';
export { default } from './plugin.ts';
export {
  type AtKOptions,
  averagePrecision,
  type CutOptions,
  hitRate,
  type NdcgOptions,
  ndcgAtK,
  precisionAtK,
  recallAtK,
  reciprocalRank,
  rPrecision,
  standardNdcg,
} from './retrieval-metrics.ts';
export type { Gain } from './standard-ranking.ts';
