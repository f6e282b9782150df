import type {
  Evaluator,
  EvaluatorDefinition,
  EvaluatorOutcome,
  EvaluatorRequest,
  FinishContext,
  Metric,
  OneToken,
  ScoredTable,
} from '../contracts/index.ts';
import { type Problem, TouchstoneError, throwProblems } from '../errors/touchstone-error.ts';

export interface EvaluatorOptions<
  Inject extends Readonly<Record<string, OneToken<unknown>>>,
  After extends readonly string[] = readonly string[],
> {
  readonly name: string;
  /** For which model types it runs when it is not asked for by name. Default: every one. */
  readonly supports?: (modelType: string | undefined) => boolean;
  /** Services it needs, by token: resolved in the container of the run. */
  readonly inject?: Inject;
  /** Evaluators that finish before it does, and whose outcomes it is given. */
  readonly after?: After;
  readonly metrics?: (request: EvaluatorRequest, injected: Injected<Inject>) => readonly Metric[];
  readonly finish?: (
    scored: ScoredTable,
    injected: Injected<Inject>,
    context: FinishContext<After[number]>,
  ) => Promise<EvaluatorOutcome> | EvaluatorOutcome;
}

type Injected<Inject> = { readonly [K in keyof Inject]: Inject[K] extends OneToken<infer T> ? T : never };

/**
 * An evaluator as an object literal, with its dependencies named by token, and those on other evaluators by name.
 *
 * @example
 * const triage = defineEvaluator({
 *   name: 'triage',
 *   inject: { log: LOGGER },
 *   metrics: ({ preset }) => [...preset('text'), polite],
 *   finish: async (scored, { log }) => ({ metrics: { 'triage/rude': await scored.count((row) => row['polite/score'] === false) } }),
 * });
 */
export function defineEvaluator<
  const Inject extends Readonly<Record<string, OneToken<unknown>>> = Readonly<Record<never, never>>,
  const After extends readonly string[] = readonly [],
>(options: EvaluatorOptions<Inject, After>): EvaluatorDefinition {
  const after = options.after === undefined ? {} : { after: options.after };
  return {
    name: options.name,
    ...(options.supports === undefined ? {} : { supports: options.supports }),
    ...after,
    build(resolve): Evaluator {
      const tokens: Readonly<Record<string, OneToken<unknown>>> = options.inject ?? {};
      const injected = Object.fromEntries(
        resolved(Object.entries(tokens), ([name, token]) => [name, resolve(token)] as const),
      ) as Injected<Inject>;
      const finish = options.finish;
      return {
        name: options.name,
        supports: options.supports ?? (() => true),
        ...after,
        metrics: (request) => options.metrics?.(request, injected) ?? [],
        ...(finish === undefined
          ? {}
          : { finish: (scored: ScoredTable, context: FinishContext) => finish(scored, injected, context) }),
      };
    },
  };
}

/** What each becomes. @throws TouchstoneError with all that is missing, not only the first of it */
function resolved<T, R>(tokens: readonly T[], resolve: (token: T) => R): readonly R[] {
  const problems: Problem[] = [];
  const values = tokens.flatMap((token) => {
    try {
      return [resolve(token)];
    } catch (error) {
      if (!TouchstoneError.isInstance(error)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  throwProblems(problems);
  return values;
}
