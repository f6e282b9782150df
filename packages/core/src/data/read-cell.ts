import type { Cell, Json } from '../contracts/index.ts';

/** What a cell may be, as error messages say it. */
export const CELL_KINDS = 'text, a number, true, false, null, a list or an object of these, a bigint, a Date or a decimal';

/** Deeper than any real data, and far from the end of the stack. */
const MAX_DEPTH = 500;

/**
 * Any value that a program or a database driver gives for a cell, as plain JSON. Lists and objects are copied, so that
 * neither side sees later changes of the other.
 *
 * - bigint → its digits; `Date` (and whatever has `toISOString()`) → ISO 8601 in UTC with milliseconds;
 *   a decimal, or another object of a class with its own `toString()` → that text
 * - `undefined` → missing: no such cell; `null` inside a list
 * - NaN → null, because that is how databases, pandas and numpy write a missing number
 * - typed arrays and other iterables → lists; an object of a class without `toString()` → its own properties
 *
 * @throws UnreadableCell for ±Infinity, an invalid date, a function, a symbol, a Map, a Set, a Promise, bytes, an object that contains itself
 */
export function readCell(value: unknown): Cell {
  return convert(value, undefined, '');
}

/** Why a value is no cell. `path` leads from the cell to the place inside of it: `['messages', 2]`; empty for the cell itself. */
export class UnreadableCell extends Error {
  override readonly name = 'UnreadableCell';
  readonly path: readonly (string | number)[];
  /** What stands there: `Infinity`, `a function`. */
  readonly what: string;

  constructor(what: string, path: readonly (string | number)[]) {
    super(`${path.length === 0 ? 'the value' : `'${pathText(path)}'`} is ${what}, and it may be ${CELL_KINDS}`);
    this.path = path;
    this.what = what;
  }
}

/** `messages[2].content` */
export function pathText(path: readonly (string | number)[]): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join('');
}

/** An object that is being read, and how we came there: gives the path of an error, and finds circles. */
interface Place {
  readonly value: object;
  readonly parent: Place | undefined;
  /** The key of `value` in its parent. */
  readonly key: string | number;
  readonly depth: number;
}

function convert(value: unknown, parent: Place | undefined, key: string | number): Cell {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      return Number.isNaN(value) ? null : refuse(String(value), parent, key);
    case 'bigint':
      return value.toString();
    case 'object':
      return value === null ? null : convertObject(value, parent, key);
    default:
      return refuse(`a ${typeof value}`, parent, key);
  }
}

function convertObject(value: object, parent: Place | undefined, key: string | number): Cell {
  const place: Place = { value, parent, key, depth: parent === undefined ? 0 : parent.depth + 1 };
  for (let above = parent; above !== undefined; above = above.parent) {
    if (above.value === value) return refuse('an object that contains itself', parent, key);
  }
  if (place.depth > MAX_DEPTH) return refuse(`nested more than ${MAX_DEPTH} levels deep`, parent, key);
  if (Array.isArray(value)) return convertList(value, place);
  if (isPlain(value)) return convertMembers(value, place);
  return convertInstance(value, place);
}

function convertList(items: Iterable<unknown>, place: Place): readonly Json[] {
  const list: Json[] = [];
  for (const item of items) list.push(convert(item, place, list.length) ?? null);
  return list;
}

function convertMembers(value: object, place: Place): { readonly [key: string]: Json } {
  const members: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value)) {
    const converted = convert(member, place, name);
    if (converted !== undefined) setMember(members, name, converted);
  }
  return members;
}

/** `object[name] = value`, also for `__proto__`, where that would set the prototype instead. */
export function setMember<Value>(object: Record<string, Value>, name: string, value: Value): void {
  if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  else object[name] = value;
}

/** Objects of classes: dates, decimals, typed arrays, what drivers and libraries have. */
function convertInstance(value: object, place: Place): Cell {
  const unreadable = unreadableKind(value);
  if (unreadable !== undefined) return refuse(unreadable, place.parent, place.key);
  if ('toISOString' in value && typeof value.toISOString === 'function') return isoText(value.toISOString.bind(value), place);
  if (value instanceof String) return value.valueOf();
  if (isIterable(value)) return convertList(value, place);
  if (typeof value.toString === 'function' && value.toString !== Object.prototype.toString) return String(value);
  if ('toJSON' in value && typeof value.toJSON === 'function') return convert(value.toJSON(), place, place.key);
  return convertMembers(value, place);
}

/** Kinds of objects that have no JSON form which a reader would guess. */
export function unreadableKind(value: object): string | undefined {
  if (value instanceof Map) return 'a Map (use Object.fromEntries(map))';
  if (value instanceof Set) return 'a Set (use [...set])';
  if (value instanceof Promise) return 'a Promise (await it first)';
  if (value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef) return 'a weak reference';
  if (Buffer.isBuffer(value) || value instanceof ArrayBuffer || value instanceof DataView)
    return 'bytes (decode them to text first)';
  return undefined;
}

function isoText(toISOString: () => unknown, place: Place): string {
  let text: unknown;
  try {
    text = toISOString();
  } catch {
    // An invalid Date throws a RangeError.
  }
  return typeof text === 'string' ? text : refuse('an invalid date', place.parent, place.key);
}

/** No prototype, or one that is the end of the chain: `Object.prototype`, also that of another realm. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value && typeof value[Symbol.iterator] === 'function';
}

function refuse(what: string, parent: Place | undefined, key: string | number): never {
  const path: (string | number)[] = [];
  if (parent !== undefined) path.push(key);
  for (let place = parent; place?.parent !== undefined; place = place.parent) path.unshift(place.key);
  throw new UnreadableCell(what, path);
}
