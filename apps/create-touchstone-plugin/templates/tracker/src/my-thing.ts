import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Tracker } from '@touchstone/core';

/**
 * {description} One line of JSON for the start of a run, and one for its end. A tracker is told while the run goes on and never slows it:
 * what it throws becomes a warning of the run.
 */
export function myThing(file: string): Tracker {
  const write = async (line: object): Promise<void> => {
    await mkdir(dirname(file), { recursive: true });
    await appendFile(file, `${JSON.stringify(line)}\n`);
  };
  return {
    name: 'my-thing',
    start: (run) => write({ event: 'start', run: run.id, name: run.name, at: run.startedAt }),
    // Entries (rows, predictions, scores) after they became durable. This one keeps what a run says at its end.
    tell: async () => undefined,
    end: (status, result, run) => write({ event: 'end', run: run.id, status, metrics: metricsOf(result) }),
  };
}

/** What the last evaluation says; nothing of a run that was refused. */
function metricsOf(result: unknown): unknown {
  return typeof result === 'object' && result !== null && 'metrics' in result ? result.metrics : {};
}
