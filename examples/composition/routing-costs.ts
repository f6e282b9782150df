import { defineMetric, type EvaluatorDefinition } from '@touchstone/core';
import { classifier } from '@touchstone/evaluator-classic';

/** Minutes that an error costs, at most an hour: right label → predicted label → minutes. */
export type Minutes = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface RoutingCosts {
  readonly minutes: Minutes;
  /** Of an error that `minutes` does not name. */
  readonly otherwise: number;
}

/** A metric for what belongs to a row: so it has an interval, and can be compared, gated and resumed. */
export const minutesLost = defineMetric({
  name: 'minutes_lost',
  version: 'v1',
  greaterIsBetter: false,
  range: [0, 60],
  options: { minutes: {} as Minutes, otherwise: 1 },
  needs: ['predictions', 'targets'],
  scoreRow: ({ predictions, targets }, { options }) => minutesOf(options, targets, predictions),
});

/** The classifier of another package with all its metrics, tables and pictures, and what its errors cost. */
export function routingCosts(costs: RoutingCosts): EvaluatorDefinition {
  const inner = classifier();
  const supports = (modelType: string | undefined): boolean => modelType === 'classifier';
  return {
    name: 'routing-costs',
    supports,
    build(resolve) {
      const wrapped = inner.build(resolve);
      return {
        name: 'routing-costs',
        supports,
        metrics: (request) => [...wrapped.metrics(request), minutesLost({ ...costs })],
        async finish(scored, context) {
          const outcome = (await wrapped.finish?.(scored, context)) ?? {};
          const cells = outcome.tables?.confusion_matrix ?? [];
          const errors = cells
            .filter(({ target, prediction }) => target !== prediction)
            .map(({ target, prediction, rows }) => {
              const each = minutesOf(costs, String(target), String(prediction));
              return {
                target: target ?? null,
                prediction: prediction ?? null,
                rows: Number(rows),
                each,
                minutes: Number(rows) * each,
              };
            })
            .sort((a, b) => b.minutes - a.minutes);
          const total = errors.reduce((sum, { minutes }) => sum + minutes, 0);
          return {
            ...outcome,
            metrics: { ...outcome.metrics, 'routing-costs/minutes': total },
            tables: { ...outcome.tables, costly_errors: errors },
          };
        },
      };
    },
  };
}

function minutesOf({ minutes, otherwise }: RoutingCosts, target: string, prediction: string): number {
  return target === prediction ? 0 : (minutes[target]?.[prediction] ?? otherwise);
}
