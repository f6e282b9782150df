/** Milliseconds that `score` takes for a pair: all pairs once to warm up, then all of them again until the time is over. */
export function msPerPair<T>(pairs: readonly T[], seconds: number, score: (pair: T) => void): number {
  for (const pair of pairs) score(pair);
  const started = performance.now();
  let passes = 0;
  do {
    for (const pair of pairs) score(pair);
    passes++;
  } while (performance.now() - started < 1_000 * seconds);
  return (performance.now() - started) / (passes * pairs.length);
}
