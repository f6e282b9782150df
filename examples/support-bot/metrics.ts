// What a good answer of this bot is, in three metrics of our own.
import { defineMetric, skipped } from '@touchstone/core';
import { makeGenaiMetric } from '@touchstone/metric-genai';
import { facts } from './facts.ts';
import { JUDGE_MODEL } from './prompts.ts';

/** Judged by a language model, with a rubric that is about our customers and not about texts in general. */
export const resolves = makeGenaiMetric({
  name: 'resolves',
  definition:
    'Whether the customer can go on with this answer alone: it gives what the reference answer (targets) gives, with the same numbers and times, and promises nothing else.',
  gradingPrompt: `Score 1: it says something else than the reference, or promises what the reference does not.
Score 2: it is about the right subject, but the customer cannot read it or cannot act on it.
Score 3: it has part of what the reference says.
Score 4: it has all that matters, but something beside it that was not asked for.
Score 5: it has all that the reference says, and the customer needs to ask nothing more.`,
  examples: [
    {
      input: 'Can I pay in cash?',
      output: 'Thank you for your question! Payment is easy with us.',
      score: 1,
      justification: 'The reference says no; the output promises something else.',
      gradingContext: { targets: 'No, by card or bank transfer only.' },
    },
  ],
  gradingContextColumns: ['targets'],
  model: JUDGE_MODEL,
});

/**
 * Whether an answer is in the language of the question: mostly Hangul for Korean, mostly Latin letters for English.
 * It counts letters, and knows nothing of other languages in the same script.
 */
export const inLanguage = defineMetric({
  name: 'in_language',
  version: 'v1',
  greaterIsBetter: true,
  needs: ['predictions', 'language'],
  scoreRow({ predictions, language }) {
    const hangul = predictions.match(/\p{Script=Hangul}/gu)?.length ?? 0;
    const latin = predictions.match(/\p{Script=Latin}/gu)?.length ?? 0;
    if (hangul + latin === 0) return skipped('no letters');
    return language === 'ko' ? hangul > latin : latin > hangul;
  },
});

const policies = new Set(facts.map(({ policy }) => policy));

/** Whether an answer cites an entry that the handbook has. Questions that the handbook does not answer are skipped. */
export const citesPolicy = defineMetric({
  name: 'cites_policy',
  version: 'v1',
  greaterIsBetter: true,
  options: { policies: [...policies] },
  needs: ['predictions', 'topic'],
  scoreRow({ predictions, topic }) {
    if (topic === 'other') return skipped('nothing to cite');
    return [...predictions.matchAll(/\[(\w+)\]/gu)].some(([, policy = '']) => policies.has(policy));
  },
});
