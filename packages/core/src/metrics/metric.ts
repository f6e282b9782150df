import { createHash } from 'node:crypto';
import type { RowMetric } from '../contracts/index.ts';
import { isPromise } from '../models/function-model.ts';
import type { DefinedMetric, ScoreResult } from '../types/define-metric-types.ts';
import { toScore } from './define-metric.ts';
import { scoreOne } from './score-one.ts';

/**
 * A metric in one line: a name, and a function of a row that returns a boolean, a number, a label, or one of these with its reason.
 * It gets the prediction (a text; other outputs are skipped). Which further columns a function reads cannot be seen from outside,
 * so a function that wants more says so with `needs`, or uses `defineMetric`.
 * The function's source is part of the signature: another function of the same name is another metric.
 *
 * @example const polite = metric('polite', ({ predictions }) => /\bplease\b/i.test(predictions));
 * @example const short = metric('as_short', ({ predictions, targets }) => predictions.length <= targets.length, { needs: ['predictions', 'targets'] });
 */
export function metric<const Name extends string, const Needed extends string = 'predictions'>(
  name: Name,
  score: (row: { readonly [K in Needed]: string }) => ScoreResult | Promise<ScoreResult>,
  options: {
    readonly needs?: readonly Needed[];
    readonly greaterIsBetter?: boolean;
    readonly range?: readonly [number, number];
  } = {},
): DefinedMetric<Name, { readonly [K in Needed]: string }> {
  const source = createHash('sha256').update(score.toString()).digest('hex').slice(0, 12);
  const needs: readonly string[] = options.needs ?? ['predictions'];
  const defined: RowMetric<Name, { readonly [K in Needed]: string }> = {
    form: 'row',
    name,
    description: name,
    greaterIsBetter: options.greaterIsBetter ?? true,
    ...(options.range === undefined ? {} : { range: options.range }),
    needs: needs.map((column) => ({ name: column, type: 'text', optional: false })),
    columns: {},
    dependsOn: [],
    models: {},
    signature: `${name}|function:${source}`,
    cost: 'cpu',
    batch: 1,
    scoreItems: (items) => {
      const [item] = items;
      if (item === undefined) return [];
      const result = score(item.columns as { readonly [K in Needed]: string });
      return isPromise(result) ? Promise.resolve(result).then((value) => [toScore(value)]) : [toScore(result)];
    },
  };
  return Object.assign(defined, { score: (row: { readonly [K in Needed]: string }) => scoreOne(defined, row) });
}
