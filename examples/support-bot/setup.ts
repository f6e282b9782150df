// What evaluate.ts, the notebook and touchstone.config.ts have in common.
import { join } from 'node:path';
import { definePlugin } from '@touchstone/core';
import readability from '@touchstone/metric-readability';
import text from '@touchstone/metric-text';
import tokens from '@touchstone/metric-tokens';
import toxicity from '@touchstone/metric-toxicity';
import openai, { type OpenAIOptions } from '@touchstone/model-openai';
import prices from '@touchstone/price-genai';
import { byTopic } from './by-topic.ts';

/** The questions, and how they are scored: the preset, and what the evaluator `by-topic` brings. */
export const questions = {
  data: join(import.meta.dirname, 'questions.jsonl'),
  id: 'id',
  inputs: 'question',
  targets: 'ground_truth',
  modelType: 'question-answering',
  limits: { maxCost: { usd: 2 } },
} as const;

export function pluginsFor(provider: OpenAIOptions) {
  const ours = definePlugin({ name: 'support-bot', evaluators: [byTopic] });
  return [openai(provider), prices(), text(), tokens(), readability(), toxicity(), ours];
}
