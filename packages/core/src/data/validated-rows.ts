import type { StandardSchemaV1 } from '@standard-schema/spec';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { pathText } from './read-cell.ts';

/** Issues of one row that an error lists. */
const SHOWN = 3;

/**
 * The rows as their schema gives them back, in order.
 * @throws TouchstoneError `bad-row` naming the first row that the schema refuses, and its issues
 */
export async function* validatedRows<R extends object>(
  rows: Iterable<unknown> | AsyncIterable<unknown>,
  schema: StandardSchemaV1<unknown, R>,
  name: string,
): AsyncGenerator<R> {
  let ordinal = 0;
  for await (const row of rows) {
    const checked = schema['~standard'].validate(row);
    const result = checked instanceof Promise ? await checked : checked;
    if (result.issues !== undefined) {
      throw new TouchstoneError(
        'bad-row',
        `Row ${ordinal + 1} of '${name}' does not fit its schema: ${issuesText(result.issues)}.`,
      );
    }
    yield result.value;
    ordinal += 1;
  }
}

function issuesText(issues: readonly StandardSchemaV1.Issue[]): string {
  const shown = issues.slice(0, SHOWN).map(({ message, path = [] }) => {
    const keys = path.map((segment) => (typeof segment === 'object' ? segment.key : segment));
    const text = message.replace(/\.$/, '');
    return keys.length === 0
      ? text
      : `column '${pathText(keys.map((key) => (typeof key === 'number' ? key : String(key))))}': ${text}`;
  });
  return `${shown.join('; ')}${issues.length > SHOWN ? `; and ${issues.length - SHOWN} more` : ''}`;
}
