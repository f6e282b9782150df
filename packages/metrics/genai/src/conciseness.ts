import { judgeMetric } from './judge-metric.ts';

const INPUT = 'Is the museum open on Mondays?';

/**
 * How much of the output is needed to answer the input, from 1 to 5. Whether it is right does not matter.
 *
 * @example conciseness({ model: 'openai:/gpt-5' })
 */
export const conciseness = judgeMetric({
  name: 'conciseness',
  export: 'conciseness',
  definition:
    'Conciseness is how far the output answers the input without words that it does not need: no repetition, no filler, no announcements of what is about to be said. An output that leaves out what was asked for is short, and not concise.',
  gradingPrompt: `Conciseness by score:
- Score 1: most of the output could be left out, or it does not answer at all.
- Score 2: more than half could be left out.
- Score 3: about a third could be left out.
- Score 4: a phrase or a sentence could be left out.
- Score 5: nothing could be left out without losing a part of the answer.`,
  examples: [
    {
      input: INPUT,
      output:
        'What a good question! Museums are wonderful places. To answer it: no, it is not open on Mondays. So on Mondays it is closed. Is there anything else?',
      score: 2,
      justification:
        'The answer is one sentence of six. The praise, the remark on museums, the repetition and the offer are not needed.',
    },
    {
      input: INPUT,
      output: 'No, it is closed on Mondays.',
      score: 5,
      justification: 'It answers, and every word belongs to the answer.',
    },
  ],
  columns: [],
  includeInput: true,
});
