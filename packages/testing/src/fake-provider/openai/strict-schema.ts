import { isObject, type JsonObject, listIn, objectIn } from '../json-access.ts';
import type { Path, Problem } from '../wire/shape.ts';

/** What a strict schema must keep to: every object closed, and every property required. */
export function strictSchemaProblem(
  schema: JsonObject,
  of: 'function' | 'response_format',
  name: string,
  path: Path,
): Problem | undefined {
  const [wrong] = wrongPlaces(schema, []);
  if (wrong === undefined) return undefined;
  const context = `(${wrong.at.map((part) => `'${part}'`).join(', ')}${wrong.at.length === 1 ? ',' : ''})`;
  return {
    kind: 'rule',
    path,
    code: 'invalid_json_schema',
    message: `Invalid schema for ${of} '${name}': In context=${context}, ${wrong.what}.`,
  };
}

interface Wrong {
  readonly at: readonly string[];
  readonly what: string;
}

function* wrongPlaces(schema: unknown, at: readonly string[]): Generator<Wrong> {
  if (!isObject(schema)) return;
  if (schema.type === 'object') {
    const missing = Object.keys(objectIn(schema.properties)).find((name) => !listIn(schema.required).includes(name));
    if (schema.additionalProperties !== false) {
      yield { at, what: "'additionalProperties' is required to be supplied and to be false" };
    }
    if (missing !== undefined) {
      yield {
        at,
        what: `'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'`,
      };
    }
  }
  for (const map of ['properties', '$defs', 'definitions']) {
    for (const [name, part] of Object.entries(objectIn(schema[map]))) yield* wrongPlaces(part, [...at, map, name]);
  }
  yield* wrongPlaces(schema.items, [...at, 'items']);
  for (const [i, part] of listIn(schema.anyOf).entries()) yield* wrongPlaces(part, [...at, 'anyOf', String(i)]);
}
