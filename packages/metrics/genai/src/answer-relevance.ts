import { judgeMetric } from './judge-metric.ts';

const INPUT = 'How do I descale a kettle?';

/**
 * How much the output is an answer to the input, from 1 to 5, whether or not it is right. Only the ends are defined, as in MLflow's
 * metric, whose meaning this is in words of our own.
 *
 * @example answerRelevance({ model: 'openai:/gpt-5' })
 */
export const answerRelevance = judgeMetric({
  name: 'answer_relevance',
  export: 'answerRelevance',
  definition:
    'Answer relevance is how well the output fits what the input asks for: whether it is on the topic, takes up all of it, and has nothing else in it. Whether it is right does not matter here.',
  gradingPrompt: `Answer relevance from score 1 to 5; these are the ends, with the scores between them in proportion:
- Score 1: the output has nothing to do with what the input asks.
- Score 5: the output takes up every aspect of the input, and every part of it belongs to the answer.`,
  examples: [
    {
      input: INPUT,
      output: 'Kettles come in steel, glass and plastic. Steel ones last longest.',
      score: 1,
      justification: 'It is about kettles, and says nothing of removing limescale, which is all that was asked.',
    },
    {
      input: INPUT,
      output: 'Fill it with equal parts of water and white vinegar, boil it, let it stand for half an hour, and rinse it twice.',
      score: 5,
      justification:
        'All of it is the way to descale a kettle, from what to use to the rinsing, and nothing in it is beside the point.',
    },
  ],
  columns: [],
  includeInput: true,
});
