import type { Json } from '@touchstone/core';
import type { Preferred } from './both-orders.ts';

/** What is kept of a comparison besides its score, as the statistics read it back from the journal. */
export interface PreferenceDetails {
  readonly preferred: Preferred;
  /** The names of A and B, where the data says them. */
  readonly systems: readonly [string, string];
  /** In the order in which they were asked; none for equal outputs. */
  readonly judges: readonly { readonly judge: string; readonly verdicts: readonly [Place, Place] }[];
}

type Place = 'first' | 'second' | 'tie';

/** @throws Error where it is no score of a preference metric */
export function detailsOf({ details }: { readonly details?: Json | undefined }): PreferenceDetails {
  const { preferred, systems, judges } = record(details);
  return {
    preferred: preferred === 'a' || preferred === 'b' ? preferred : 'tie',
    systems: pairOf(systems, (name) => String(name)),
    judges: list(judges).map((one) => {
      const { judge, orders } = record(one);
      return { judge: String(judge), verdicts: pairOf(orders, (order) => placeOf(record(order).verdict)) };
    }),
  };
}

function placeOf(value: Json | undefined): Place {
  return value === 'first' || value === 'second' ? value : 'tie';
}

function pairOf<T>(value: Json | undefined, read: (one: Json) => T): readonly [T, T] {
  const [first, second] = list(value);
  if (first === undefined || second === undefined) throw new Error('its details are no comparison');
  return [read(first), read(second)];
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function record(value: Json | undefined): { readonly [key: string]: Json } {
  return isRecord(value) ? value : {};
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
