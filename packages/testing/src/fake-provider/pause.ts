import { setTimeout as sleep } from 'node:timers/promises';

/** Waits without keeping the process alive. */
export function pause(ms: number): Promise<void> {
  return sleep(ms, undefined, { ref: false });
}
