export { type EvaluationFunction, evaluation, evaluationsOf } from './evaluation.ts';
export type { Bounds, Expectations } from './expectations.ts';
export { matchers, type ScoreBounds, type Scorer } from './matchers.ts';
