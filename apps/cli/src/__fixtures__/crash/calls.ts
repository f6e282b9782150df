import { appendFileSync } from 'node:fs';

const log = new URL('calls.log', import.meta.url);

export function note(event: string, rowKey: string, trial: number): void {
  appendFileSync(log, `${event} ${trial} ${rowKey}\n`);
}
