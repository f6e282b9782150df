import type { Registry } from './registry.ts';

/** The version of the contract between core and plug-ins. It changes only when a plug-in written for the old one would break. */
export const CONTRACT_VERSION = 1;

/**
 * A package that brings metrics, models, evaluators or services. Its default export is a factory of this.
 *
 * @typeParam Metrics types only: name → metric, so that `extraMetrics: ['rougeL']` completes and is checked
 */
export interface Plugin<Metrics extends object = object> {
  /** The package's name, for messages: `@touchstone/metric-rouge`. */
  readonly name: string;
  /** The package's version: provenance, never compared. */
  readonly version?: string;
  /** The contract it was written for. */
  readonly contract: number;
  /** Registers what it brings. No side effects but on the registry. */
  register(registry: Registry): void;
  readonly '~metrics'?: Metrics;
}
