import { type CommonMetricOptions, type DefinedMetric, type Json, type Score, TouchstoneError } from '@touchstone/core';
import { plainOptions, refuseUnknownOptions } from '@touchstone/judging';
import { rubricMetric } from './make-genai-metric.ts';
import { type PanelOptions, panelOptions } from './panel-options.ts';

/** Options of {@link guidelines}. */
export interface GuidelinesOptions extends PanelOptions, CommonMetricOptions {
  /** Rules that an output keeps or breaks, each by itself: `['The answer is in Korean.', 'No prices are named.']`. */
  readonly guidelines: readonly string[];
  /** Kept with the definition. */
  readonly metricMetadata?: Readonly<Record<string, Json>> | undefined;
}

/**
 * Whether the output keeps all of your rules: `true` or `false`. Each rule is decided by itself, and `details.rules` says which one passes.
 * One metric a rule, `guidelines({ name: 'korean', guidelines: ['The answer is in Korean.'] })`, gives each its own share.
 *
 * @throws TouchstoneError `bad-option` without a rule
 * @example guidelines({ guidelines: ['The answer is in Korean.', 'No prices are named.'], model: 'openai:/gpt-5' })
 */
function makeGuidelines(options: GuidelinesOptions): GuidelinesMetric {
  const { guidelines: rules, name: called, ...own } = options ?? {};
  refuseUnknownOptions('guidelines', own, [...panelOptions, 'metricMetadata']);
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

Guidelines, yes or no. In the justification write one line a rule, with its number, pass or fail, and why:
1: pass, because …
2: fail, because …
Then:
- yes: all of them pass.
- no: at least one fails.`,
    scale: 'boolean' as const,
  };
  const metric = rubricMetric(definition, made, { called });
  if (metric.form !== 'row') return metric as GuidelinesMetric;
  return {
    ...metric,
    scoreItems: async (items, context) => (await metric.scoreItems(items, context)).map((score) => ruleByRule(score, rules)),
    score: async (row) => ruleByRule(await metric.score(row), rules),
  } as GuidelinesMetric;
}

type GuidelinesMetric = DefinedMetric<'guidelines', Readonly<Record<'predictions', unknown>>>;

/** `1: pass, because …`, also in a list, in bold, or as `Rule 1 passes`. */
const VERDICT =
  /(?:^|[\n;])[\s>*_#"'-]*(?:rule|guideline|규칙)?\s*(\d+)\s*[*_]*\s*[:.)\-–—]?\s*[*_]*(pass|fail)(?:es|ed|s)?\b/giu;

/** The verdict on each rule, in the details; a judge whose verdicts contradict its score has given none. */
function ruleByRule(score: Score, rules: readonly string[]): Score {
  // A panel's justification holds what several say; each judge's own stands in its details.
  if (score.status !== 'scored' || 'judges' in Object(score.details)) return score;
  const verdicts = new Map<number, boolean>();
  for (const [, number, word] of (score.justification ?? '').matchAll(VERDICT)) {
    const passes = word?.toLowerCase() === 'pass';
    const known = verdicts.get(Number(number));
    // Said twice, in two ways: then it is not known.
    if (known !== undefined && known !== passes) return score;
    verdicts.set(Number(number), passes);
  }
  const all = rules.map((rule, index) => ({ rule, passes: verdicts.get(index + 1) }));
  if (all.some(({ passes }) => passes === undefined)) return score;
  const details: Json = JSON.parse(JSON.stringify({ ...Object(score.details), rules: all }));
  if (all.every(({ passes }) => passes) === score.value) return { ...score, details };
  const message = `guidelines: the judge says ${score.value === true ? 'yes' : 'no'}, and of its rules that ${all.map(({ passes }, index) => `${index + 1} ${passes ? 'passes' : 'fails'}`).join(', ')}`;
  return { status: 'failed', error: { code: 'judge-contradicts-itself', message, retryable: true, details } };
}

export const guidelines = Object.assign(makeGuidelines, { metricName: 'guidelines' as const });
