import { canonicalJson } from '../../data/canonical-json.ts';
import { type Difference, firstDifference } from './first-difference.ts';
import type { AskedCall } from './recorded-call.ts';

/**
 * The recorded call that has most in common with the one that is asked: of the same service where there is one, and then by the text that
 * the requests share at their beginning and end, which is what an edited prompt or another row leaves as it was.
 */
export function nearestCall<C extends AskedCall>(asked: AskedCall, recorded: Iterable<C>): C | undefined {
  const text = canonicalJson(asked.request);
  let nearest: { readonly call: C; readonly rank: readonly number[] } | undefined;
  for (const call of recorded) {
    const other = canonicalJson(call.request);
    const sameIdentity = canonicalJson(call.identity) === canonicalJson(asked.identity);
    const rank = [
      Number(call.service === asked.service),
      text === other ? 1 : sharedText(text, other) / Math.max(text.length, other.length),
      Number(sameIdentity),
      -Math.abs(call.trial - asked.trial),
      -Math.abs(call.repeat - asked.repeat),
    ];
    if (nearest === undefined || isAbove(rank, nearest.rank)) nearest = { call, rank };
  }
  return nearest?.call;
}

/** In the order in which a reader looks for it. */
export function differenceOfCalls(recorded: AskedCall, asked: AskedCall): Difference | undefined {
  for (const part of ['service', 'request', 'trial', 'repeat', 'identity'] as const) {
    const difference = firstDifference(recorded[part], asked[part], part);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isAbove(rank: readonly number[], other: readonly number[]): boolean {
  const at = rank.findIndex((value, index) => value !== other[index]);
  return at >= 0 && (rank[at] ?? 0) > (other[at] ?? 0);
}

/** Characters of the common beginning and the common end, which do not overlap. */
function sharedText(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) start++;
  let end = 0;
  while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return start + end;
}
