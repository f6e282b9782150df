import { createHash } from 'node:crypto';
import { type Item, type Skipped, skipped, TouchstoneError } from '@touchstone/core';
import { isWeight, shown } from './number-cell.ts';

/** A row with what the column `sample_weights` says, where there is such a column. */
export interface WeightedRow {
  readonly sample_weights?: number | undefined;
}

/** Says how much each row counts. */
export interface Weighing {
  /** Part of the signature of listed weights; absent when they are a column, which the plan knows already, and which may not be there. */
  readonly id?: string;
  /** `undefined`: the row has no weight. */
  of(row: WeightedRow, item: Pick<Item, 'work'>): number | undefined;
}

/** Rows count as the column `sample_weights` says; 1 without such a column. */
export const columnWeights: Weighing = { of: (row) => row.sample_weights };

/**
 * Rows count as the list says, which is in the order of the data, as MLflow's `sample_weights`.
 * @throws TouchstoneError `bad-option`
 */
export function listWeights(list: readonly unknown[]): Weighing {
  const weights = list.map((value, index) => {
    if (isWeight(value)) return value;
    throw new TouchstoneError(
      'bad-option',
      `evaluatorConfig: sampleWeights[${index}] is ${shown(value)}, and a weight is a number of at least 0.`,
    );
  });
  const id = createHash('sha256').update(JSON.stringify(weights)).digest('hex').slice(0, 12);
  return { id: `list:${id}`, of: (_, { work }) => weights[work.ordinal ?? -1] };
}

/** Why rows cannot be weighed, if so: weights are for all of them or for none. @param weighted rows with a weight, of `rows` */
export function cannotWeigh(weighing: Weighing, weighted: number, rows: number, total: number): Skipped | undefined {
  if (weighted === 0 && weighing.id === undefined) return undefined;
  if (weighted < rows)
    return skipped(`${rows - weighted} of ${rows} rows have no sample weight, so they cannot be weighed against the others`);
  return total > 0 ? undefined : skipped('all sample weights are 0');
}
