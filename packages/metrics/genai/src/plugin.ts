import { DEFAULT_JUDGE, definePlugin, type Json, type LanguageModel, versionOf } from '@touchstone/core';
import { answerCorrectness } from './answer-correctness.ts';
import { answerRelevance } from './answer-relevance.ts';
import { answerSimilarity } from './answer-similarity.ts';
import { coherence } from './coherence.ts';
import { conciseness } from './conciseness.ts';
import { correctness } from './correctness.ts';
import { equivalence } from './equivalence.ts';
import { faithfulness } from './faithfulness.ts';
import { fluency } from './fluency.ts';
import { gEval } from './g-eval.ts';
import { guidelines } from './guidelines.ts';
import { refusal } from './refusal.ts';
import { relevance } from './relevance.ts';
import { safety } from './safety.ts';
import { summarizationQuality } from './summarization-quality.ts';

/** What the plug-in takes. */
export interface GenaiOptions {
  /**
   * The judge of all judge metrics that do not name their own, also those of other packs: a URI, or a language model.
   * There is no default: which model judges is your choice, because it is your money and your numbers.
   */
  readonly judge?: string | LanguageModel;
  /** Of a judge by URI: options of its adapter and parameters of its requests, as in `modelOptions` of `evaluate`. */
  readonly judgeOptions?: Readonly<Record<string, Json>>;
}

/**
 * Judge metrics by name, and the default judge.
 *
 * @example createTouchstone({ plugins: [anthropic(), genai({ judge: 'anthropic:/claude-sonnet-5' })] })
 */
export default function genai({ judge, judgeOptions }: GenaiOptions = {}) {
  return definePlugin({
    name: '@touchstone/metric-genai',
    version: versionOf(import.meta.url),
    metrics: [
      ...([answerSimilarity, answerCorrectness, faithfulness, answerRelevance, relevance] as const),
      ...([safety, correctness, equivalence, conciseness, coherence, fluency, refusal, summarizationQuality] as const),
    ] as const,
    register: (registry) => {
      // They have no default rules or criteria, so they need options.
      registry.metric(guidelines.metricName, (options) => guidelines(options as never));
      registry.metric('g_eval', (options) => gEval(options as never));
      if (judge !== undefined) {
        registry.provide(DEFAULT_JUDGE, { model: judge, ...(judgeOptions === undefined ? {} : { options: judgeOptions }) });
      }
    },
  });
}
