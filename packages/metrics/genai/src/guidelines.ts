import { type CommonMetricOptions, type DefinedMetric, type Json, TouchstoneError } from '@touchstone/core';
import { plainOptions } from '@touchstone/judging';
import { rubricMetric } from './make-genai-metric.ts';
import type { PanelOptions } from './panel-options.ts';

/** Options of {@link guidelines}. */
export interface GuidelinesOptions extends PanelOptions, CommonMetricOptions {
  /** Rules that an output keeps or breaks, each by itself: `['The answer is in Korean.', 'No prices are named.']`. */
  readonly guidelines: readonly string[];
  /** Kept with the definition. */
  readonly metricMetadata?: Readonly<Record<string, Json>> | undefined;
}

/**
 * Whether the output keeps all of your rules: `true` or `false`, with the broken ones in the justification. Each rule is decided by itself.
 * One metric a rule, `guidelines({ name: 'korean', guidelines: ['The answer is in Korean.'] })`, gives each its own share.
 *
 * @throws TouchstoneError `bad-option` without a rule
 * @example guidelines({ guidelines: ['The answer is in Korean.', 'No prices are named.'], model: 'openai:/gpt-5' })
 */
function makeGuidelines(options: GuidelinesOptions): DefinedMetric<'guidelines', Readonly<Record<'predictions', unknown>>> {
  const { guidelines: rules, name: called, ...own } = options ?? {};
  if (!Array.isArray(rules) || rules.length === 0 || !rules.every((rule) => typeof rule === 'string' && rule.trim() !== '')) {
    throw new TouchstoneError(
      'bad-option',
      "guidelines: name at least one rule, as in guidelines: ['The answer is in Korean.', 'No prices are named.'].",
    );
  }
  const made = { export: 'guidelines', options: plainOptions(options) };
  const definition = {
    ...own,
    name: 'guidelines',
    definition:
      'An output keeps the guidelines if it keeps every one of the rules below. Decide rule by rule, by its words; a rule that does not apply to this output is kept.',
    gradingPrompt: `The rules:
${rules.map((rule, index) => `${index + 1}. ${rule}`).join('\n')}

Guidelines, yes or no. Say of each rule by its number whether it passes or fails, and why; then:
- yes: all of them pass.
- no: at least one fails.`,
    scale: 'boolean' as const,
  };
  return rubricMetric(definition, made, { called }) as DefinedMetric<'guidelines', Readonly<Record<'predictions', unknown>>>;
}

export const guidelines = Object.assign(makeGuidelines, { metricName: 'guidelines' as const });
