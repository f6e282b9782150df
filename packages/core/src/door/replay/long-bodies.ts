import { createHash } from 'node:crypto';
import type { Json } from '../../contracts/index.ts';
import { holdsMark } from './masked.ts';

/** JSON of a text or vector that is longer stands in a file of its own: images, documents, embeddings would hide what can be read. */
const MOST_INLINE = 4096;
/** Characters of a long text that are shown in its place. */
const SHOWN = 60;
const NAME = '$body';

/** By SHA-256 of the text, in hex: JSON texts of what was too long. */
export type Bodies = ReadonlyMap<string, string>;

/**
 * The value with references in the place of long texts and vectors, which go to `bodies`.
 * @param most characters of JSON that stay where they are
 */
export function withoutLongBodies(value: Json, bodies: Map<string, string>, most = MOST_INLINE): Json {
  if (typeof value === 'string' || isVector(value)) {
    const text = JSON.stringify(value);
    if (text.length <= most) return value;
    const hash = bodyHash(text);
    bodies.set(hash, text);
    const shown = typeof value === 'string' ? { begins: value.slice(0, SHOWN).toWellFormed() } : {};
    return { [NAME]: hash, length: text.length, ...shown, ...(holdsMark(text) ? { masked: true } : {}) };
  }
  return mapped(value, (one) => withoutLongBodies(one, bodies, most), escaped);
}

/** The other way round. @param read the text of a body; throws when there is none */
export function withBodies(value: Json, read: (hash: string) => string): Json {
  const hash = bodyOf(value);
  if (hash !== undefined) return JSON.parse(read(hash));
  return mapped(value, (one) => withBodies(one, read), unescaped);
}

/** Hashes of all bodies that a value refers to. */
export function bodiesIn(value: Json): readonly string[] {
  const hash = bodyOf(value);
  if (hash !== undefined) return [hash];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(bodiesIn);
}

/** The name of a body's file, without its ending. */
export function bodyHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function bodyOf(value: Json): string | undefined {
  if (!isObject(value) || !Object.hasOwn(value, NAME)) return undefined;
  const hash = value[NAME];
  return typeof hash === 'string' ? hash : undefined;
}

/** A member that is really called like a reference gets one more `$`. */
function escaped(name: string): string {
  return /^\$+body$/u.test(name) ? `$${name}` : name;
}

function unescaped(name: string): string {
  return /^\$\$+body$/u.test(name) ? name.slice(1) : name;
}

function mapped(value: Json, member: (one: Json) => Json, name: (one: string) => string): Json {
  if (isList(value)) return value.map(member);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [name(key), member(one)]));
}

function isVector(value: Json): boolean {
  return isList(value) && value.every((one) => typeof one === 'number');
}

/** `Array.isArray` does not narrow readonly arrays. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
