/** Whether lists and objects are nested more than `most` levels deep. Finds it without going that deep itself. */
export function isDeeperThan(most: number, value: unknown): boolean {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (typeof one.value !== 'object' || one.value === null) continue;
    if (one.depth === most) return true;
    for (const member of Object.values(one.value)) open.push({ value: member, depth: one.depth + 1 });
  }
  return false;
}
