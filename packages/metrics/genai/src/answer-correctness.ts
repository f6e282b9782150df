import { judgeMetric } from './judge-metric.ts';

const INPUT = 'When and where was the first modern Olympics?';
const TARGET = 'The first modern Olympic Games took place in Athens in April 1896. Athletes of 14 nations took part.';

/**
 * How right the output is in its facts, held against the target, from 1 to 5. MLflow's metric with a rubric of our own at the same levels.
 *
 * @example answerCorrectness({ model: 'anthropic:/claude-sonnet-5' })
 */
export const answerCorrectness = judgeMetric({
  name: 'answer_correctness',
  export: 'answerCorrectness',
  definition:
    'Answer correctness is how right the output is in what it states, held against the targets, which are true. An output is more correct the more of the targets it states, and the less it states that contradicts them.',
  gradingPrompt: `Answer correctness by score:
- Score 1: the output is wrong, or contradicts the targets.
- Score 2: the output is right in a part, and has large gaps or errors.
- Score 3: the output is right in several points, and leaves out or gets wrong others that matter.
- Score 4: the output is right in nearly all points; what is missing or inexact is minor.
- Score 5: the output is right throughout, and states what the targets state.`,
  examples: [
    {
      input: INPUT,
      output: 'They were held in Paris in 1896.',
      score: 2,
      justification:
        'The year is that of the targets. The place is wrong, and it is half of what was asked; the month and the nations are missing.',
      gradingContext: { targets: TARGET },
    },
    {
      input: INPUT,
      output: 'The first modern Games were held in Athens in 1896, with athletes of 14 nations.',
      score: 4,
      justification:
        'Place, year and number of nations agree with the targets. That it was in April is not said, which is a minor gap.',
      gradingContext: { targets: TARGET },
    },
  ],
  columns: ['targets'],
  includeInput: true,
});
