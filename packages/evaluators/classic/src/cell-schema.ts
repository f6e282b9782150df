import type { StandardSchemaV1 } from '@touchstone/core';

/** A Standard Schema of one function: the value, or what is wrong with the cell. */
export function schema<Input, Output>(read: (cell: unknown) => StandardSchemaV1.Result<Output>): StandardSchemaV1<Input, Output> {
  return { '~standard': { version: 1, vendor: 'touchstone', validate: read } };
}

export function issue(message: string): StandardSchemaV1.FailureResult {
  return { issues: [{ message }] };
}
