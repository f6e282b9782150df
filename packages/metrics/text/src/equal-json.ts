/** When two leaves are the same. Leaves of different types never are. */
export interface SameLeaves {
  text(a: string, b: string): boolean;
  number(a: number, b: number): boolean;
}

/**
 * Whether two JSON values are equal: lists item by item, objects by their own members whatever the order.
 * Pairs wait on a list of its own, so that depth is no danger.
 */
export function equalJson(a: unknown, b: unknown, same: SameLeaves): boolean {
  const pairs: (readonly [unknown, unknown])[] = [[a, b]];
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const [left, right] = pair;
    if (left === right) continue;
    if (typeof left === 'string' && typeof right === 'string') {
      if (!same.text(left, right)) return false;
    } else if (typeof left === 'number' && typeof right === 'number') {
      if (!same.number(left, right)) return false;
    } else {
      if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
      if (Array.isArray(left) !== Array.isArray(right)) return false;
      const members = new Map(Object.entries(right));
      const entries = Object.entries(left);
      if (entries.length !== members.size) return false;
      for (const [key, value] of entries) {
        if (!members.has(key)) return false;
        pairs.push([value, members.get(key)]);
      }
    }
  }
  return true;
}
