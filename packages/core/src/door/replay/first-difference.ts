import type { Json } from '../../contracts/index.ts';

/** Where two values first differ, with what stands there, cut to a few words. */
export interface Difference {
  /** `messages[0].content`; empty: the whole value. */
  readonly path: string;
  readonly recorded: string;
  readonly asked: string;
}

/** `undefined` when they are equal. Members are compared in the order of their names. */
export function firstDifference(recorded: Json | undefined, asked: Json | undefined, path = ''): Difference | undefined {
  if (typeof recorded === 'string' && typeof asked === 'string') {
    return recorded === asked ? undefined : { path, ...excerpts(recorded, asked) };
  }
  if (isList(recorded) && isList(asked)) {
    for (let at = 0; at < Math.max(recorded.length, asked.length); at++) {
      const difference = firstDifference(recorded[at], asked[at], `${path}[${at}]`);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  if (isObject(recorded) && isObject(asked)) {
    for (const name of [...new Set([...Object.keys(recorded), ...Object.keys(asked)])].sort()) {
      const difference = firstDifference(own(recorded, name), own(asked, name), path === '' ? name : `${path}.${name}`);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  return Object.is(recorded, asked) ? undefined : { path, recorded: shown(recorded), asked: shown(asked) };
}

/** Characters before and after the first one that differs. */
const BEFORE = 20;
const AFTER = 40;

function excerpts(recorded: string, asked: string): Omit<Difference, 'path'> {
  let at = 0;
  while (at < recorded.length && recorded[at] === asked[at]) at++;
  return { recorded: excerpt(recorded, at), asked: excerpt(asked, at) };
}

function excerpt(text: string, at: number): string {
  const from = Math.max(0, at - BEFORE);
  const part = text.slice(from, at + AFTER).toWellFormed();
  return JSON.stringify(`${from > 0 ? '…' : ''}${part}${at + AFTER < text.length ? '…' : ''}`);
}

function shown(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= BEFORE + AFTER ? text : `${text.slice(0, BEFORE + AFTER).toWellFormed()}…`;
}

function own(value: { readonly [name: string]: Json }, name: string): Json | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

/** `Array.isArray` does not narrow readonly arrays. */
function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
