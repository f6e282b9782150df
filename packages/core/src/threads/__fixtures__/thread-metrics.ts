// Metrics that a worker thread can make again: this file is loaded by its path.
import { threadId } from 'node:worker_threads';
import { defineMetric, type StandardSchemaV1, skipped } from '../../index.ts';

const from = (name: string) => ({ module: '@touchstone/core/thread-metrics', export: name, url: import.meta.url });

/** Costs so much that threads are worth it; the number depends on the text, the target and the row's own random numbers. */
export const costly = defineMetric({
  name: 'costly',
  version: 'v1',
  greaterIsBetter: true,
  needs: ['predictions', 'targets?'],
  from: from('costly'),
  scoreRow({ predictions, targets }, { work }) {
    // Slow in the main thread only, and without using the processor: so threads are worth their start, and the tests take no longer.
    if (threadId === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    let hash = 17;
    for (let at = 0; at < predictions.length; at++) hash = (Math.imul(hash, 31) + predictions.charCodeAt(at)) | 0;
    if (predictions.startsWith('skip')) return skipped('it says so');
    if (predictions.startsWith('throw')) throw new Error(`no score for ${predictions}`);
    if (predictions.startsWith('label')) return { value: hash / 7, justification: `because of ${predictions}`, flags: ['odd'] };
    if (predictions.startsWith('zero')) return -0;
    return { value: hash / 3 + work.random(), details: { length: predictions.length, target: targets?.length ?? -1 } };
  },
});

/** Whether a row was scored in the main thread. */
export const here = defineMetric({
  name: 'here',
  greaterIsBetter: true,
  needs: ['predictions'],
  from: from('here'),
  scoreRow: () => threadId === 0,
});

export const halfCostly = defineMetric({
  name: 'half_costly',
  greaterIsBetter: true,
  needs: ['predictions'],
  dependsOn: ['costly'],
  from: from('halfCostly'),
  scoreBatch: (rows, { items }) => rows.map((_, at) => Number(items[at]?.scores.costly?.value) / 2),
});

const numbers: StandardSchemaV1<string, number> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      Number.isFinite(Number(value)) ? { value: Number(value) } : { issues: [{ message: 'it must be digits' }] },
  },
};

export const digits = defineMetric({
  name: 'digits',
  greaterIsBetter: true,
  needs: { n: numbers },
  from: from('digits'),
  scoreRow: ({ n }) => n + 0.5,
});

export const lengthSum = defineMetric({
  name: 'length_sum',
  greaterIsBetter: true,
  needs: ['predictions'],
  from: from('lengthSum'),
  statistics: ({ predictions }) => [predictions.length, 1],
  combine: ([sum = 0, count = 0]) => ({ length_sum: sum, count }),
});

/** Ends, blocks or fills its thread at the rows that say so; in the main thread it says where it is. */
export const deadly = defineMetric({
  name: 'deadly',
  greaterIsBetter: true,
  options: { batch: 1 },
  needs: ['predictions'],
  from: from('deadly'),
  scoreRow: ({ predictions }) => endThread(predictions),
});

export const deadlyInBatches = defineMetric({
  name: 'deadly_in_batches',
  greaterIsBetter: true,
  needs: ['predictions'],
  batch: 50,
  from: from('deadlyInBatches'),
  scoreBatch: (rows) => rows.map(({ predictions }) => endThread(predictions)),
});

function endThread(text: string): number {
  if (threadId === 0) return 0;
  if (text === 'exit') process.exit(3);
  if (text === 'crash') {
    queueMicrotask(() => {
      throw new Error('thrown where nobody catches');
    });
  }
  if (text === 'hang') for (;;);
  if (text === 'fill') for (const all: unknown[] = []; ; ) all.push(new Array(100_000).fill(all));
  return 1;
}

export const asks = defineMetric({
  name: 'asks',
  greaterIsBetter: true,
  needs: ['predictions'],
  from: from('asks'),
  async scoreRow(_, { work }) {
    if (threadId === 0) return 0;
    const service = { id: 'none', identity: 'none', scopes: async () => [], send: async () => ({ value: 1 }) };
    return (await work.ask(service, 'x')).value;
  },
});

export const printing = defineMetric({
  name: 'printing',
  greaterIsBetter: true,
  needs: ['predictions'],
  from: from('printing'),
  scoreRow({ predictions }, { work }) {
    if (predictions === 'last') work.log.warn('said by a metric', { thread: threadId !== 0 });
    return 1;
  },
});
