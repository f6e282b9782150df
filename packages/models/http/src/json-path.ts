import { type Json, TouchstoneError } from '@touchstone/core';
import { jsonpath } from 'json-p3';

/** A JSONPath (RFC 9535): one value where the path can lead to one only, else the list of all. */
export type JsonPath = (value: Json) => Json | undefined;

/** @throws TouchstoneError `bad-json-path` */
export function jsonPath(path: string, what: string): JsonPath {
  try {
    const query = jsonpath.compile(path);
    const single = query.singularQuery();
    return (value) => {
      const found = query.query(value as never).values() as readonly Json[];
      return single ? found[0] : found;
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TouchstoneError(
      'bad-json-path',
      `${what} is '${path}', which is no JSONPath: ${reason}. Write e.g. $.answer or $.sources[*].text.`,
    );
  }
}
