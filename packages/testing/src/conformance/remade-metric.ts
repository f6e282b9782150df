import type { Metric } from '@touchstone/core';

/** The metric that a worker thread would make from the spec and the place of its module; `undefined` where there is none. */
export async function remade({ spec, origin }: Metric): Promise<Metric | undefined> {
  if (spec === undefined) return undefined;
  const exports: Readonly<Record<string, unknown>> = await import(origin?.url ?? spec.module);
  const exported = exports[spec.export];
  const made: unknown = typeof exported === 'function' ? exported(spec.options ?? undefined) : exported;
  return isMetric(made) ? made : undefined;
}

function isMetric(made: unknown): made is Metric {
  return typeof made === 'object' && made !== null && 'form' in made && 'signature' in made && 'needs' in made;
}
