import type { AnyMetricFactory, GenerateRequest, Json } from '@touchstone/core';
import { metricConformance, pluginConformance } from '@touchstone/testing';
import { promptOf, verdict } from './__fixtures__/fake-judge.ts';
import genai, {
  answerCorrectness,
  answerRelevance,
  answerSimilarity,
  coherence,
  conciseness,
  correctness,
  equivalence,
  faithfulness,
  fluency,
  guidelines,
  makeGenaiMetric,
  makeGenaiMetricFromPrompt,
  refusal,
  relevance,
  safety,
  summarizationQuality,
} from './index.ts';

pluginConformance(genai, { manifest: new URL('../package.json', import.meta.url) });

const open = {
  inputs: 'Is it open?',
  predictions: 'Yes, until six.',
  targets: 'It is open until six.',
  context: 'Open until six.',
};
const closed = { inputs: '열려 있나요?', predictions: '아니요.', targets: '닫혀 있습니다.', context: '일요일은 쉽니다.' };

/** A judge that likes the first row and not the second. */
const judging =
  (good: number | boolean, bad: number | boolean) =>
  (request: Json): Json =>
    verdict(request as GenerateRequest, promptOf(request as GenerateRequest).includes('Yes, until six.') ? good : bad);

for (const factory of [
  answerSimilarity,
  answerCorrectness,
  faithfulness,
  answerRelevance,
  relevance,
  coherence,
  conciseness,
  fluency,
  summarizationQuality,
]) {
  metricConformance(factory as AnyMetricFactory, {
    examples: [
      { row: open, score: 5 },
      { row: closed, score: 2 },
    ],
    models: { judge: judging(5, 2) },
  });
}
for (const factory of [safety, correctness, equivalence, refusal]) {
  metricConformance(factory as AnyMetricFactory, {
    examples: [
      { row: open, score: true },
      { row: closed, score: false },
    ],
    models: { judge: judging(true, false) },
  });
}
metricConformance(guidelines as unknown as AnyMetricFactory, {
  options: { guidelines: ['The answer is in the language of the question.'] },
  examples: [
    { row: open, score: true },
    { row: closed, score: false },
  ],
  models: {
    judge: (request) => {
      const passes = promptOf(request as never).includes('Yes, until six.');
      return verdict(request as never, passes, `1: ${passes ? 'pass' : 'fail'}`);
    },
  },
});
metricConformance(
  makeGenaiMetric({ name: 'kindness', definition: 'How kind it is.', gradingPrompt: '1: rude. 5: kind.', scale: [1, 5] }),
  {
    examples: [
      { row: open, score: 4 },
      { row: closed, score: 1 },
    ],
    models: { judge: judging(4, 1) },
  },
);
metricConformance(
  makeGenaiMetricFromPrompt({ name: 'on_topic', judgePrompt: 'Does {predictions} answer {inputs}? 1 to 5.', scale: [1, 5] }),
  {
    examples: [
      { row: open, score: 5 },
      { row: closed, score: 3 },
    ],
    models: { judge: judging(5, 3) },
  },
);
