/** How often one item was shown first against another, and what it won. */
export interface Comparison {
  readonly first: number;
  readonly second: number;
  /** Number of judgments, also with a fraction. */
  readonly weight: number;
  /** Sum of their outcomes, seen from the first. */
  readonly wins: number;
}

/**
 * Groups of items of which each can be reached from each other along "beat or tied with, at least once", strongest
 * groups first: no member of a later group ever won or tied against one of an earlier group. Abilities on one scale
 * exist only if there is one group (Ford 1957); items that were never compared are in groups of their own.
 */
export function comparisonGroups(comparisons: readonly Comparison[], items: number): readonly (readonly number[])[] {
  const beaten: Set<number>[] = Array.from({ length: items }, () => new Set());
  for (const { first, second, weight, wins } of comparisons) {
    if (wins > 0) beaten[first]?.add(second);
    if (wins < weight) beaten[second]?.add(first);
  }
  const beatenBy: Set<number>[] = Array.from({ length: items }, () => new Set());
  beaten.forEach((losers, winner) => {
    for (const loser of losers) beatenBy[loser]?.add(winner);
  });
  // Kosaraju: in reverse order of finishing, what reaches an item backwards belongs to its group. The last item starts, so
  // that groups without a relation come out in the order of their items.
  const finished = depthFirst(Array.from(beaten.keys()).toReversed(), beaten, new Set()).flat().toReversed();
  return depthFirst(finished, beatenBy, new Set()).map((group) => group.toSorted((a, b) => a - b));
}

/** For each start that was not seen before, what is newly reached from it, in order of finishing. */
function depthFirst(starts: readonly number[], edges: readonly ReadonlySet<number>[], seen: Set<number>): number[][] {
  const trees: number[][] = [];
  for (const start of starts) {
    if (seen.has(start)) continue;
    seen.add(start);
    const tree: number[] = [];
    const path = [{ item: start, next: edges[start]?.values() }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const step = top.next?.next();
      if (step === undefined || step.done) {
        tree.push(top.item);
        path.pop();
      } else if (!seen.has(step.value)) {
        seen.add(step.value);
        path.push({ item: step.value, next: edges[step.value]?.values() });
      }
    }
    trees.push(tree);
  }
  return trees;
}
