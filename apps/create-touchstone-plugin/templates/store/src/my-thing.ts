import { memoryStore, type RunStore } from '@touchstone/core';

/**
 * {description}
 *
 * A store has four ports: `catalog` (runs, experiments, models, annotations; `catalog.open` and `create` give the run's one journal),
 * `calls` (the call log of a run), `cache` (answers for all runs), and its end. This one keeps everything in memory, through core's own
 * store. Take over one port after another: the tests of `my-thing.test.ts` say at each step whether `evaluate`, `resume`, `show` and the
 * rest would work on it.
 */
export function myThing(): RunStore {
  const kept = memoryStore();
  return {
    name: 'my-thing',
    // Whether it outlives the process: what is stored is then announced with the command that resumes it.
    durable: false,
    catalog: kept.catalog,
    calls: (run) => kept.calls(run),
    ...(kept.cache === undefined ? {} : { cache: kept.cache }),
    [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose](),
  };
}
