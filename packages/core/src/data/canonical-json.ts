import type { Cell, Json, Row } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';

/**
 * The one text that equal JSON values have: RFC 8785 (JSON Canonicalization Scheme). No blanks, members sorted by the
 * UTF-16 units of their names, numbers and strings as ECMAScript writes them. Where the RFC refuses a lone surrogate, it
 * is written as its `\uXXXX` escape, because texts cut in the middle of a character are found in real data.
 *
 * Members that are `undefined` are left out, as in JSON.
 *
 * @throws TouchstoneError `not-json` for anything else that JSON cannot say (NaN, infinity, bigint, function, symbol)
 * @example
 * canonicalJson({ b: [1e21, 'é'], a: -0 }); // {"a":0,"b":[1e+21,"é"]}
 */
export function canonicalJson(value: Json | Row): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return isList(value) ? canonicalList(value) : canonicalObject(value);
  return canonicalScalar(value);
}

/** `Array.isArray` does not narrow readonly arrays. */
function isList(value: readonly Json[] | Row): value is readonly Json[] {
  return Array.isArray(value);
}

function canonicalList(items: readonly Json[]): string {
  let text = '[';
  for (let i = 0; i < items.length; i++) {
    if (i > 0) text += ',';
    text += canonicalJson(items[i] ?? null);
  }
  return `${text}]`;
}

function canonicalObject(members: Readonly<Record<string, Cell>>): string {
  let text = '';
  // The default order of sort() is by UTF-16 units, which is what the RFC asks for.
  for (const name of Object.keys(members).sort()) {
    const member = members[name];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

function canonicalScalar(value: Exclude<Json, string | object>): string {
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return JSON.stringify(value);
  const given = typeof value === 'number' ? String(value) : `a ${typeof value}`;
  throw new TouchstoneError(
    'not-json',
    `${given} cannot be written as JSON; use text, a finite number, true, false, null, a list or an object of these.`,
  );
}
