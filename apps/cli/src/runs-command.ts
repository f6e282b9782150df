import type { RunRecord, TouchstoneRuntime } from '@touchstone/core';
import { alignColumns } from './align-columns.ts';
import { EXIT } from './exit-codes.ts';
import { type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { print, say } from './say.ts';

/** `touchstone runs`: what the store holds. */
export async function runsCommand(
  flags: StoreFlags & { readonly experiment?: string; readonly limit: number; readonly json?: boolean },
): Promise<number> {
  return withTouchstone(flags, async ({ touchstone, store }) => {
    const { limit, experiment } = flags;
    const stored = await touchstone.runs({ limit, ...(experiment === undefined ? {} : { experiment }) });
    const runs = await Promise.all(stored.map((run) => withTrueStatus(run, touchstone)));
    if (flags.json === true) await print(JSON.stringify({ runs: runs.map(toDocument) }, null, 2));
    else if (runs.length > 0) await print(alignColumns([['id', 'name', 'experiment', 'status', 'started'], ...runs.map(toLine)]));
    else
      say(
        experiment === undefined
          ? `There are no runs in ${store}: start one with touchstone run, or with touchstone init.`
          : `There are no runs of the experiment '${experiment}' in ${store}.`,
      );
    return EXIT.ok;
  });
}

/** A run that says it is running, and that nobody works on, has died. */
async function withTrueStatus(run: RunRecord, { store }: TouchstoneRuntime): Promise<RunRecord> {
  return run.status === 'running' && !(await store.catalog.leased(run.id)) ? { ...run, status: 'interrupted' } : run;
}

function toDocument({ id, name, experiment, key, status, reason, startedAt, endedAt, tags }: RunRecord): object {
  const ended = endedAt === undefined ? {} : { endedAt: new Date(endedAt).toISOString() };
  return { id, name, experiment, key, status, reason, startedAt: new Date(startedAt).toISOString(), ...ended, tags };
}

function toLine({ id, name, experiment, status, startedAt }: RunRecord): readonly string[] {
  return [id.slice(0, 8), name, experiment, status, localTime(new Date(startedAt))];
}

/** `2026-11-23 14:05`, by the clock on the user's wall. */
function localTime(time: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
