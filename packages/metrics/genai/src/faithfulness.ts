import { judgeMetric } from './judge-metric.ts';

const CONTEXT =
  'The library opens at 9:00 on weekdays and at 10:00 on Saturdays. It is closed on Sundays. Members may borrow up to six books for three weeks.';

/**
 * How far the output is supported by the context, from 1 to 5: whether it can be inferred from there, not whether it is true.
 * MLflow's metric with a rubric of our own at the same levels.
 *
 * @example faithfulness({ columns: { context: 'passages' } }) // a text, or a list of passages
 */
export const faithfulness = judgeMetric({
  name: 'faithfulness',
  export: 'faithfulness',
  definition:
    'Faithfulness is how far the claims of the output can be inferred from the context. Only the context counts: a claim that is true in the world and not supported by the context is not faithful. Judge claim by claim.',
  gradingPrompt: `Faithfulness by score:
- Score 1: no claim of the output can be inferred from the context.
- Score 2: some claims can be inferred from the context, and most cannot.
- Score 3: half of the claims or more can be inferred from the context.
- Score 4: most claims can be inferred from the context, and very little is unsupported.
- Score 5: every claim of the output is supported by the context directly.`,
  examples: [
    {
      input: 'When can I go to the library?',
      output:
        'It opens at 9:00 on weekdays, and stays open until 20:00. There is a café, and on Sundays you can come from 11:00.',
      score: 2,
      justification:
        'Only the opening time on weekdays is in the context. The closing time and the café are not mentioned there, and that it is open on Sundays contradicts it: one claim of four.',
      gradingContext: { context: CONTEXT },
    },
    {
      input: 'When can I go to the library?',
      output: 'On weekdays from 9:00 and on Saturdays from 10:00, but not on Sundays.',
      score: 5,
      justification: 'All three claims stand in the context, and nothing else is claimed.',
      gradingContext: { context: CONTEXT },
    },
  ],
  columns: ['context'],
  includeInput: false,
});
