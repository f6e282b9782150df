import { judgeMetric } from './judge-metric.ts';

/**
 * How well the sentences of the output hang together, from 1 to 5. Neither facts nor grammar matter.
 *
 * @example coherence({ model: 'openai:/gpt-5' })
 */
export const coherence = judgeMetric({
  name: 'coherence',
  export: 'coherence',
  definition:
    'Coherence is how well the parts of the output make one whole: each follows from what came before, references are clear, the order helps the reader, and nothing contradicts what was said earlier in it.',
  gradingPrompt: `Coherence by score:
- Score 1: a heap of sentences without a thread, or one that contradicts itself throughout.
- Score 2: a thread can be seen, and it is lost again and again.
- Score 3: it can be followed, with leaps, unclear references or a contradiction.
- Score 4: it can be followed easily; one transition or reference is rough.
- Score 5: every part has its place, and leads to the next.`,
  examples: [
    {
      output:
        'Our shop opened in 1990. It therefore rains a lot here. They like it. In 1985, when the shop opened, bread was cheap.',
      score: 1,
      justification:
        'The second sentence does not follow, nobody knows who they are, and the year of the opening contradicts the first sentence.',
    },
    {
      output:
        'Our shop opened in 1990, when bread was still cheap. Prices have risen since, and we had to raise ours as well. We are sorry for that.',
      score: 5,
      justification: 'From the opening to the prices then, now and our own: each sentence takes up the one before it.',
    },
  ],
  columns: [],
  includeInput: false,
});
