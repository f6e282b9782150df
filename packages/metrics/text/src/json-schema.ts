import { createRequire } from 'node:module';
import { closest, type Json, messageOf } from '@touchstone/core';
import type { Ajv2020 } from 'ajv/dist/2020.js';
import { remember } from './remember.ts';
import { withinTime } from './time-limit.ts';

export type JsonSchema = Readonly<Record<string, Json>>;

/** What is done with keywords that no draft knows: a typing mistake is refused, extensions can be let through. */
export type UnknownKeywords = 'refuse' | 'ignore';

/** A check of values, which gives what is wrong with one and `undefined` when it is valid; or what is wrong with the schema. */
export type CompiledSchema = { readonly check: (value: unknown) => string | undefined } | { readonly wrong: string };

/**
 * Compiles a schema with ajv, which is loaded when the first schema comes, because that takes longer than loading all of this package.
 * The draft is that of `$schema`: 2020-12 (also without one), 2019-09, draft-07 or draft-06. Formats are checked. `$ref` stays inside of the schema.
 *
 * The check throws TouchstoneError `took-too-long` after a second.
 */
export function compileSchema(schema: unknown, unknownKeywords: UnknownKeywords): CompiledSchema {
  return compiled(JSON.stringify([schema, unknownKeywords]));
}

const compiled = remember(100, (key): CompiledSchema => {
  const [schema, unknownKeywords]: readonly [unknown, UnknownKeywords] = JSON.parse(key);
  if (!isSchema(schema)) return { wrong: `a schema is an object like { type: 'object' }, not ${JSON.stringify(schema)}` };
  const draft = draftOf(schema);
  if (draft === undefined)
    return { wrong: `there is no draft ${JSON.stringify(schema.$schema)}, $schema may be ${DRAFTS.join(', ')}` };
  if ('$async' in schema) return { wrong: '$async is for checks that wait for something, which this one cannot' };
  const ajv = createAjv(draft, unknownKeywords);
  try {
    const validate = ajv.compile(schema);
    const check = (value: unknown): string | undefined => (validate(value) ? undefined : sentenceOf(validate.errors?.[0]));
    return { check: mayTakeLong(key) ? (value) => withinTime(1, 'the check of the schema', () => check(value)) : check };
  } catch (error) {
    return { wrong: reasonOf(error, ajv, draft) };
  }
});

function isSchema(schema: unknown): schema is JsonSchema {
  return typeof schema === 'object' && schema !== null && !Array.isArray(schema);
}

const DRAFTS = [
  'https://json-schema.org/draft/2020-12/schema',
  'https://json-schema.org/draft/2019-09/schema',
  'http://json-schema.org/draft-07/schema#',
  'http://json-schema.org/draft-06/schema#',
] as const;
type Draft = (typeof DRAFTS)[number];

function draftOf({ $schema }: JsonSchema): Draft | undefined {
  const bare = (uri: string): string => uri.replace(/#$/u, '');
  return $schema === undefined ? DRAFTS[0] : DRAFTS.find((draft) => bare(draft) === bare(String($schema)));
}

const require = createRequire(import.meta.url);

function createAjv(draft: Draft, unknownKeywords: UnknownKeywords): Ajv2020 {
  const ajv = new (classOf(draft))({
    strictSchema: unknownKeywords === 'refuse',
    strictTypes: false,
    strictTuples: false,
    // Else `required: ['constructor']` is met by what every object inherits.
    ownProperties: true,
    logger: false,
  });
  if (draft === 'http://json-schema.org/draft-06/schema#') ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json'));
  const { default: addFormats }: typeof import('ajv-formats') = require('ajv-formats');
  addFormats.default(ajv);
  return ajv;
}

function classOf(draft: Draft): typeof Ajv2020 {
  switch (draft) {
    case 'https://json-schema.org/draft/2020-12/schema':
      return require('ajv/dist/2020.js').Ajv2020;
    case 'https://json-schema.org/draft/2019-09/schema':
      return require('ajv/dist/2019.js').Ajv2019;
    default:
      return require('ajv').Ajv;
  }
}

/** Patterns and formats backtrack, `uniqueItems` compares each item with each, and references can go round in circles. */
function mayTakeLong(schema: string): boolean {
  return /"(?:pattern|patternProperties|format|uniqueItems|\$ref|\$dynamicRef|\$recursiveRef)":/u.test(schema);
}

interface SchemaError {
  readonly instancePath: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** `/user/age must be integer`, with what ajv leaves out of its sentence: the property that is one too many, the values that are allowed. */
function sentenceOf(error: SchemaError | null | undefined): string {
  if (error === null || error === undefined) return 'the value does not match';
  const { additionalProperty, unevaluatedProperty, propertyName, allowedValues, allowedValue } = error.params;
  const named = additionalProperty ?? unevaluatedProperty ?? propertyName ?? allowedValues ?? allowedValue;
  const place = error.instancePath === '' ? 'the value' : error.instancePath;
  return `${place} ${error.message ?? 'does not match'}${named === undefined ? '' : `: ${JSON.stringify(named)}`}`;
}

function reasonOf(error: unknown, ajv: Ajv2020, draft: Draft): string {
  const message = messageOf(error);
  const keyword = /^strict mode: unknown keyword: "(?<name>.*)"$/u.exec(message)?.groups?.name;
  if (keyword !== undefined) {
    const extension = "set unknownKeywords: 'ignore' if it is an extension";
    return `no draft has the keyword '${keyword}' (${didYouMean(keyword, ajv.RULES.keywords) ?? extension})`;
  }
  const format = /^unknown format "(?<name>.*)" ignored/u.exec(message)?.groups?.name;
  if (format !== undefined) return `there is no format '${format}' (${didYouMean(format, ajv.formats) ?? 'leave it out'})`;
  const invalid = /^schema is invalid: data(?<fault>.*?)(?:, data|$)/su.exec(message)?.groups?.fault;
  if (invalid !== undefined) return `it is no schema of ${draft}, where ${invalid.trim()}; another draft can be named in $schema`;
  return message.replace(/^strict mode: /u, '');
}

function didYouMean(given: string, known: object): string | undefined {
  const meant = closest(given, Object.keys(known));
  return meant === undefined ? undefined : `did you mean '${meant}'`;
}
