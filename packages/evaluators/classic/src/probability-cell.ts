import type { StandardSchemaV1 } from '@touchstone/core';
import { issue, schema } from './cell-schema.ts';
import { readNumber, shown } from './number-cell.ts';

/**
 * How sure the classifier is of each label, in one of three forms:
 * one probability (of the positive label), a list (one a label, in the order of labels), an object label → probability.
 */
export type Probabilities =
  | { readonly form: 'positive'; readonly value: number }
  | { readonly form: 'list'; readonly values: readonly number[] }
  | { readonly form: 'named'; readonly values: Readonly<Record<string, number>> };

/** How a cell of probabilities may look; also the JSON text of it. */
export type ProbabilityCell = number | readonly number[] | Readonly<Record<string, number>> | string;

export const probabilities: StandardSchemaV1<ProbabilityCell, Probabilities> = schema<ProbabilityCell, Probabilities>((given) => {
  const cell = typeof given === 'string' ? parsed(given) : given;
  const single = readNumber(cell);
  if (single !== undefined) return isProbability(single) ? { value: { form: 'positive', value: single } } : outside(single);
  if (typeof cell !== 'object' || cell === null)
    return issue('it must be a probability, a list of them, an object label → probability, or the JSON text of one of these');
  const values: readonly unknown[] = Array.isArray(cell) ? cell : Object.values(cell);
  for (const value of values) if (!isProbability(value)) return outside(value);
  const numbers = values as readonly number[];
  const sum = numbers.reduce((total, value) => total + value, 0);
  if (Math.abs(sum - 1) > TOLERANCE)
    return issue(`its probabilities must add up to 1, and they add up to ${Number(sum.toPrecision(6))}`);
  if (Array.isArray(cell)) return { value: { form: 'list', values: numbers } };
  return { value: { form: 'named', values: cell as Readonly<Record<string, number>> } };
});

/** Probabilities that were rounded to two or three digits are as good as they can be; what is further off is something else. */
const TOLERANCE = 0.01;

function isProbability(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function outside(value: unknown): StandardSchemaV1.FailureResult {
  return issue(`a probability is a number from 0 to 1, and it is ${shown(value)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
