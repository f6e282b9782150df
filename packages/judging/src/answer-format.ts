import type { Json } from '@touchstone/core';
import { describeScale, type Scale, verdictSchema } from './scale.ts';

/** How a judge is to answer: an object that follows a JSON Schema, or two lines of text. */
export type AnswerMode = 'structured' | 'text';

/** The JSON Schema of an answer. The reason comes first, because a verdict should follow from it. */
export function answerSchema(scale: Scale): Json {
  return {
    type: 'object',
    properties: {
      justification: { type: 'string', description: 'the reasons for the score, in a few sentences' },
      score: verdictSchema(scale),
    },
    required: ['justification', 'score'],
    additionalProperties: false,
  };
}

/** What the judge is told of the form of its answer; `about` is what the score is of. */
export function answerInstruction(mode: AnswerMode, about: string, scale: Scale): string {
  const reason = `the reasons for your score of ${about}, in a few sentences`;
  const score = `the score of ${about} that follows from them, ${describeScale(scale)}`;
  return mode === 'structured'
    ? `Answer with a JSON object of two fields, in this order:
"justification": ${reason}
"score": ${score}`
    : `Answer with two fields, each on a line of its own, in this order:
justification: ${reason}
score: ${score}`;
}
