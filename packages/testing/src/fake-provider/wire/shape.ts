import { isObject } from '../json-access.ts';

// What a field of a request may hold. A check says what is wrong first, as data; each API has its own words for it.

export type Path = readonly (string | number)[];

export type Problem =
  | { readonly kind: 'missing'; readonly path: Path }
  | { readonly kind: 'unknown'; readonly path: Path; readonly names: readonly string[] }
  | { readonly kind: 'type'; readonly path: Path; readonly expected: string; readonly value: unknown }
  | { readonly kind: 'choice'; readonly path: Path; readonly allowed: readonly string[]; readonly value: unknown }
  | {
      readonly kind: 'range';
      readonly path: Path;
      readonly bound: 'min' | 'max';
      readonly limit: number;
      readonly value: number;
      readonly whole: boolean;
    }
  | {
      readonly kind: 'length';
      readonly path: Path;
      readonly bound: 'min' | 'max';
      readonly limit: number;
      readonly length: number;
    }
  | { readonly kind: 'pattern'; readonly path: Path; readonly pattern: string }
  /** A rule between fields, in the words of the API. */
  | { readonly kind: 'rule'; readonly path?: Path; readonly message: string; readonly code?: string; readonly status?: number };

/** The path of a problem begins at the value that was looked at; whoever holds the value puts its place in front. */
export type Check = (value: unknown) => Problem | undefined;

/** A field that must be there. */
export interface Required {
  readonly required: Check;
}

export type Fields = Readonly<Record<string, Check | Required>>;

export const required = (check: Check): Required => ({ required: check });

export const anything: Check = () => undefined;

export const string: Check = (value) => (typeof value === 'string' ? undefined : wrongType('a string', value));

export const boolean: Check = (value) => (typeof value === 'boolean' ? undefined : wrongType('a boolean', value));

export const object: Check = (value) => (isObject(value) ? undefined : wrongType('an object', value));

export const nullable =
  (check: Check): Check =>
  (value) =>
    value === null ? undefined : check(value);

export const matching =
  (pattern: RegExp): Check =>
  (value) =>
    string(value) ?? (pattern.test(String(value)) ? undefined : { kind: 'pattern', path: [], pattern: pattern.source });

export const oneOf =
  (...allowed: readonly string[]): Check =>
  (value) => {
    if (typeof value !== 'string') return wrongType(`one of ${allowed.map((name) => `'${name}'`).join(', ')}`, value);
    return allowed.includes(value) ? undefined : { kind: 'choice', path: [], allowed, value };
  };

export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

export const number = (bounds: Bounds = {}): Check => numeric(bounds, 'a decimal');

export const integer = (bounds: Bounds = {}): Check => numeric(bounds, 'an integer');

export const list =
  (item: Check, bounds: Bounds & { readonly of?: string } = {}): Check =>
  (value) => {
    if (!Array.isArray(value)) return wrongType(bounds.of === undefined ? 'an array' : `an array of ${bounds.of}`, value);
    const outside = outsideOf(bounds, value.length);
    if (outside !== undefined) return { kind: 'length', path: [], ...outside, length: value.length };
    for (const [i, element] of value.entries()) {
      const problem = item(element);
      if (problem !== undefined) return within(i, problem);
    }
    return undefined;
  };

/** An object with these fields; others are refused, unless it is open. */
export const record = (fields: Fields, others: 'closed' | 'open' = 'closed'): Check => {
  const checks = new Map(
    Object.entries(fields).map(([name, field]) => [name, typeof field === 'function' ? field : field.required]),
  );
  const needed = Object.keys(fields).filter((name) => typeof fields[name] === 'object');
  return (value) => {
    if (!isObject(value)) return wrongType('an object', value);
    const unknown = others === 'open' ? [] : Object.keys(value).filter((name) => !checks.has(name));
    if (unknown.length > 0) return { kind: 'unknown', path: [], names: unknown };
    for (const name of needed) if (value[name] === undefined) return { kind: 'missing', path: [name] };
    for (const name in value) {
      const problem = value[name] === undefined ? undefined : checks.get(name)?.(value[name]);
      if (problem !== undefined) return within(name, problem);
    }
    return undefined;
  };
};

/** An object whose fields depend on what its field `tag` says. */
export const tagged = (tag: string, variants: Readonly<Record<string, Fields>>): Check => {
  const choice = oneOf(...Object.keys(variants));
  const checks = new Map(Object.entries(variants).map(([name, fields]) => [name, record({ [tag]: string, ...fields })]));
  return (value) => {
    if (!isObject(value)) return wrongType('an object', value);
    const name = value[tag];
    if (name === undefined) return { kind: 'missing', path: [tag] };
    const wrong = choice(name);
    return wrong === undefined ? checks.get(String(name))?.(value) : within(tag, wrong);
  };
};

/** Different checks by the JSON type of the value. */
export const byType =
  (expected: string, checks: { readonly string?: Check; readonly array?: Check; readonly object?: Check }): Check =>
  (value) => {
    const check =
      typeof value === 'string'
        ? checks.string
        : Array.isArray(value)
          ? checks.array
          : isObject(value)
            ? checks.object
            : undefined;
    return check === undefined ? wrongType(expected, value) : check(value);
  };

/** `messages[0].content` */
export function dotted(path: Path): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}

function within(place: string | number, problem: Problem): Problem {
  return { ...problem, path: [place, ...(problem.path ?? [])] };
}

function numeric(bounds: Bounds, expected: string): Check {
  const whole = expected === 'an integer';
  return (value) => {
    if (typeof value !== 'number' || (whole && !Number.isInteger(value))) return wrongType(expected, value);
    const outside = outsideOf(bounds, value);
    return outside === undefined ? undefined : { kind: 'range', path: [], ...outside, value, whole };
  };
}

function outsideOf({ min, max }: Bounds, value: number): { readonly bound: 'min' | 'max'; readonly limit: number } | undefined {
  if (min !== undefined && value < min) return { bound: 'min', limit: min };
  if (max !== undefined && value > max) return { bound: 'max', limit: max };
  return undefined;
}

function wrongType(expected: string, value: unknown): Problem {
  return { kind: 'type', path: [], expected, value };
}
