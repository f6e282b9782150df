import type {
  Evaluator,
  EvaluatorDefinition,
  EvaluatorOutcome,
  EvaluatorRequest,
  Metric,
  OneToken,
  ScoredTable,
} from '../contracts/index.ts';

export interface EvaluatorOptions<Inject extends Readonly<Record<string, OneToken<unknown>>>> {
  readonly name: string;
  /** For which model types it runs when it is not asked for by name. Default: every one. */
  readonly supports?: (modelType: string | undefined) => boolean;
  /** Services it needs, by token: resolved in the container of the run. */
  readonly inject?: Inject;
  readonly metrics?: (request: EvaluatorRequest, injected: Injected<Inject>) => readonly Metric[];
  readonly finish?: (scored: ScoredTable, injected: Injected<Inject>) => Promise<EvaluatorOutcome> | EvaluatorOutcome;
}

type Injected<Inject> = { readonly [K in keyof Inject]: Inject[K] extends OneToken<infer T> ? T : never };

/**
 * An evaluator as an object literal, with its dependencies named by token.
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
>(options: EvaluatorOptions<Inject>): EvaluatorDefinition {
  return {
    name: options.name,
    ...(options.supports === undefined ? {} : { supports: options.supports }),
    build(resolve): Evaluator {
      const tokens: Readonly<Record<string, OneToken<unknown>>> = options.inject ?? {};
      const injected = Object.fromEntries(
        Object.entries(tokens).map(([name, token]) => [name, resolve(token)]),
      ) as Injected<Inject>;
      const finish = options.finish;
      return {
        name: options.name,
        supports: options.supports ?? (() => true),
        metrics: (request) => options.metrics?.(request, injected) ?? [],
        ...(finish === undefined ? {} : { finish: (scored: ScoredTable) => finish(scored, injected) }),
      };
    },
  };
}
