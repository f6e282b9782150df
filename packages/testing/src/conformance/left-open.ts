import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What keeps a process alive without being anybody's work in progress. */
const ALWAYS_THERE: ReadonlySet<string> = new Set(['TTYWrap', 'PipeWrap', 'MessagePort', 'Immediate', 'CloseReq']);
const PATIENCE_MS = 2_000;

/**
 * Runs `work` and tells what it left open: timers, sockets, files, workers. Waits a moment for what is about to be closed.
 * Types as of `process.getActiveResourcesInfo()`; files by their paths, on Linux.
 */
export async function leftOpen(work: () => Promise<unknown> | unknown): Promise<readonly string[]> {
  const before = await always();
  await work();
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const more = moreThan(before);
    if (more.length === 0 || performance.now() > deadline) return more;
    await sleep(20);
  }
}

/** What is open all the time: others, such as the test runner, have timers of their own that come and go. */
async function always(): Promise<ReadonlyMap<string, number>> {
  const least = new Map(counted());
  for (let look = 0; look < 5; look++) {
    await sleep(20);
    const now = counted();
    for (const [type, count] of least) least.set(type, Math.min(count, now.get(type) ?? 0));
  }
  return least;
}

function moreThan(before: ReadonlyMap<string, number>): readonly string[] {
  return [...counted()].flatMap(([type, count]) => (count > (before.get(type) ?? 0) ? [type] : []));
}

function counted(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const type of process.getActiveResourcesInfo()) {
    if (!ALWAYS_THERE.has(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  for (const path of openFiles()) counts.set(path, (counts.get(path) ?? 0) + 1);
  return counts;
}

function openFiles(): readonly string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      return path.startsWith('/') && !/^\/(?:dev|proc)\//u.test(path) ? [path] : [];
    } catch {
      // Closed meanwhile, as the listing's own is.
      return [];
    }
  });
}
