import type { ModelType } from '../contracts/index.ts';

const tokens = { name: 'token_count', package: '@touchstone/metric-tokens' };
const toxicity = { name: 'toxicity', package: '@touchstone/metric-toxicity' };
const fleschKincaid = { name: 'flesch_kincaid_grade_level', package: '@touchstone/metric-readability' };
const ari = { name: 'ari_grade_level', package: '@touchstone/metric-readability' };
const exactMatch = { name: 'exact_match', package: '@touchstone/metric-text' };
const text = [tokens, toxicity, fleschKincaid, ari];
const rouge = ['rouge1', 'rouge2', 'rougeL', 'rougeLsum'].map((name) => ({ name, package: '@touchstone/metric-rouge' }));
const retrieval = ['precision_at_k', 'recall_at_k', 'ndcg_at_k'].map((name) => ({
  name,
  package: '@touchstone/metric-retrieval',
  configured: { k: 'retrieverK' },
}));
const classic = '@touchstone/evaluator-classic';
const pairwise = '@touchstone/evaluator-pairwise';

/** MLflow's model types and their default sets, in the order in which MLflow computes them, and ours. Data only: nothing is imported by these names. */
export const presetTable: readonly ModelType[] = [
  { name: 'question-answering', metrics: [...text, exactMatch] },
  { name: 'text-summarization', metrics: [...text, ...rouge] },
  { name: 'text', metrics: text },
  { name: 'retriever', metrics: retrieval },
  { name: 'classifier', metrics: [], evaluator: { name: 'classifier', package: classic } },
  { name: 'regressor', metrics: [], evaluator: { name: 'regressor', package: classic } },
  { name: 'pairwise', metrics: [], evaluator: { name: 'pairwise', package: pairwise } },
];

/** Packs of metrics that no model type brings, for the install hint when one is asked for by name. */
export const knownMetrics: Readonly<Record<string, string>> = Object.fromEntries([
  ...presetTable.flatMap((type) => type.metrics.map((metric) => [metric.name, metric.package])),
  ...[
    'flesch_reading_ease',
    'gunning_fog',
    'smog_index',
    'coleman_liau_index',
    'dale_chall_readability_score',
    'linsear_write_formula',
  ].map((name) => [name, '@touchstone/metric-readability']),
  ...[
    ...[
      'answer_similarity',
      'answer_correctness',
      'faithfulness',
      'answer_relevance',
      'relevance',
      'guidelines',
      'g_eval',
      'safety',
    ],
    ...['correctness', 'equivalence', 'conciseness', 'coherence', 'fluency', 'refusal', 'summarization_quality'],
  ].map((name) => [name, '@touchstone/metric-genai']),
  ['preference', pairwise],
  ['profanity', '@touchstone/metric-toxicity'],
  ...['embedding_similarity', 'embedding_distance', 'near_duplicates', 'output_diversity'].map((name) => [
    name,
    '@touchstone/metric-embedding',
  ]),
  ...['contains', 'regex_match', 'levenshtein_distance', 'levenshtein_similarity', 'length_ratio'].map((name) => [
    name,
    '@touchstone/metric-text',
  ]),
  ...['json_validity', 'json_equality', 'json_schema_validation'].map((name) => [name, '@touchstone/metric-text']),
  ...['word_count', 'character_count', 'grapheme_count'].map((name) => [name, '@touchstone/metric-tokens']),
  ...['standard_ndcg', 'reciprocal_rank', 'average_precision', 'hit_rate', 'r_precision'].map((name) => [
    name,
    '@touchstone/metric-retrieval',
  ]),
  ...[
    ...['accuracy_score', 'precision_score', 'recall_score', 'f1_score', 'log_loss', 'roc_auc', 'precision_recall_auc'],
    ...['balanced_accuracy', 'matthews_corrcoef', 'cohen_kappa'],
    ...['mean_absolute_error', 'mean_squared_error', 'root_mean_squared_error', 'mean_absolute_percentage_error'],
    ...['r2_score', 'max_error'],
  ].map((name) => [name, classic]),
]);

/** URI schemes of the standard model packs, for the install hint. */
export const knownSchemes: Readonly<Record<string, string>> = {
  openai: '@touchstone/model-openai',
  'azure-openai': '@touchstone/model-azure-openai',
  anthropic: '@touchstone/model-anthropic',
  huggingface: '@touchstone/model-huggingface',
  http: '@touchstone/model-http',
  https: '@touchstone/model-http',
  'ai-sdk': '@touchstone/model-ai-sdk',
};

/** Packs whose models are objects of a program, and not known by a URI: package → how such a model is written. */
export const modelsFromCode: Readonly<Record<string, string>> = { '@touchstone/model-ai-sdk': 'aiSdk(model)' };

/** File types that a pack reads and core does not, for the install hint. */
export const knownFileTypes: Readonly<Record<string, string>> = Object.fromEntries(
  ['.csv', '.tsv', '.parquet', '.arrow', '.arrows', '.feather', '.gz'].map((extension) => [
    extension,
    '@touchstone/dataset-files',
  ]),
);

/** Options of files that a pack takes and core does not, for the install hint. */
export const fileOptionPacks: Readonly<Record<string, string>> = Object.fromEntries(
  ['encoding', 'delimiter', 'types'].map((option) => [option, '@touchstone/dataset-files']),
);
