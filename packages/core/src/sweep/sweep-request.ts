import type { Json, Message } from '../contracts/index.ts';
import type { EvaluateRequest } from '../plan/evaluate-request.ts';
import type { EvaluationResult } from '../results/evaluation-result.ts';

/** What a model is sent, with placeholders: a text is what the user says, a list are the messages of a conversation. */
export type SweptPrompt = string | readonly Message[];

/** One request for every model with every prompt: the options of `evaluate`, `models` and `prompts` instead of one model. */
export interface SweepRequest extends EvaluateRequest {
  /** By the names that they have in the comparison, or a list: then they are called as their URI, function or id. */
  readonly models?: Readonly<Record<string, unknown>> | readonly unknown[];
  /** By name. Each model is evaluated with each of them; models are URIs or `chat(…)` without messages then. */
  readonly prompts?: Readonly<Record<string, SweptPrompt>>;
  /** Names of the cells to work on; the others stay as they are. Default: all. */
  readonly only?: readonly string[];
  /** How a cell was asked for, as plain data: the `origin` of its run. */
  readonly originOf?: (cell: SweepCell) => Json;
  /** Called when a cell has ended, also one that an earlier part of the sweep had finished. */
  readonly onCell?: (swept: SweptCell) => void;
}

/** One model with one prompt, by their names. */
export interface SweepCell {
  /** `mini · short`, or the name of what is varied alone. */
  readonly name: string;
  readonly model: string;
  readonly prompt?: string;
  /** The model with its prompt, as `evaluate` takes it. */
  readonly evaluated: unknown;
}

/** How a cell ended. Without a result it was not started, or ended with an error. */
export interface SweptCell extends Omit<SweepCell, 'evaluated'> {
  readonly result?: EvaluationResult;
  /** Why there is no result, one sentence. */
  readonly error?: string;
}
