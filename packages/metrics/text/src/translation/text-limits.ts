import { type Skipped, skipped } from '@touchstone/core';

/** UTF-16 units of a prediction and its references together. Lengths alone decide, so a row is too long on every machine or on none. */
const MOST_CHARACTERS = 10_000_000;

/** Why a row is too long for a metric, if it is. */
export function tooLong(metric: string, prediction: string, references: readonly string[]): Skipped | undefined {
  const characters = references.reduce((sum, reference) => sum + reference.length, prediction.length);
  return characters > MOST_CHARACTERS ? tooMany(metric, characters, MOST_CHARACTERS, 'characters') : undefined;
}

export function tooMany(metric: string, amount: number, most: number, unit: string): Skipped {
  const [is, atMost] = [amount, most].map((count) => count.toLocaleString('en'));
  return skipped(`the texts are too long for ${metric}: ${is} ${unit}, and ${atMost} is the most`, 'too-long');
}
