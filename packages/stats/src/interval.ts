import type { UndefinedReason } from './undefined-result.ts';

/** The formula that was really used, for reports. */
export type IntervalMethod =
  | 'wilson'
  | 'clopper-pearson'
  | 'jeffreys'
  | 'agresti-coull'
  | 'wald'
  | 't'
  | 'z'
  | 'cr0'
  | 'cr1'
  | 'cr2-bm'
  | 'cr3'
  | 'bounded-logit'
  | 'bounded-wilson'
  | 'constant-sample'
  | 'tango'
  | 'bonett-price'
  | 'fisher-z'
  | 'shrout-fleiss'
  | 'bootstrap-percentile';

/**
 * - `few-clusters`: fewer than 5 clusters or fewer than 4 degrees of freedom; valid, but wide and sensitive
 * - `nearly-constant`: the observed spread is under 1 % of the declared range; the interval is narrower than it deserves
 * - `no-spread`: raters who always (or never) agree show nothing that an interval could be made of; it has no or too little width
 * - `dropped-resamples`: more than 5 % of the resamples had no value; the interval speaks for the others only
 */
export type IntervalWarning = 'few-clusters' | 'nearly-constant' | 'no-spread' | 'dropped-resamples';

/** A confidence interval. `estimate`, `low`, `high` and `se` are in the unit of the scores. */
export interface Interval {
  /** Never there; lets `result.undefined` tell the two cases apart. */
  readonly undefined?: never;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Nominal coverage in (0, 1). */
  readonly level: number;
  readonly method: IntervalMethod;
  /** Values (or pairs) used. */
  readonly n: number;
  /** Values (or pairs) dropped because they were missing. */
  readonly missing: number;
  /** Standard error, where the method has one. */
  readonly se?: number;
  /** Degrees of freedom of the t quantile; any real number above 0. */
  readonly df?: number;
  /** Number of clusters, when clusters were given. */
  readonly clusters?: number;
  /** Binomial sample size with the same variance (`bounded-wilson` only). */
  readonly effectiveN?: number;
  readonly warnings: readonly IntervalWarning[];
}

/** No interval, and why. What could still be computed stands beside the reason. */
export interface UndefinedInterval {
  readonly undefined: UndefinedReason;
  readonly estimate?: number;
  readonly level: number;
  readonly n: number;
  readonly missing: number;
  readonly clusters?: number;
}

/** Narrow with `isUndefined(result)`, `'undefined' in result` or `result.undefined`. */
export type IntervalResult = Interval | UndefinedInterval;

/** What every interval function takes. */
export interface LevelOption {
  /** Nominal coverage in (0, 1); 0.95 when not given. */
  readonly level?: number;
}
