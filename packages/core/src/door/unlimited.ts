import type { Governor } from '../contracts/index.ts';

/** Lets everything through: for single calls outside of a run. */
export const unlimited: Governor = { enter: async () => ({ done: () => undefined }) };
