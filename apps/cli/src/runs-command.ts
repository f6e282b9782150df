import { metricsOf, type RunRecord } from '@touchstone/core';
import { alignColumns } from './align-columns.ts';
import { EXIT } from './exit-codes.ts';
import { type OpenedTouchstone, type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { print, say } from './say.ts';
import { searchedColumns, unknownNames } from './searched-columns.ts';

interface RunsFlags extends StoreFlags {
  readonly where?: string;
  readonly experiment?: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** `touchstone runs`: what the store holds. */
export async function runsCommand(flags: RunsFlags): Promise<number> {
  return withTouchstone(flags, async (opened) => {
    const { limit, experiment, where } = flags;
    const asked = { ...(experiment === undefined ? {} : { experiment }), ...(where === undefined ? {} : { where }) };
    const runs = await opened.touchstone.runs({ limit, ...asked });
    if (flags.json === true) await print(JSON.stringify({ runs: await toDocuments(runs, opened) }, null, 2));
    else if (runs.length > 0) await print(await tableOf(runs, flags, opened));
    else await sayNone(flags, opened);
    return EXIT.ok;
  });
}

async function tableOf(runs: readonly RunRecord[], { where }: RunsFlags, { touchstone }: OpenedTouchstone): Promise<string> {
  const more = where === undefined ? [] : await searchedColumns(where, runs, touchstone);
  const head = ['id', 'name', 'experiment', 'status', 'started', ...more.map(({ title }) => title)];
  return alignColumns([head, ...runs.map((run) => [...toLine(run), ...more.map(({ cellOf }) => cellOf(run))])]);
}

async function sayNone({ where, experiment }: RunsFlags, { touchstone, store }: OpenedTouchstone): Promise<void> {
  const runs = await touchstone.runs({ limit: 1 });
  if (runs.length === 0) say(`There are no runs in ${store}: start one with touchstone run, or with touchstone init.`);
  else if (where === undefined) say(`There are no runs of the experiment '${experiment}' in ${store}.`);
  else {
    say(`No run in ${store}${experiment === undefined ? '' : ` of the experiment '${experiment}'`} meets this.`);
    for (const sentence of await unknownNames(where, touchstone)) say(sentence);
  }
}

async function toDocuments(runs: readonly RunRecord[], { touchstone }: OpenedTouchstone): Promise<readonly object[]> {
  const metrics = await metricsOf(touchstone.store.catalog, runs);
  return runs.map((run) => {
    const { id, name, experiment, key, status, reason, startedAt, endedAt, parent, tags, params, provenance } = run;
    const ended = endedAt === undefined ? {} : { endedAt: new Date(endedAt).toISOString() };
    const filed = { id, name, experiment, key, status, reason, startedAt: new Date(startedAt).toISOString(), ...ended };
    return { ...filed, parent, tags, params, metrics: metrics.get(id), provenance };
  });
}

function toLine({ id, name, experiment, status, startedAt }: RunRecord): readonly string[] {
  return [id.slice(0, 8), name, experiment, status, localTime(new Date(startedAt))];
}

/** `2026-11-23 14:05`, by the clock on the user's wall. */
function localTime(time: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
