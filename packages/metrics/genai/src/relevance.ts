import { judgeMetric } from './judge-metric.ts';

const INPUT = 'What does the warranty of the drill cover?';
const CONTEXT =
  'The drill has a warranty of two years from the day of purchase. It covers faults of material and manufacture. Batteries are covered for six months; wear and damage by misuse are not covered.';

/**
 * How relevant the output is to the input and to the context, from 1 to 5. MLflow's metric with a rubric of our own at the same levels.
 *
 * @example relevance({ columns: { context: 'passages' } })
 */
export const relevance = judgeMetric({
  name: 'relevance',
  export: 'relevance',
  definition:
    'Relevance is how well the output fits both the input and the context: whether it answers what the input asks, with what the context offers for it, and leaves aside what matters to neither.',
  gradingPrompt: `Relevance by score:
- Score 1: the output does not take up the input, or has nothing to do with the context.
- Score 2: the output touches on the input, and is somewhat related to the context.
- Score 3: the output answers most of the input, and agrees largely with the context.
- Score 4: the output answers the input, and agrees with the context.
- Score 5: the output answers the input in full, making use of the context for it.`,
  examples: [
    {
      input: INPUT,
      output: 'Drills of this kind have two speeds, and the battery of ours can be bought separately.',
      score: 2,
      justification:
        'It is about the drill and its battery, as the context is, and it does not say what the warranty covers, which was the question.',
      gradingContext: { context: CONTEXT },
    },
    {
      input: INPUT,
      output: 'Faults of material and manufacture, for two years.',
      score: 4,
      justification:
        'It answers the question and agrees with the context. The shorter time for batteries and what is not covered are left out, so that it does not make full use of the context.',
      gradingContext: { context: CONTEXT },
    },
  ],
  columns: ['context'],
  includeInput: true,
});
