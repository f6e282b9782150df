import type { Engine } from '../contracts/index.ts';

/** Row tasks that may be out at once, as a multiple of the concurrency: a straggler must not keep the other slots empty. */
const WINDOW = 4;
/** At least so many, because most of those that are out are scored already and wait for the store to sync; and as many for each thread. */
const LEAST_WINDOW = 1024;

/** Runs everything in this thread. Keeps a bounded window of tasks with the executor, so memory does not grow with the data. */
export const localEngine: Engine = {
  name: 'local',
  async run(plan, tasks, executor, emit, signals) {
    const window = Math.max(LEAST_WINDOW * Math.max(1, plan.limits.threads), plan.limits.concurrency * WINDOW);
    const running = new Set<Promise<void>>();
    let out = 0;
    let trouble: { readonly error: unknown } | undefined;
    try {
      for await (const batch of untilStopped(tasks, signals.stop)) {
        if (signals.stop.aborted || trouble !== undefined) break;
        out += batch.length;
        const run: Promise<void> = executor
          .run(batch, emit, signals)
          .catch((error: unknown) => {
            trouble ??= { error };
          })
          .then(() => {
            out -= batch.length;
            running.delete(run);
          });
        running.add(run);
        while (out >= window && running.size > 0) await Promise.race(running);
      }
    } finally {
      await Promise.all(running);
    }
    if (trouble !== undefined) throw trouble.error;
  },
};

/** The items until the signal, which is heard also while the next one is awaited: data may come from a slow place. */
async function* untilStopped<T>(items: AsyncIterable<T>, stop: AbortSignal): AsyncGenerator<T> {
  const source = items[Symbol.asyncIterator]();
  // One waiter at a time. A race with one promise for the whole run would keep every item that ever won it, until the run is over.
  let onStop: (() => void) | undefined;
  const hear = (): void => onStop?.();
  stop.addEventListener('abort', hear, { once: true });
  let awaited = false;
  try {
    for (;;) {
      awaited = true;
      const next = source.next();
      const first = await new Promise<IteratorResult<T> | 'stopped'>((resolve, reject) => {
        onStop = () => resolve('stopped');
        if (stop.aborted) onStop();
        next.then(resolve, reject);
      });
      if (first === 'stopped') {
        // Whatever still comes of it, nobody wants it any more.
        next.catch(() => undefined);
        return;
      }
      awaited = false;
      if (first.done === true) return;
      yield first.value;
    }
  } finally {
    stop.removeEventListener('abort', hear);
    // A source that is being awaited closes when it answers; that may be never.
    const closed = source.return?.();
    if (awaited) closed?.catch(() => undefined);
    else await closed;
  }
}
