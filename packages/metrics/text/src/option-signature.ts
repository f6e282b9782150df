import type { Json } from '@touchstone/core';

/** The part of a signature that options make: those that were changed. So a metric without options has the same signature when it learns a new one. */
export function changedOptions<Options extends object>(options: Options, defaults: Options): Readonly<Record<string, Json>> {
  const known = new Map(Object.entries(defaults));
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) =>
      value === undefined || value === known.get(name) ? [] : [[name, JSON.parse(JSON.stringify(value))]],
    ),
  );
}
