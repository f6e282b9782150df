import type { Logger } from './contracts/index.ts';

/** Warnings to stderr; stdout belongs to the program that uses us. */
export const consoleLogger: Logger = {
  info: () => undefined,
  warn: (message) => console.warn(message),
};
