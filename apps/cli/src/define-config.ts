import type { EvaluateRequest, Plugin, SweepRequest } from '@touchstone/core';

/**
 * One named evaluation of a config: the options of `evaluate`, but for those that the command line itself decides. With `models` or
 * `prompts` it is a sweep: a run each, and a comparison.
 */
export type ConfiguredEvaluation = Omit<EvaluateRequest, 'store' | 'resume' | 'signal' | 'onProgress'> &
  Pick<SweepRequest, 'models' | 'prompts'>;

type TouchstoneJudge = NonNullable<EvaluateRequest['judge']>;

export interface TouchstoneConfig {
  /**
   * Besides what the command line brings: data files, text metrics, token counts, ROUGE, readability, judges, prices. One with the name of
   * those replaces it: `prices({ overrides: { 'openai:/our-fine-tune': { input: 0.5, output: 2 } } })`, in dollars a million tokens.
   */
  readonly plugins?: readonly Plugin[];
  /** By the name that `touchstone run NAME` asks for. Paths are relative to the config file. */
  readonly evaluations?: Readonly<Record<string, ConfiguredEvaluation>>;
  /** The judge of judge metrics that do not name their own, for all evaluations: a URI, or a language model. */
  readonly judge?: TouchstoneJudge;
  /** The store's file, relative to the config file; default `.touchstone/touchstone.db` in the working directory. */
  readonly store?: string;
}

/**
 * The type of `touchstone.config.ts`, checked and completed by the editor.
 *
 * @example
 * export default defineConfig({
 *   evaluations: { smoke: { data: 'smoke.jsonl', targets: 'answer', predictions: 'output', extraMetrics: ['rougeL'] } },
 * });
 */
export function defineConfig(config: TouchstoneConfig): TouchstoneConfig {
  return config;
}
