import type { Dataset, Evaluator, Metric, Model, Plugin } from '../../contracts/index.ts';
import type { EvaluateFunction } from '../evaluate-options.ts';
import type { AnyFeatures, BatchFunction, BatchModel, BatchOutput, OutputOf } from '../model-types.ts';
import type { Registered } from '../registered.ts';

export { createTouchstone, evaluate } from '../../create-touchstone.ts';
export { batchModel } from '../../models/batch-model.ts';

type RougeL = Metric<'rougeL', { predictions: string; targets: string }>;
type Faithfulness = Metric<'faithfulness', { inputs: string; predictions: string; context: string | readonly string[] }>;
export declare function rougeL(): RougeL;
export declare function latency(): Metric<'latency', object>;
export declare function faithfulness(): Faithfulness;
export declare function opt(): Metric<'opt', { predictions: string; note?: string }>;
export declare function rouge(): Plugin<{ rougeL: RougeL }>;
export declare function genai(): Plugin<{ faithfulness: Faithfulness }>;

export declare function answer(question: string): Promise<string>;
export declare function rag(question: string): Promise<{ answer: string; passages: string[] }>;

// Placeholders of a template literal, and judges whose columns come from their options.
type Holes<S extends string> = S extends `${string}{${infer K}}${infer Rest}`
  ? (K extends `${string}${' ' | '"' | '{' | '\n' | ':'}${string}` ? never : K) | Holes<Rest>
  : never;
export declare function chat<const S extends string>(
  uri: string,
  prompt: S,
): (row: { [K in string extends S ? never : Holes<S>]: unknown }) => Promise<string>;
export declare function makeGenaiMetric<const N extends string, const C extends string = never>(options: {
  name: N;
  definition: string;
  gradingContextColumns?: readonly C[];
  examples?: readonly ({ input: string; output: string; score: number } & ([C] extends [never] ? object : { gradingContext: Record<C, string> }))[];
}): Metric<N, { inputs: string; predictions: string } & Record<C, unknown>>;
export declare function fromPrompt<const N extends string, const S extends string>(options: {
  name: N;
  judgePrompt: S;
}): Metric<N, { [K in string extends S ? never : Holes<S>]: unknown }>;

export interface QA {
  question: string;
  ground_truth: string;
}
export interface NumberedQA extends QA {
  n: number;
}
export declare const qa: QA[];
export declare const numbered: NumberedQA[];
export declare const loaded: Model;
export declare const triage: Evaluator;
export declare const questions: Dataset<{ question: string; gt: string }>;
export declare function generated(): AsyncGenerator<{ question: string; gt: string }>;
