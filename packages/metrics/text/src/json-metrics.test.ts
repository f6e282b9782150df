import { evaluate } from '@touchstone/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonEquality, jsonSchemaValidation, jsonValidity } from './index.ts';

const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const yes = { status: 'scored', value: true };
const no = (justification: string) => ({ status: 'scored', value: false, justification });

describe('json_validity', () => {
  test.each(['{}', ' [1, 2]\n', '"한국"', 'null', '-0.5e3', '{"__proto__": 1, "constructor": 2}', '"\\ud800"', deep])(
    'a JSON text: %.40s',
    async (predictions) => {
      expect(await jsonValidity().score({ predictions })).toEqual(yes);
    },
  );

  test.each([
    ['', 'character 1: expected a value, found the end'],
    ['{"a": 1,}', "character 9: expected a name in double quotes, found '}'"],
    ["{'a': 1}", "character 2: expected a name in double quotes or '}', found ''' (JSON quotes with \")"],
    ['{"a": True}', "character 7: expected a value, found 'True' (JSON writes true, false and null)"],
    ['[NaN]', "character 2: expected a value or ']', found 'NaN' (JSON has no such number, write null)"],
    ['{} {}', "character 4: expected the end, found '{'"],
    ['Here it is: {}', "character 1: expected a value, found 'Here'"],
    ['01', "character 2: expected the end, found '1'"],
    ['\ufeff{}', "character 1: expected a value, found '\ufeff'"],
    ['['.repeat(100_000), "character 100001: expected a value or ']', found the end"],
  ])('no JSON text: %.40s', async (predictions, justification) => {
    expect(await jsonValidity().score({ predictions })).toEqual(no(justification));
  });

  test('is what JSON.parse takes', async () => {
    const text = fc.oneof(fc.json(), fc.string(), fc.stringMatching(/^[[\]{},:"\\0-9.eE+\- \ntrufalsn]{0,12}$/));
    await fc.assert(
      fc.asyncProperty(text, async (predictions) => {
        let parses = true;
        try {
          JSON.parse(predictions);
        } catch {
          parses = false;
        }
        expect(await jsonValidity().score({ predictions })).toMatchObject({ value: parses });
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, boolean]>([
    ['```json\n{"a": 1}\n```', true],
    ['\n```\n[1]\n```\n\n', true],
    ['{"a": 1}', true],
    ['```json\n{"a": 1}', false],
    ['```json\n```', false],
    ['Sure!\n```json\n{}\n```', false],
    ['```', false],
  ])('a code fence is taken off when that is allowed: %j', async (predictions, value) => {
    expect(await jsonValidity({ allowCodeFence: true }).score({ predictions })).toMatchObject({ value });
    expect(await jsonValidity().score({ predictions })).toMatchObject({ value: predictions === '{"a": 1}' });
  });

  test('a fault inside of a fence is said by its place in the whole text', async () => {
    expect(await jsonValidity({ allowCodeFence: true }).score({ predictions: '\n```json\n[1,]\n```' })).toEqual(
      no("character 13: expected a value, found ']'"),
    );
  });

  test('the result is a share, and values that are no text are skipped', async () => {
    const data = [{ answer: '{}' }, { answer: '{' }, { answer: { a: 1 } }];
    const results = await evaluate({ data, predictions: 'answer', extraMetrics: [jsonValidity() as never] });
    expect(results.metrics).toEqual({ 'json_validity/v1/mean': 0.5 });
    expect(results.intervals['json_validity/v1/mean']?.method).toBe('wilson');
    expect(results.coverage['json_validity/v1']?.reasons).toEqual({ 'not-text': 1 });
  });
});

describe('json_equality', () => {
  test.each<[Parameters<typeof jsonEquality>[0], unknown, unknown, boolean]>([
    [{}, '{"b": 1.0, "a": [2]}', { a: [2], b: 1 }, true],
    [{}, '{"a": 1}', '{"a": 1, "b": null}', false],
    [{}, '[1, 2]', '[2, 1]', false],
    [{}, '1e2', '100', true],
    [{}, '-0', '0', true],
    [{}, '1', '"1"', false],
    [{}, '"\\uc11c\\uc6b8"', '"서울"', true],
    [{}, '{"a": 1, "a": 2}', '{"a": 2}', true],
    [{}, { a: 1 }, '{"a": 1}', true],
    [{}, 'null', 'null', true],
    [{}, 'false', '0', false],
    [{}, '[]', '{}', false],
    [{}, '{"__proto__": 1, "constructor": 2}', '{"constructor": 2, "__proto__": 1}', true],
    [{}, '{}', '{"__proto__": null}', false],
    [{}, '{"a": {}}', '{"a": {"toString": {}}}', false],
    [{}, deep, deep, true],
    [{}, deep, deep.replace('[]', '[0]'), false],
    [{ numberTolerance: 0.01 }, '[0.333]', '[0.3333333]', true],
    [{ numberTolerance: 0.01 }, '[0.3]', '[0.3333333]', false],
    [{}, '{"city": "SEOUL "}', '{"city": "Seoul"}', false],
    [{ ignoreCase: true, ignoreWhitespace: true }, '{"city": "SEOUL "}', '{"city": "Seoul"}', true],
    [{ ignoreCase: true }, '{"City": "x"}', '{"city": "x"}', false],
    [{ normalization: 'NFC' }, JSON.stringify('한'.normalize('NFD')), '"한"', true],
    [{ allowCodeFence: true }, '```json\n[1]\n```', [1], true],
  ])('%j: %.40j against %.40j', async (options, predictions, targets, value) => {
    expect(await jsonEquality(options).score({ predictions, targets })).toEqual({ status: 'scored', value });
  });

  test('any value equals itself, whatever the order of its members, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (a, b) => {
        const equal = async (predictions: string, targets: string) =>
          (await jsonEquality().score({ predictions, targets })) as { value: boolean };
        expect((await equal(JSON.stringify(reversed(a)), JSON.stringify(a))).value).toBe(true);
        expect((await equal(JSON.stringify(a), JSON.stringify(b))).value).toBe(sorted(a) === sorted(b));
      }),
    );
  });

  test('a prediction that is no JSON is not equal, and a target that is none skips the row', async () => {
    expect(await jsonEquality().score({ predictions: 'one', targets: '1' })).toEqual(
      no("the prediction is no JSON, character 1: expected a value, found 'one'"),
    );
    expect(await jsonEquality().score({ predictions: '1', targets: 'one' })).toEqual({
      status: 'skipped',
      code: 'bad-target',
      reason: "the target is no JSON, character 1: expected a value, found 'one'",
    });
  });

  test.each<[object, string]>([
    [{ numberTolerance: -1 }, 'json_equality: numberTolerance is -1, and it must be a number of at least 0.'],
    [{ numberTolerance: Number.NaN }, 'json_equality: numberTolerance is NaN, and it must be a number of at least 0.'],
    [{ numberTolerance: '1' }, 'json_equality: numberTolerance is "1", and it must be a number of at least 0.'],
    [{ allowCodeFence: 1 }, 'json_equality: allowCodeFence is 1, and it must be true or false.'],
  ])('%j is refused', (options, sentence) => {
    expect(() => jsonEquality(options)).toThrow(sentence);
  });
});

describe('json_schema_validation', () => {
  const person = {
    type: 'object',
    required: ['name'],
    properties: { name: { type: 'string' }, age: { type: 'integer', minimum: 0 }, mail: { type: 'string', format: 'email' } },
    additionalProperties: false,
  };

  test.each<[object, unknown, string | true]>([
    [person, '{"name": "김"}', true],
    [person, { name: '김', age: 3 }, true],
    [person, '{"name": 7}', '/name must be string'],
    [person, '{}', "the value must have required property 'name'"],
    [person, '{"name": "a", "age": -1}', '/age must be >= 0'],
    [person, '{"name": "a", "mail": "x"}', '/mail must match format "email"'],
    [person, '{"name": "a", "nick": 1}', 'the value must NOT have additional properties: "nick"'],
    [person, '{"name": "a",}', "the prediction is no JSON, character 14: expected a name in double quotes, found '}'"],
    [{ enum: ['yes', 'no'] }, '"maybe"', 'the value must be equal to one of the allowed values: ["yes","no"]'],
    [{ const: 1 }, '2', 'the value must be equal to constant: 1'],
    [{ items: { properties: { 'a/b': { type: 'string' } } } }, '[{"a/b": 1}]', '/0/a~1b must be string'],
    // What every object inherits is not there.
    [{ required: ['constructor'] }, '{}', "the value must have required property 'constructor'"],
    [{ required: ['__proto__'] }, '{"__proto__": 1}', true],
    [{ properties: { toString: { type: 'string' } } }, '{}', true],
    // minLength counts code points.
    [{ minLength: 2 }, '"😀"', 'the value must NOT have fewer than 2 characters'],
  ])('%.60j on %j', async (schema, predictions, outcome) => {
    expect(await jsonSchemaValidation({ schema: schema as never }).score({ predictions })).toEqual(
      outcome === true ? yes : no(outcome),
    );
  });

  test.each<[string, object, string, boolean]>([
    ['https://json-schema.org/draft/2020-12/schema', { prefixItems: [{ type: 'string' }] }, '[1]', false],
    ['https://json-schema.org/draft/2019-09/schema', { items: [{ type: 'string' }], unevaluatedItems: false }, '["a", 1]', false],
    ['http://json-schema.org/draft-07/schema#', { items: [{ type: 'string' }] }, '[1]', false],
    ['http://json-schema.org/draft-07/schema', { if: { type: 'string' }, else: false }, '1', false],
    ['http://json-schema.org/draft-06/schema#', { exclusiveMinimum: 0 }, '0', false],
  ])('speaks %s', async ($schema, rest, predictions, value) => {
    expect(await jsonSchemaValidation({ schema: { $schema, ...rest } as never }).score({ predictions })).toMatchObject({ value });
  });

  test('of each row is the target, as an object or as text', async () => {
    expect(await jsonSchemaValidation().score({ predictions: '7', targets: { type: 'string' } })).toEqual(
      no('the value must be string'),
    );
    expect(await jsonSchemaValidation().score({ predictions: '"7"', targets: '{"type": "string"}' })).toEqual(yes);
    expect(await jsonSchemaValidation().score({ predictions: '7', targets: { type: 'strin' } })).toEqual({
      status: 'skipped',
      code: 'bad-schema',
      reason:
        'the target is no JSON Schema that can be used: it is no schema of https://json-schema.org/draft/2020-12/schema, where /type must be equal to one of the allowed values; another draft can be named in $schema',
    });
    expect(await jsonSchemaValidation().score({ predictions: '7', targets: 'string' })).toMatchObject({ code: 'bad-schema' });
  });

  test('two schemas with the same $id do not meet', async () => {
    const [text, number] = ['string', 'number'].map((type) =>
      jsonSchemaValidation({ schema: { $id: 'https://example.com/a', type } }),
    );
    expect(await text?.score({ predictions: '"a"' })).toEqual(yes);
    expect(await number?.score({ predictions: '1' })).toEqual(yes);
  });

  test('a value that is nested too deep is skipped, and one that takes too long fails', async () => {
    const tree = { type: 'array', items: { $ref: '#' } };
    expect(await jsonSchemaValidation({ schema: tree }).score({ predictions: deep })).toEqual({
      status: 'skipped',
      code: 'too-deep',
      reason: 'the prediction is nested more than 500 levels deep',
    });
    expect(await jsonSchemaValidation({ schema: tree }).score({ predictions: `${'['.repeat(500)}${']'.repeat(500)}` })).toEqual(
      yes,
    );
    const bad = jsonSchemaValidation({ schema: { pattern: '^(a+)+$' } });
    await expect(bad.score({ predictions: JSON.stringify(`${'a'.repeat(50)}!`) })).rejects.toThrow(
      'the check of the schema took more than 1 s on this row',
    );
  });

  test('is part of the signature and of the spec, and the result is a share', async () => {
    const made = jsonSchemaValidation({ schema: { type: 'number' } });
    expect(made.signature).toBe('json_schema_validation|v1|schema:{"type":"number"}');
    expect(made.spec?.options).toEqual({ schema: { type: 'number' } });
    const results = await evaluate({ data: [{ answer: '1' }, { answer: 'x' }], predictions: 'answer', extraMetrics: [made] });
    expect(results.metrics).toEqual({ 'json_schema_validation/v1/mean': 0.5 });
    expect((await results.tables.eval_results_table.toArray())[1]).toMatchObject({
      'json_schema_validation/v1/justification': "the prediction is no JSON, character 1: expected a value, found 'x'",
    });
  });

  test.each<[unknown, string]>([
    [{ requried: ['a'] }, "no draft has the keyword 'requried' (did you mean 'required')"],
    [{ 'x-order': 1 }, "no draft has the keyword 'x-order' (set unknownKeywords: 'ignore' if it is an extension)"],
    [{ format: 'emial' }, "there is no format 'emial' (did you mean 'email')"],
    [{ pattern: '(' }, 'Invalid regular expression: /(/u: Unterminated group'],
    [{ $ref: '#/$defs/a' }, "can't resolve reference #/$defs/a from id #"],
    [{ $ref: 'https://example.com/a.json' }, "can't resolve reference https://example.com/a.json from id #"],
    [
      { items: [{ type: 'string' }] },
      'it is no schema of https://json-schema.org/draft/2020-12/schema, where /items must be object,boolean; another draft can be named in $schema',
    ],
    [
      { $schema: 'http://json-schema.org/draft-04/schema#' },
      'there is no draft "http://json-schema.org/draft-04/schema#", $schema may be https://json-schema.org/draft/2020-12/schema, https://json-schema.org/draft/2019-09/schema, http://json-schema.org/draft-07/schema#, http://json-schema.org/draft-06/schema#',
    ],
    [{ $async: true }, '$async is for checks that wait for something, which this one cannot'],
    ['string', `a schema is an object like { type: 'object' }, not "string"`],
  ])('%j is refused before the first row', (schema, reason) => {
    expect(() => jsonSchemaValidation({ schema } as never)).toThrow(
      `json_schema_validation: the schema cannot be used: ${reason}.`,
    );
  });

  test('extensions can be let through', async () => {
    const made = jsonSchemaValidation({ schema: { 'x-order': 1, type: 'string' }, unknownKeywords: 'ignore' });
    expect(await made.score({ predictions: '"a"' })).toEqual(yes);
    expect(() => jsonSchemaValidation({ unknownKeywords: 'warn' } as never)).toThrow(
      `json_schema_validation: unknownKeywords is "warn", and it must be 'refuse' or 'ignore'.`,
    );
  });
});

/** The same value with the members of all its objects in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

/** Equal texts for equal values. */
function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`;
  if (typeof value !== 'object' || value === null) return value === 0 ? '0' : JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${sorted(member)}`);
  return `{${members.toSorted().join()}}`;
}
