/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/**
 * Measures everything once, then everything once more: what disturbs the machine for a while disturbs all of them,
 * so that ratios hold where single numbers do not. Returns the medians by name.
 */
export async function interleaved(
  repetitions: number,
  measures: Readonly<Record<string, () => Promise<number>>>,
): Promise<ReadonlyMap<string, number>> {
  const measured = Object.keys(measures).map((name) => [name, []] as [string, number[]]);
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const [name, values] of measured) values.push((await measures[name]?.()) ?? Number.NaN);
  }
  return new Map(measured.map(([name, values]) => [name, median(values)]));
}
