import type { Plugin } from '../contracts/index.ts';

/** The names that some plug-ins register, each with its metric. A plug-in that was discovered at run time is a `Plugin<Record<string, Metric>>`: any name. */
export type Registered<P extends readonly Plugin[]> = Both<NamesOf<P[number]>>;

/** Of each member by itself: inferred from all at once, a plug-in without metrics would swallow the names of the others. */
type NamesOf<One> = One extends Plugin<infer Metrics> ? Metrics : never;

/** The intersection of the members of a union; of none, no names. */
type Both<U> = [U] extends [never]
  ? Readonly<Record<never, never>>
  : (U extends unknown ? (all: U) => void : never) extends (all: infer All extends object) => void
    ? All
    : never;
