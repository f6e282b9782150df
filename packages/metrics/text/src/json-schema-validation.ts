import { defineMetric, type ScoreResult, skipped, TouchstoneError } from '@touchstone/core';
import { isDeeperThan } from './json-depth.ts';
import { type CompiledSchema, compileSchema, type JsonSchema, type UnknownKeywords } from './json-schema.ts';
import { checkJsonTextOptions, type JsonTextOptions, readJsonCell } from './json-text.ts';
import { optionOrTarget } from './option-or-target.ts';
import { changedOptions } from './option-signature.ts';

/** Options of {@link jsonSchemaValidation}. */
export interface JsonSchemaValidationOptions extends JsonTextOptions {
  /** The JSON Schema, as an object: draft 2020-12, or the draft that its `$schema` names (2019-09, draft-07, draft-06). Left out: each row's target is the schema. */
  readonly schema?: JsonSchema | undefined;
  /** A keyword that no draft knows is a mistake (`'refuse'`, default), or an extension that means nothing here (`'ignore'`). */
  readonly unknownKeywords: UnknownKeywords;
}

const defaults: JsonSchemaValidationOptions = { schema: undefined, allowCodeFence: false, unknownKeywords: 'refuse' };

const head = {
  name: 'json_schema_validation',
  version: 'v1',
  description: 'Share of predictions that are JSON and match a JSON Schema',
  greaterIsBetter: true,
  range: [0, 1],
  options: defaults,
  signature(options: JsonSchemaValidationOptions) {
    checkOptions(options);
    return changedOptions(options, defaults);
  },
  from: { module: '@touchstone/metric-text', export: 'jsonSchemaValidation', url: import.meta.url },
} as const;

const ofOption = defineMetric({
  ...head,
  needs: { predictions: 'any' },
  scoreRow: ({ predictions }, { options }) =>
    validate(predictions, compileSchema(options.schema, options.unknownKeywords), options),
});

const ofTarget = defineMetric({
  ...head,
  needs: { predictions: 'any', targets: 'any' },
  scoreRow({ predictions, targets }, { options }) {
    const target = readJsonCell(targets, { allowCodeFence: false });
    if ('fault' in target) return skipped(`the target is no JSON, ${target.fault}`, 'bad-schema');
    return validate(predictions, compileSchema(target.value, options.unknownKeywords), options);
  },
});

/**
 * Whether the prediction is JSON that matches a JSON Schema: the option `schema`, or the target of each row.
 * Text is read as JSON; any other cell is the value itself. The justification of a no has the first thing that is wrong, and its place.
 *
 * A row that is nested more than 500 levels deep is skipped; one whose check takes more than a second is failed (`took-too-long`).
 *
 * @throws TouchstoneError `bad-option`, also for a schema that cannot be used
 * @example
 * jsonSchemaValidation({ schema: { type: 'object', required: ['city'], properties: { city: { type: 'string' } } } });
 */
export const jsonSchemaValidation = optionOrTarget('schema', ofOption, ofTarget);

function validate(cell: unknown, schema: CompiledSchema, options: JsonSchemaValidationOptions): ScoreResult {
  if ('wrong' in schema) return skipped(`the target is no JSON Schema that can be used: ${schema.wrong}`, 'bad-schema');
  const read = readJsonCell(cell, options);
  if ('fault' in read) return { value: false, justification: `the prediction is no JSON, ${read.fault}` };
  if (isDeeperThan(DEEPEST, read.value)) return skipped(`the prediction is nested more than ${DEEPEST} levels deep`, 'too-deep');
  const wrong = schema.check(read.value);
  return wrong === undefined ? true : { value: false, justification: wrong };
}

/** As deep as a cell of data may be. Schemas that refer to themselves are checked by recursion. */
const DEEPEST = 500;

function checkOptions(options: JsonSchemaValidationOptions): void {
  checkJsonTextOptions('json_schema_validation', options);
  const { schema, unknownKeywords } = options;
  if (unknownKeywords !== 'refuse' && unknownKeywords !== 'ignore')
    throw new TouchstoneError(
      'bad-option',
      `json_schema_validation: unknownKeywords is ${JSON.stringify(unknownKeywords)}, and it must be 'refuse' or 'ignore'.`,
    );
  if (schema === undefined) return;
  const compiled = compileSchema(schema, unknownKeywords);
  if ('wrong' in compiled)
    throw new TouchstoneError('bad-option', `json_schema_validation: the schema cannot be used: ${compiled.wrong}.`);
}
