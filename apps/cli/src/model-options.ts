import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Json, messageOf, TouchstoneError } from '@touchstone/core';
import { pairsOf } from './flag-pairs.ts';

/** Options whose value is a text whatever it looks like; of those with names behind a point (`headers.x-version=1`), all of them. */
const TEXTS: ReadonlySet<string> = new Set([
  'prompt',
  'system',
  'baseUrl',
  'organization',
  'apiVersion',
  'api',
  'method',
  'headers',
  'outputs',
  'usage',
  'main',
  'events',
]);

/**
 * `['base-url=http://localhost:8000/v1', 'temperature=0', 'body=@request.json']` → options as `evaluate` takes them: names in camelCase,
 * values as JSON where they are JSON, `@file` for the content of a file.
 *
 * @param folder where files are looked for
 * @param flag the flag that they were given with, for messages
 * @throws TouchstoneError `bad-option`
 */
export function modelOptionsOf(
  pairs: readonly string[] | undefined,
  folder: string,
  flag = '--model-option',
): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    Object.entries(pairsOf(flag, pairs)).map(([key, text]) => {
      // `outputs.context`: what comes after the point is a name of the user's own.
      const [first = '', ...rest] = key.split('.');
      const head = camelCase(first);
      const name = [head, ...rest].join('.');
      if (!text.startsWith('@')) return [name, isText(head, rest) ? text : jsonOrText(text)];
      const file = text.slice(1);
      const content = readText(`${flag} ${key}`, resolve(folder, file), file);
      if (isText(head, rest)) return [name, content];
      return [name, file.endsWith('.json') ? json(`${flag} ${key}`, file, content) : jsonOrText(content)];
    }),
  );
}

/** `headers={"x-a": "1"}` is an object of texts, `headers.x-a=1` one of them. */
function isText(head: string, rest: readonly string[]): boolean {
  return TEXTS.has(head) && (rest.length > 0 || !['headers', 'outputs', 'usage'].includes(head));
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/gu, (_, letter: string) => letter.toUpperCase());
}

function readText(option: string, path: string, given: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new TouchstoneError('bad-option', `${option} names the file '${given}', which cannot be read: ${messageOf(error)}.`);
  }
}

/** @throws TouchstoneError `bad-option`: sent as a text, a mistyped document would be another request */
function json(option: string, file: string, text: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TouchstoneError('bad-option', `${option} names the file '${file}', which is no JSON: ${messageOf(error)}.`);
  }
}

function jsonOrText(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
