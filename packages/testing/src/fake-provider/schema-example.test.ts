import fc from 'fast-check';
import { expect, test } from 'vitest';
import { requestRandom } from './request-random.ts';
import { schemaExample } from './schema-example.ts';

interface Case {
  readonly schema: Readonly<Record<string, unknown>>;
  readonly fits: (value: unknown) => boolean;
}

/** Schemas, each with its own idea of what fits. */
const { schemas } = fc.letrec<{ schemas: Case }>((tie) => ({
  schemas: fc.oneof(
    { maxDepth: 3 },
    fc.constant({ schema: { type: 'boolean' }, fits: (value: unknown) => typeof value === 'boolean' }),
    fc.constant({ schema: { type: 'null' }, fits: (value: unknown) => value === null }),
    fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 0, max: 9 })).map(([low, more]) => ({
      schema: { type: 'integer', minimum: low, maximum: low + more },
      fits: (value: unknown) => Number.isInteger(value) && Number(value) >= low && Number(value) <= low + more,
    })),
    fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 2, max: 9 })).map(([low, more]) => ({
      schema: { type: 'integer', exclusiveMinimum: low, exclusiveMaximum: low + more },
      fits: (value: unknown) => Number.isInteger(value) && Number(value) > low && Number(value) < low + more,
    })),
    fc.integer({ min: -99, max: 99 }).map((high) => ({
      schema: { type: 'number', exclusiveMaximum: high },
      fits: (value: unknown) => typeof value === 'number' && value < high,
    })),
    fc.integer({ min: -9, max: 9 }).map((low) => ({
      schema: { type: 'number', minimum: low },
      fits: (value: unknown) => typeof value === 'number' && value >= low,
    })),
    fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 20 })).map(([least, more]) => ({
      schema: { type: 'string', minLength: least, maxLength: least + more },
      fits: (value: unknown) => typeof value === 'string' && value.length >= least && value.length <= least + more,
    })),
    fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 4 }).map((names) => ({
      schema: { type: 'string', enum: names },
      fits: (value: unknown) => names.includes(String(value)),
    })),
    fc.tuple(tie('schemas'), fc.nat({ max: 2 }), fc.nat({ max: 2 })).map(([{ schema, fits }, least, more]) => ({
      schema: { type: 'array', items: schema, minItems: least, maxItems: least + more },
      fits: (value: unknown) =>
        Array.isArray(value) && value.length >= least && value.length <= least + more && value.every(fits),
    })),
    fc.array(tie('schemas'), { minLength: 1, maxLength: 3 }).map((cases) => ({
      schema: { anyOf: cases.map(({ schema }) => schema) },
      fits: (value: unknown) => cases.some(({ fits }) => fits(value)),
    })),
    fc.dictionary(fc.string({ minLength: 1 }), tie('schemas'), { maxKeys: 3, noNullPrototype: true }).map((cases) => ({
      schema: {
        type: 'object',
        properties: Object.fromEntries(Object.entries(cases).map(([name, { schema }]) => [name, schema])),
        required: Object.keys(cases),
        additionalProperties: false,
      },
      fits: (value: unknown) =>
        typeof value === 'object' &&
        Object.keys(cases).length === Object.keys(Object(value)).length &&
        Object.entries(cases).every(([name, { fits }]) => fits(Object(value)[name])),
    })),
  ),
}));

test('an example fits its schema, and is the same every time', () => {
  fc.assert(
    fc.property(schemas, fc.nat(), ({ schema, fits }, seed) => {
      const made = schemaExample(schema, requestRandom(seed, 'request'));
      expect(fits(made)).toBe(true);
      expect(schemaExample(schema, requestRandom(seed, 'request'))).toEqual(made);
    }),
    { numRuns: 500 },
  );
});

test('references are followed, and a schema within itself ends', () => {
  const schema = {
    type: 'object',
    properties: { name: { $ref: '#/$defs/name' }, children: { type: 'array', items: { $ref: '#' } } },
    required: ['name', 'children'],
    $defs: { name: { type: 'string', enum: ['나무', '잎'] } },
  };
  const made = schemaExample(schema, requestRandom(1, 'tree'));
  const names: unknown[] = [];
  const walk = (node: unknown): void => {
    const { name, children } = Object(node);
    names.push(name);
    for (const child of children) walk(child);
  };
  walk(made);
  expect(names.length).toBeGreaterThan(1);
  expect(names.every((name) => name === '나무' || name === '잎')).toBe(true);
});
