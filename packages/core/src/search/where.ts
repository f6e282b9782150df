import type { RunStatus } from '../contracts/index.ts';

/** A condition on runs, as it was understood. */
export type Where =
  | { readonly is: 'and' | 'or'; readonly terms: readonly Where[] }
  | { readonly is: 'not'; readonly term: Where }
  | { readonly is: 'comparison'; readonly field: Field; readonly test: Test };

export type Field =
  | { readonly of: 'metrics' | 'params' | 'tags'; readonly key: string }
  | { readonly of: 'attributes'; readonly key: Attribute };

/** Kind of each attribute of a run: what it can be compared with. */
export const ATTRIBUTES = {
  id: 'id',
  name: 'text',
  experiment: 'text',
  status: 'status',
  key: 'text',
  parent: 'id',
  started: 'time',
  ended: 'time',
} as const satisfies Readonly<Record<string, FieldKind>>;

export type Attribute = keyof typeof ATTRIBUTES;

/** `loose`: a text that may stand for a number, as params and tags are. */
export type FieldKind = 'number' | 'loose' | 'text' | 'id' | 'status' | 'time';

export type Test =
  | { readonly op: Order; readonly value: Operand }
  | { readonly op: 'in' | 'not in'; readonly values: readonly Operand[] }
  | { readonly op: 'like' | 'ilike' | 'not like' | 'not ilike'; readonly pattern: string }
  | { readonly op: 'is null' | 'is not null' };

export type Order = '=' | '!=' | '<' | '<=' | '>' | '>=';

export type Operand =
  | { readonly kind: 'number'; readonly number: number }
  /** `number`: what the text stands for where it stands for one. */
  | { readonly kind: 'text'; readonly text: string; readonly number?: number }
  | { readonly kind: 'status'; readonly status: RunStatus }
  /** Milliseconds since the epoch: from the first on, and before the second. */
  | { readonly kind: 'span'; readonly from: number; readonly to: number };

export function kindOf(field: Field): FieldKind {
  if (field.of === 'attributes') return ATTRIBUTES[field.key];
  return field.of === 'metrics' ? 'number' : 'loose';
}

/** The fields that a condition speaks of, each once, in its order. */
export function fieldsOf(where: Where): readonly Field[] {
  const found = new Map<string, Field>();
  const visit = (part: Where): void => {
    if (part.is === 'comparison') found.set(`${part.field.of}.${part.field.key}`, part.field);
    else if (part.is === 'not') visit(part.term);
    else for (const term of part.terms) visit(term);
  };
  visit(where);
  return [...found.values()];
}
