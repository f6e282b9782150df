import type { Clock, Emit, Json, RunRecord, RunStatus, Tracker } from '../contracts/index.ts';
import { messageOf } from '../errors/touchstone-error.ts';

/** Calls to one tracker that may wait; what comes on top is not told, and counted. */
const WAITING = 256;
/** How long the end of a run waits for its trackers. */
const PATIENCE_S = 60;

/** Tells trackers of a run, in order and without ever being waited for but at the end; what they throw becomes a warning. */
export function feedTrackers(trackers: readonly Tracker[], run: RunRecord, clock: Clock, warn: (message: string) => void) {
  const feeds = trackers.map((tracker) => {
    let chain: Promise<void> = Promise.resolve();
    let waiting = 0;
    let missed = 0;
    let failed = false;
    const enqueue = (call: () => Promise<void>): void => {
      waiting++;
      chain = chain.then(call).catch((error: unknown) => {
        if (!failed) warn(`Tracker '${tracker.name}' failed: ${messageOf(error)}`);
        failed = true;
      });
      chain = chain.then(() => {
        waiting--;
      });
    };
    enqueue(() => tracker.start(run));
    return {
      tell(entries: Parameters<Emit>[0]): void {
        if (waiting >= WAITING) missed += entries.length;
        else enqueue(() => tracker.tell(entries, run));
      },
      async end(status: RunStatus, result: Json): Promise<void> {
        enqueue(() => tracker.end(status, result, run));
        if (!(await inTime(chain, clock))) {
          warn(
            `Tracker '${tracker.name}' was not done ${PATIENCE_S} s after the end of the run, and is not waited for any longer.`,
          );
        }
        if (missed > 0) warn(`Tracker '${tracker.name}' was too slow and was not told of ${missed} entries.`);
      },
    };
  });
  return {
    onEntries:
      feeds.length === 0
        ? undefined
        : async (entries: Parameters<Emit>[0]): Promise<void> => {
            for (const feed of feeds) feed.tell(entries);
          },
    end: async (status: RunStatus, result: Json): Promise<void> => {
      await Promise.all(feeds.map((feed) => feed.end(status, result)));
    },
  };
}

async function inTime(done: Promise<void>, clock: Clock): Promise<boolean> {
  const enough = new AbortController();
  const late = clock.sleep(PATIENCE_S * 1000, enough.signal).then(
    () => false,
    () => true,
  );
  const first = await Promise.race([done.then(() => true), late]);
  enough.abort();
  return first;
}
