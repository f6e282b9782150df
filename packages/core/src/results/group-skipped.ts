import type { SkippedMetric } from '../contracts/index.ts';

/** For people: metrics that are skipped for the same reason share a line, in the order in which the reasons first come up. */
export function groupSkipped(skipped: readonly SkippedMetric[]): readonly SkippedMetric[] {
  const groups = new Map<string, { readonly names: string[]; readonly first: SkippedMetric }>();
  for (const one of skipped) {
    const why = `${one.reason}\n${one.hint ?? ''}`;
    const group = groups.get(why);
    if (group === undefined) groups.set(why, { names: [one.name], first: one });
    else group.names.push(one.name);
  }
  return Array.from(groups.values(), ({ names, first }) => ({ ...first, name: names.join(', ') }));
}
