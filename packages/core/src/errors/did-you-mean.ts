/**
 * The known name that was probably meant, or `undefined`. Case, `_`, `-` and blanks do not count;
 * otherwise at most a third of the letters may differ (one for names of up to five letters).
 */
export function closest(given: string, known: Iterable<string>): string | undefined {
  const wanted = fold(given);
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const candidate = fold(name);
    const allowed = Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3));
    if (Math.abs(wanted.length - candidate.length) > allowed) continue;
    const distance = editDistance(wanted, candidate);
    if (distance <= allowed && distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** ` Did you mean 'rougeL'?`, or what there is: ` There are: a, b.`; empty when there is nothing to say. */
export function suggestion(given: string, known: Iterable<string>, options: { readonly list?: string } = {}): string {
  const names = [...known];
  const name = closest(given, names);
  if (name !== undefined) return ` Did you mean '${name}'?`;
  if (names.length === 0 || options.list === undefined) return '';
  const shown = names.slice(0, 20).join(', ');
  return ` ${options.list}: ${shown}${names.length > 20 ? `, … (${names.length} in all)` : ''}.`;
}

function fold(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]+/gu, '');
}

/** Damerau–Levenshtein distance (optimal string alignment): a swap of neighbours is one typing mistake. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
