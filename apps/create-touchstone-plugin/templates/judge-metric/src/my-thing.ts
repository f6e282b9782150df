import { type GenaiMetricOptions, makeGenaiMetric } from '@touchstone/metric-genai';

/** What a user of the metric may say: who judges, and how. */
export type MyThingOptions = Partial<Omit<GenaiMetricOptions, 'definition' | 'gradingPrompt'>>;

/** {description} */
export function myThing(options: MyThingOptions = {}) {
  return makeGenaiMetric({
    name: 'my_thing',
    definition: 'How much the answer helps the person who asked to do the next step.',
    // One line a score, in words that two people would read alike.
    gradingPrompt: `Score from 1 to 5:
1: it does not say what to do.
2: it says something to do that does not help.
3: it helps, and leaves out what the person must know.
4: it helps, and a detail is missing.
5: the person can do the next step with nothing but the answer.`,
    scale: [1, 5],
    examples: [
      {
        input: 'How do I return a book?',
        output: 'You can return it.',
        score: 1,
        justification: 'It does not say how.',
      },
      {
        input: '책은 어떻게 반납하나요?',
        output: '주문 내역에서 반품을 누르고 14일 안에 보내 주세요.',
        score: 5,
        justification: 'It names the place, the step and the time.',
      },
    ],
    ...options,
  });
}
