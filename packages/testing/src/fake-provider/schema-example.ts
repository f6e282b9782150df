import { isObject, type JsonObject, listIn, numberIn, objectIn, textIn } from './json-access.ts';
import type { RequestRandom } from './request-random.ts';

/** Deeper than this, lists are empty and optional fields are left out, so that recursive schemas end. */
const DEEPEST = 6;

/** A value that follows a JSON schema, the same for the same request. Knows what structured outputs of the providers allow. */
export function schemaExample(schema: JsonObject, random: RequestRandom, sample = 0): unknown {
  let drawn = 0;
  return example(schema, 0);

  function example(part: unknown, depth: number): unknown {
    const of = resolve(objectIn(part));
    if ('const' in of) return of.const;
    const choices = listIn(of.enum);
    if (choices.length > 0) return pick(choices);
    const alternatives = [...listIn(of.anyOf), ...listIn(of.oneOf)];
    if (alternatives.length > 0) return example(depth < DEEPEST ? pick(alternatives) : simplest(alternatives), depth + 1);
    if (Array.isArray(of.allOf)) {
      return example(Object.assign({}, of, { allOf: undefined }, ...of.allOf.map((part) => resolve(objectIn(part)))), depth);
    }
    const type = Array.isArray(of.type) ? (of.type.find((name) => name !== 'null') ?? 'null') : of.type;
    if (type === 'object' || isObject(of.properties)) return objectExample(of, depth);
    if (type === 'array') return arrayExample(of, depth);
    if (type === 'string') return textExample(of);
    if (type === 'integer' || type === 'number') return numberExample(of, type === 'integer');
    if (type === 'boolean') return draw() < 0.5;
    return null;
  }

  function objectExample(of: JsonObject, depth: number): unknown {
    const needed = new Set(listIn(of.required));
    const fields = Object.entries(objectIn(of.properties)).filter(([name]) => depth < DEEPEST || needed.has(name));
    return Object.fromEntries(fields.map(([name, field]) => [name, example(field, depth + 1)]));
  }

  function arrayExample(of: JsonObject, depth: number): unknown {
    const least = numberIn(of.minItems) ?? (depth < DEEPEST ? 1 : 0);
    const most = numberIn(of.maxItems) ?? Math.max(least, 2);
    const length = depth < DEEPEST ? least + Math.floor(draw() * (most - least + 1)) : least;
    return Array.from({ length }, () => example(of.items, depth + 1));
  }

  function textExample(of: JsonObject): string {
    if (of.format === 'date-time') return '2026-01-02T03:04:05Z';
    if (of.format === 'date') return '2026-01-02';
    if (of.format === 'email') return 'someone@example.com';
    const text = `text ${Math.floor(draw() * 1000)}`;
    return text.padEnd(numberIn(of.minLength) ?? 0, ' x').slice(0, numberIn(of.maxLength) ?? 1000);
  }

  /** Away from the ends, which may be excluded. Without an end, within ten of the other one, or of 0. */
  function numberExample(of: JsonObject, whole: boolean): number {
    const step = whole ? 1 : 0;
    const lowest = numberIn(of.minimum) ?? plus(numberIn(of.exclusiveMinimum), step);
    const highest = numberIn(of.maximum) ?? plus(numberIn(of.exclusiveMaximum), -step);
    const low = lowest ?? plus(highest, -10) ?? 0;
    const high = highest ?? low + 10;
    if (!whole) return low + (0.01 + 0.98 * draw()) * (high - low);
    return Math.ceil(low) + Math.floor(draw() * (Math.floor(high) - Math.ceil(low) + 1));
  }

  /** `#/$defs/name` and `#` itself. */
  function resolve(part: JsonObject): JsonObject {
    const reference = textIn(part.$ref);
    if (reference === '') return part;
    const target = reference
      .split('/')
      .slice(1)
      .reduce<unknown>((at, name) => objectIn(at)[name], schema);
    return objectIn(target);
  }

  function simplest(alternatives: readonly unknown[]): unknown {
    return alternatives.find((part) => !['object', 'array'].includes(textIn(resolve(objectIn(part)).type))) ?? alternatives[0];
  }

  function pick(items: readonly unknown[]): unknown {
    return items[Math.floor(draw() * items.length)];
  }

  function draw(): number {
    return random.at('text', drawn++, sample);
  }
}

function plus(value: number | undefined, more: number): number | undefined {
  return value === undefined ? undefined : value + more;
}
