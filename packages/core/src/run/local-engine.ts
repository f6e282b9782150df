import type { Engine } from '../contracts/index.ts';

/** Row tasks that may be out at once, as a multiple of the concurrency: a straggler must not keep the other slots empty. */
const WINDOW = 4;

/** Runs everything in this thread. Keeps a bounded window of tasks with the executor, so memory does not grow with the data. */
export const localEngine: Engine = {
  name: 'local',
  async run(plan, tasks, executor, emit, signals) {
    const window = Math.max(512, plan.limits.concurrency * WINDOW);
    const running = new Set<Promise<void>>();
    let out = 0;
    let trouble: { readonly error: unknown } | undefined;
    try {
      for await (const batch of tasks) {
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
