import type { MetricAbout } from '@touchstone/core';
import { about } from './about.ts';

export type ClassicName = keyof typeof about;

/** Where the exports of a module can be found again. */
export interface MetricOrigin {
  readonly module: '@touchstone/evaluator-classic';
  /** `import.meta.url` of the module. */
  readonly url: string;
}

export function originAt(url: string): MetricOrigin {
  return { module: '@touchstone/evaluator-classic', url };
}

interface MetricHead<Name extends ClassicName> {
  readonly name: Name;
  readonly description: string;
  readonly about: MetricAbout;
  readonly from?: MetricOrigin & { readonly export: string };
}

/** The parts that every definition has. @param origin absent for a metric that knows more than its options */
export function metricHead<const Name extends ClassicName>(
  name: Name,
  exported: string,
  description: string,
  origin?: MetricOrigin,
): MetricHead<Name> {
  return { name, description, about: about[name], ...(origin === undefined ? {} : { from: { ...origin, export: exported } }) };
}
