import type { RunRecord } from '@touchstone/core';
import { EXIT } from './exit-codes.ts';
import { openTouchstone, type StoreFlags } from './open-touchstone.ts';
import { print, say } from './say.ts';
import { alignColumns } from './align-columns.ts';

/** `touchstone runs`: what the store holds. */
export async function runsCommand(flags: StoreFlags & { readonly experiment?: string; readonly limit?: number; readonly json?: boolean }): Promise<number> {
  const { touchstone, storePath } = await openTouchstone(flags);
  try {
    const runs = await touchstone.runs({ limit: flags.limit ?? 20, ...(flags.experiment === undefined ? {} : { experiment: flags.experiment }) });
    const statuses = await Promise.all(
      runs.map(async (run) => (run.status === 'running' && !(await touchstone.store.catalog.leased(run.id)) ? 'interrupted' : run.status)),
    );
    if (flags.json === true) {
      const documents = runs.map(({ origin: _, provenance: __, startedAt, endedAt, ...run }, index) => ({
        ...run,
        status: statuses[index],
        startedAt: iso(startedAt),
        ...(endedAt === undefined ? {} : { endedAt: iso(endedAt) }),
      }));
      await print(JSON.stringify({ runs: documents }, null, 2));
    } else if (runs.length === 0) {
      say(`No runs in ${storePath ?? 'memory'}. Start one with touchstone run, or touchstone init.`);
    } else {
      await print(alignColumns([['id', 'name', 'experiment', 'status', 'started'], ...runs.map((run, index) => line(run, statuses[index] ?? run.status))]));
    }
    return EXIT.ok;
  } finally {
    await touchstone.close();
  }
}

function line(run: RunRecord, status: string): readonly string[] {
  return [run.id.slice(0, 8), run.name, run.experiment, status, iso(run.startedAt).replace('T', ' ').slice(0, 16)];
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
