import { TIE } from '../scores.ts';

/** Values grouped by equality, groups numbered from the smallest. */
export interface TieGroups {
  /** Group of each value. */
  readonly of: Uint32Array;
  /** Values in each group. */
  readonly sizes: Uint32Array;
}

/** Groups equal values; a new group starts where the gap to the previous value is more than rounding. */
export function tieGroups(values: Float64Array): TieGroups {
  const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const order = Uint32Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const of = new Uint32Array(values.length);
  const sizes: number[] = [];
  let previous = Number.NEGATIVE_INFINITY;
  for (const row of order) {
    const value = values[row] ?? 0;
    if (value - previous > TIE * scale || sizes.length === 0) sizes.push(0);
    of[row] = sizes.length - 1;
    sizes[sizes.length - 1] = (sizes.at(-1) ?? 0) + 1;
    previous = value;
  }
  return { of, sizes: Uint32Array.from(sizes) };
}

/** Ranks from 1; equal values share the mean of their ranks. */
export function midRanks({ of, sizes }: TieGroups): Float64Array {
  const ranks = new Float64Array(sizes.length);
  let below = 0;
  sizes.forEach((size, group) => {
    ranks[group] = below + (size + 1) / 2;
    below += size;
  });
  return Float64Array.from(of, (group) => ranks[group] ?? 0);
}
