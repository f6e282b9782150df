import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Json, messageOf, TouchstoneError } from '@touchstone/core';
import { pairsOf } from './flag-pairs.ts';

/** Options whose value is a text whatever it looks like. */
const TEXTS: ReadonlySet<string> = new Set(['prompt', 'system', 'url', 'baseUrl', 'organization', 'apiVersion', 'api', 'method']);

/**
 * `['base-url=http://localhost:8000/v1', 'temperature=0', 'body=@request.json']` → options as `evaluate` takes them: names in camelCase,
 * values as JSON where they are JSON, `@file` for the content of a file.
 *
 * @param folder where files are looked for
 * @throws TouchstoneError `bad-option`
 */
export function modelOptionsOf(pairs: readonly string[] | undefined, folder: string): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    Object.entries(pairsOf('--model-option', pairs)).map(([key, text]) => {
      // `outputs.context`: what comes after the point is a name of the user's own.
      const [head = '', ...rest] = key.split('.');
      const name = [camelCase(head), ...rest].join('.');
      const content = text.startsWith('@') ? readText(key, resolve(folder, text.slice(1)), text.slice(1)) : text;
      return [name, TEXTS.has(name) ? content : jsonOrText(content)];
    }),
  );
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/gu, (_, letter: string) => letter.toUpperCase());
}

function readText(key: string, path: string, given: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new TouchstoneError(
      'bad-option',
      `--model-option ${key} names the file '${given}', which cannot be read: ${messageOf(error)}.`,
    );
  }
}

function jsonOrText(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
