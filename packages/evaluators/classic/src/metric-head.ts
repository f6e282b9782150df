import type { MetricAbout, Spec } from '@touchstone/core';
import { about } from './about.ts';

export type ClassicName = keyof typeof about;

/** The parts that every definition has. @param module where the metric is an export; absent for one that knows more than its options */
export function metricHead<const Name extends ClassicName>(
  name: Name,
  exported: string,
  description: string,
  module?: string,
): {
  readonly name: Name;
  readonly description: string;
  readonly about: MetricAbout;
  readonly from?: Pick<Spec, 'module' | 'export'>;
} {
  return { name, description, about: about[name], ...(module === undefined ? {} : { from: { module, export: exported } }) };
}

/** This package. */
export const MODULE = '@touchstone/evaluator-classic';
