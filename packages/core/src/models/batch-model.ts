import type { ModelCall, Row } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import type { AnyFeatures, BatchFunction, BatchModel, BatchOutput, OutputOf } from '../types/model-types.ts';
import { batchedFunctionModel } from './function-model.ts';

/**
 * A model that answers many rows in one call: a function that returns one output per row, in order, or a map of columns with one cell per row.
 * A call that throws, or returns another number of outputs, fails its rows.
 *
 * @param options.size the most rows of one call
 * @throws TouchstoneError `bad-option` when `size` is no whole number of at least 1
 * @example model: batchModel(async (rows) => summarizeAll(rows.map((row) => row.text)), { size: 32 })
 */
export function batchModel<R extends object = AnyFeatures, const B extends BatchOutput = BatchOutput>(
  answer: BatchFunction<R, B>,
  options: { readonly size: number },
): BatchModel<R, OutputOf<B>> {
  if (!Number.isSafeInteger(options.size) || options.size < 1) {
    throw new TouchstoneError(
      'bad-option',
      `batchModel: 'size' must be a whole number of at least 1, and it is ${String(options.size)}.`,
    );
  }
  return batchedFunctionModel(answer as (rows: readonly Row[], calls: readonly ModelCall[]) => unknown, options);
}
