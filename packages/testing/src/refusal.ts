import { TouchstoneError } from '@touchstone/core';

/** The error that `work` is refused with; fails when it is not refused, or with something that is no TouchstoneError. */
export async function refusal(work: () => Promise<unknown>): Promise<TouchstoneError> {
  try {
    await work();
  } catch (error) {
    if (TouchstoneError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}
