import type { RunRecord } from '../contracts/index.ts';
import { isLike } from './like-pattern.ts';
import { numberOf } from './parse-where.ts';
import type { Field, Operand, Order, Test, Where } from './where.ts';

/** A run with its aggregates, as a search sees it. */
export interface SearchedRun {
  readonly run: RunRecord;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Whether a run meets the condition. A comparison with something that the run does not have is false, `!=` and `not in` included;
 * `not (…)` is true wherever `(…)` is false.
 */
export function matches(where: Where, searched: SearchedRun): boolean {
  switch (where.is) {
    case 'and':
      return where.terms.every((term) => matches(term, searched));
    case 'or':
      return where.terms.some((term) => matches(term, searched));
    case 'not':
      return !matches(where.term, searched);
    case 'comparison':
      return passes(where.test, valueAt(where.field, searched), where.field);
  }
}

/** What the run has there; `undefined`: nothing. */
function valueAt({ of, key }: Field, { run, metrics }: SearchedRun): string | number | undefined {
  switch (of) {
    case 'metrics':
      return own(metrics, key);
    case 'params':
      return own(run.params ?? {}, key);
    case 'tags':
      return own(run.tags, key);
    case 'attributes':
      if (key === 'started') return run.startedAt;
      return key === 'ended' ? run.endedAt : run[key];
  }
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  if (Object.hasOwn(record, key)) return record[key];
  // Typed on another system, the same letters may be composed in another way.
  const same = Object.keys(record).find((name) => name.normalize() === key.normalize());
  return same === undefined ? undefined : record[same];
}

function passes(test: Test, value: string | number | undefined, field: Field): boolean {
  if (value === undefined) return test.op === 'is null';
  switch (test.op) {
    case 'is null':
      return false;
    case 'is not null':
      return true;
    case 'in':
      return test.values.some((operand) => compares('=', value, operand, field));
    case 'not in':
      return !test.values.some((operand) => compares('=', value, operand, field));
    case 'like':
    case 'not like':
      return isLike(String(value).normalize(), test.pattern.normalize()) === (test.op === 'like');
    case 'ilike':
    case 'not ilike':
      return isLike(folded(String(value)), folded(test.pattern)) === (test.op === 'ilike');
    default:
      return compares(test.op, value, test.value, field);
  }
}

function compares(op: Order, value: string | number, operand: Operand, field: Field): boolean {
  if (op === '!=') return !compares('=', value, operand, field);
  switch (operand.kind) {
    case 'number':
      return inOrder(op, Number(value), operand.number);
    case 'span':
      return inSpan(op, Number(value), operand);
    case 'status':
      return value === operand.status;
    case 'text':
      if (op === '=') return isText(String(value), operand, field);
      return inOrder(op, numberOf(String(value)) ?? Number.NaN, operand.number ?? Number.NaN);
  }
}

/** Ids are known by their beginning, as everywhere. */
function isText(value: string, { text, number }: Operand & { readonly kind: 'text' }, { of, key }: Field): boolean {
  if (of === 'attributes' && (key === 'id' || key === 'parent')) return text !== '' && value.startsWith(text.toLowerCase());
  return value.normalize() === text.normalize() || (number !== undefined && numberOf(value) === number);
}

function inOrder(op: Exclude<Order, '!='>, value: number, other: number): boolean {
  switch (op) {
    case '=':
      return value === other;
    case '<':
      return value < other;
    case '<=':
      return value <= other;
    case '>':
      return value > other;
    case '>=':
      return value >= other;
  }
}

/** `< 2026-11-23` is before that day, `> 2026-11-23` after it. */
function inSpan(op: Exclude<Order, '!='>, value: number, { from, to }: { readonly from: number; readonly to: number }): boolean {
  switch (op) {
    case '=':
      return value >= from && value < to;
    case '<':
      return value < from;
    case '<=':
      return value < to;
    case '>':
      return value >= to;
    case '>=':
      return value >= from;
  }
}

function folded(text: string): string {
  return text.normalize().toLowerCase();
}
