import { defineMetric, type ScoreResult, skipped } from '@touchstone/core';
import { type Encoding, vocabularyOf } from './encoding.ts';
import { splitPatterns } from './split-pattern.ts';
import { createTokenCounter, LONGEST_STRETCH, type TokenCounter } from './token-counter.ts';
import { loadVocabulary, type VocabularyName } from './vocabulary.ts';

/** Options of {@link tokenCount}. At most one of them. */
export interface TokenCountOptions {
  /** An encoding of tiktoken. Default: `'cl100k_base'`, which MLflow counts with. */
  readonly encoding?: Encoding | undefined;
  /** The OpenAI model whose encoding counts: `'gpt-5-mini'`, `'openai:/gpt-4o'`, a fine-tuned one's full name. */
  readonly model?: string | undefined;
}

/**
 * Tokens of the prediction, as tiktoken counts them. What looks like a special token (`<|endoftext|>`) is ordinary text, as in
 * `encode_ordinary`; tiktoken's `encode`, and so MLflow, fails there.
 *
 * The vocabulary is read when the first row comes; after that, scoring is synchronous. Keys and column are MLflow's: `token_count/mean`,
 * `/variance`, `/p90`, and the table column `token_count`. `greaterIsBetter` is MLflow's as well, and says nothing of quality.
 *
 * @throws TouchstoneError `bad-option` for an unknown encoding, or a model whose encoding is not known
 * @example
 * await tokenCount({ model: 'gpt-5-mini' }).score({ predictions: '서울은 한국의 수도입니다.' }); // 7
 */
export const tokenCount = defineMetric({
  name: 'token_count',
  description: 'Tokens of the prediction',
  greaterIsBetter: true,
  options: { encoding: undefined, model: undefined } as TokenCountOptions,
  needs: ['predictions'],
  scoreColumn: 'token_count',
  signature: (options) => ({ encoding: vocabularyOf(options) }),
  from: { module: '@touchstone/metric-tokens', export: 'tokenCount', url: import.meta.url },
  scoreRow({ predictions }, { options }) {
    const vocabulary = vocabularyOf(options);
    const counter = counters.get(vocabulary);
    if (counter !== undefined) return scoreOf(counter(predictions));
    return loadCounter(vocabulary).then((loaded) => scoreOf(loaded(predictions)));
  },
});

function scoreOf(count: number | undefined): ScoreResult {
  const most = LONGEST_STRETCH.toLocaleString('en');
  return count ?? skipped(`the text has more than ${most} characters in a row without the end of a word`, 'too-long');
}

const counters = new Map<VocabularyName, TokenCounter>();
const loading = new Map<VocabularyName, Promise<TokenCounter>>();

/** Rows that come while the vocabulary is read wait for the same reading. One that failed is tried again. */
function loadCounter(name: VocabularyName): Promise<TokenCounter> {
  const pending = loading.get(name);
  if (pending !== undefined) return pending;
  const reading = loadVocabulary(name).then((vocabulary) => {
    const counter = createTokenCounter(vocabulary, splitPatterns[name]);
    counters.set(name, counter);
    return counter;
  });
  loading.set(name, reading);
  reading.catch(() => loading.delete(name));
  return reading;
}
