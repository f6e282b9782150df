/** Milliseconds of processor time, of all threads of the process, that `score` takes for a text, when it is warm. */
export function cpuMsPerText(texts: readonly string[], seconds: number, score: (text: string) => void): number {
  repeat(texts, seconds / 2, score);
  return repeat(texts, seconds, score);
}

function repeat(texts: readonly string[], seconds: number, score: (text: string) => void): number {
  const started = cpuMs();
  let passes = 0;
  do {
    for (const text of texts) score(text);
    passes++;
  } while (cpuMs() - started < 1_000 * seconds);
  return (cpuMs() - started) / (passes * texts.length);
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
