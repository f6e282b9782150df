import { judgeMetric } from './judge-metric.ts';

const FACTS = '[1] The fee is 12 euros a month.\n\n[2] It can be cancelled to the end of each month.';

/**
 * Whether the output states all expected facts and contradicts none: `true` or `false`. The facts are the column `targets`: a text, or
 * a list with one fact an entry.
 *
 * @example correctness({ columns: { targets: 'expected_facts' } })
 */
export const correctness = judgeMetric({
  name: 'correctness',
  export: 'correctness',
  definition:
    'Correctness is whether the output states each of the expected facts, which are the targets, in whatever words, and says nothing that contradicts one. What it says besides does not count.',
  gradingPrompt: `Correctness, yes or no. Go through the facts one by one:
- yes: each fact is stated by the output or follows from it, and none is contradicted.
- no: at least one fact is missing or contradicted. Name it.`,
  examples: [
    {
      input: 'What does the subscription cost?',
      output: 'Twelve euros a month, for at least a year.',
      score: false,
      justification:
        'The first fact is stated. The second is contradicted: a year at least means that it cannot be cancelled each month.',
      gradingContext: { targets: FACTS },
    },
    {
      input: 'What does the subscription cost?',
      output: '12 € per month. You can leave whenever a month ends. There is a free trial.',
      score: true,
      justification: 'Both facts are stated in other words. The trial is not among the facts and does not count.',
      gradingContext: { targets: FACTS },
    },
  ],
  columns: ['targets'],
  includeInput: true,
  scale: 'boolean',
});
