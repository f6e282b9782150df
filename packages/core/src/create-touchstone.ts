import type { Plugin, RowMetric, RunStore } from './contracts/index.ts';
import type { EvaluationResult } from './results/evaluation-result.ts';
import type { ActiveRun } from './run/active-run.ts';
import type { SessionRequest } from './run/run-session.ts';
import { TouchstoneRuntime } from './touchstone.ts';
import type { EvaluateFunction } from './types/evaluate-options.ts';
import type { Registered } from './types/registered.ts';

export interface TouchstoneOptions<P extends readonly Plugin[]> {
  /** Packs of metrics, models and evaluators, in any order. */
  readonly plugins?: P;
  /** Where runs are kept; in memory by default, and then nothing is written to disk. */
  readonly store?: RunStore;
}

/** What core itself registers. */
export interface CoreMetrics {
  readonly latency: RowMetric<'latency', object>;
}

/** A run with several evaluations, with the names of the plug-ins at hand. */
export type Run<Reg extends object> = Omit<ActiveRun, 'evaluate' | 'startRun' | 'withRun'> & {
  readonly evaluate: EvaluateFunction<Reg, EvaluationResult>;
  /** Starts a child of this run, in its experiment unless `options` say otherwise. `end` it, or use `await using`. */
  startRun(options?: Omit<SessionRequest, 'parent'>): Promise<Run<Reg>>;
  /** Runs `work` inside a child of this run, and ends the child however `work` ends. */
  withRun<T>(options: Omit<SessionRequest, 'parent'>, work: (run: Run<Reg>) => Promise<T> | T): Promise<T>;
};

export type Touchstone<Reg extends object> = Omit<TouchstoneRuntime, 'evaluate' | 'startRun' | 'withRun'> & {
  /**
   * Evaluates a model, or outputs that exist already, and resolves when the last row is stored and aggregated.
   * It resolves as well when the run ended early: `result.run.status` and `reason` say so, and what was scored is in the result.
   *
   * @throws TouchstoneError with every mistake of the request at once, before any model is asked; later only when the store or the data fails
   * @example
   * const results = await touchstone.evaluate({ data: 'questions.jsonl', model: answer, targets: 'ground_truth', extraMetrics: ['rougeL'] });
   */
  readonly evaluate: EvaluateFunction<Reg, EvaluationResult>;
  /** Starts a run that may hold several evaluations. `end` it, or use `await using`. */
  startRun(options?: SessionRequest): Promise<Run<Reg>>;
  /** Runs `work` inside a run, and ends the run however `work` ends. */
  withRun<T>(options: SessionRequest, work: (run: Run<Reg>) => Promise<T> | T): Promise<T>;
};

/**
 * A Touchstone with its plug-ins and store. Two of them in one process never see each other.
 *
 * @throws TouchstoneError when a plug-in cannot be used: a newer contract, a name that is taken, an error while registering
 * @example
 * const touchstone = createTouchstone({ plugins: [text(), rouge()], store: sqlite('.touchstone/touchstone.db') });
 */
export function createTouchstone<const P extends readonly Plugin[] = readonly []>(
  options: TouchstoneOptions<P> = {},
): Touchstone<CoreMetrics & Registered<P>> {
  // The run-time checks what the types check, so the typed face holds.
  return new TouchstoneRuntime(options) as unknown as Touchstone<CoreMetrics & Registered<P>>;
}

/**
 * `createTouchstone().evaluate`: nothing needs registering where metric objects are passed. Keeps nothing on disk unless it is given a store.
 *
 * @example
 * const results = await evaluate({ data: rows, targets: 'ground_truth', predictions: 'answer', extraMetrics: [rougeL()] });
 * console.log(results);
 */
export const evaluate: Touchstone<CoreMetrics>['evaluate'] = (options) => createTouchstone().evaluate(options);
