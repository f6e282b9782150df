import type { Json } from '@touchstone/core';

/** An object of JSON in a text, and where it stands there. */
export interface FoundObject {
  readonly value: { readonly [key: string]: Json };
  readonly text: string;
}

/** A model that writes braces without end must not cost more than its answer is worth. */
const MOST_TRIES = 50;

/** The JSON objects of a text, the outermost ones, in their order: alone, in a fence, or with words around them. Never throws. */
export function jsonObjects(text: string): readonly FoundObject[] {
  const found: FoundObject[] = [];
  let at = 0;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const start = text.indexOf('{', at);
    if (start < 0) break;
    const end = closingBrace(text, start);
    const piece = end === undefined ? undefined : text.slice(start, end + 1);
    const value = piece === undefined ? undefined : parsedObject(piece);
    if (piece !== undefined && end !== undefined && value !== undefined) found.push({ value, text: piece });
    at = value === undefined || end === undefined ? start + 1 : end + 1;
  }
  return found;
}

/** The brace that closes the one at `start`; those in strings do not count. */
function closingBrace(text: string, start: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character === '\\') at++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return at;
  }
  return undefined;
}

function parsedObject(text: string): FoundObject['value'] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is FoundObject['value'] {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
