import type { Registry } from './registry.ts';

/** The version of the contract between core and plug-ins. It changes only when a plug-in written for the old one would break. */
export const CONTRACT_VERSION = 1;

/** Counts what was added to this version of the contract since: a plug-in written for a smaller one works on. What came when: docs/plugin-contract.md. */
export const CONTRACT_MINOR = 1;

/** The oldest version of the contract whose plug-ins core still loads. */
export const OLDEST_CONTRACT = 1;

/** `1`, the same as `'1.0'`; or with what was added later and is needed, `'1.1'`. As text, because 1.10 is not 1.1. */
export type ContractVersion = number | `${number}.${number}`;

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
  /** The contract it was written for: the oldest that has all it uses. */
  readonly contract: ContractVersion;
  /** Registers what it brings. No side effects but on the registry. */
  register(registry: Registry): void;
  /** The core whose `definePlugin` made it, which is another one than this where the package brings its own. */
  readonly '~core'?: { readonly version: string; readonly url: string };
  readonly '~metrics'?: Metrics;
}
