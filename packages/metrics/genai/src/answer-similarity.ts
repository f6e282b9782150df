import { judgeMetric } from './judge-metric.ts';

const TARGET =
  'Photosynthesis turns the energy of sunlight into chemical energy. Plants take up water and carbon dioxide, and give off oxygen; the energy is kept in sugar.';

/**
 * How close the output is in meaning to the target, from 1 to 5. MLflow's metric with a rubric of our own at the same levels.
 *
 * @example answerSimilarity({ model: 'openai:/gpt-5' })
 */
export const answerSimilarity = judgeMetric({
  name: 'answer_similarity',
  export: 'answerSimilarity',
  definition:
    'Answer similarity is how close the output comes in meaning to the targets, which hold the right answer. What counts is what is said, not how: other words for the same thing are no difference.',
  gradingPrompt: `Answer similarity by score:
- Score 1: the output and the targets have hardly anything in common in what they say.
- Score 2: the output matches the targets in some of what they say, and in most of it does not.
- Score 3: the output and the targets say about half of the same things.
- Score 4: the output matches the targets in most of what they say; what differs is of little weight.
- Score 5: the output says the same as the targets in everything that matters.`,
  examples: [
    {
      input: 'What does photosynthesis do?',
      output: 'Photosynthesis is how plants make use of sunlight.',
      score: 2,
      justification:
        'That plants use the energy of sunlight is in the targets as well. Everything else there, from water and carbon dioxide to oxygen and sugar, is missing, so the match is partial at best.',
      gradingContext: { targets: TARGET },
    },
    {
      input: 'What does photosynthesis do?',
      output:
        'With sunlight, plants make sugar from water and carbon dioxide, in which the energy is stored, and oxygen is released.',
      score: 4,
      justification:
        'Sunlight, water, carbon dioxide, oxygen and the energy in sugar are all there. Only that light becomes chemical energy is left to the reader, which is a small difference.',
      gradingContext: { targets: TARGET },
    },
  ],
  columns: ['targets'],
  includeInput: false,
});
