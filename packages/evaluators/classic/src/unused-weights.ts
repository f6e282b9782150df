import type { ScoredTable } from '@touchstone/core';

/** A warning when there are more weights than rows: then the list may be that of other data. */
export async function unusedWeights(listed: number | undefined, scored: ScoredTable): Promise<readonly string[]> {
  if (listed === undefined) return [];
  let last = 0;
  for await (const { ordinal } of scored.rows()) last = ordinal;
  if (listed <= last + 1) return [];
  return [`sampleWeights has ${listed} weights, and row ${last + 1} was the last one evaluated: is it the list of these data?`];
}
