import { judgeMetric } from './judge-metric.ts';

/**
 * How good the language of the output is, from 1 to 5: grammar, spelling, choice of words, in whatever language it is written.
 *
 * @example fluency({ model: 'openai:/gpt-5' })
 */
export const fluency = judgeMetric({
  name: 'fluency',
  export: 'fluency',
  definition:
    'Fluency is how good the language of the output is, as somebody would judge it whose first language it is: grammar, spelling, punctuation and natural words. What it says, and whether it is true, does not matter.',
  gradingPrompt: `Fluency by score:
- Score 1: hardly to be understood for its mistakes.
- Score 2: understood with an effort; mistakes in most sentences.
- Score 3: understood at once, and yet with several mistakes or stiff, unnatural phrases.
- Score 4: natural, with a slip or two.
- Score 5: without a mistake, and as a skilled writer would put it.`,
  examples: [
    {
      output: 'The delivery are come yesterday, but I was not in home and the man not leaved him.',
      score: 2,
      justification: 'One sees what is meant, but hardly a verb is right, and the words at home and it are wrong as well.',
    },
    {
      output: '어제 택배가 왔지만 제가 집에 없어서 기사님이 그냥 돌아가셨습니다.',
      score: 5,
      justification: 'Grammar, spacing and level of politeness are right, and the sentence is as a Korean would say it.',
    },
  ],
  columns: [],
  includeInput: false,
});
