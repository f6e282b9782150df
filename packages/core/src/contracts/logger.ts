import type { Json } from './json.ts';

/** Where messages for people go. Messages are sentences; `data` is for machines. Never a secret. */
export interface Logger {
  info(message: string, data?: Json): void;
  warn(message: string, data?: Json): void;
}
