// Stores that each break one promise, and are otherwise core's own. Run by ../store-conformance.test.ts, which looks at what catches them.
import { type CallStore, type Catalog, type Journal, type JournalReader, memoryStore, type RunStore, type RunWriter } from '@touchstone/core';
import { storeConformance } from '../store-conformance.ts';

type Change<T> = (own: T) => Partial<T>;

/** The same object but for what is changed. */
function but<T extends object>(own: T, change: Partial<T>): T {
  return new Proxy(own, {
    get(target, key) {
      const value: unknown = Reflect.get(Object.hasOwn(change, key) ? change : target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const store = (change: Change<RunStore>) => (): RunStore => {
  const own = memoryStore();
  return but(own, change(own));
};
const catalog = (change: Change<Catalog>) => store((own) => ({ catalog: but(own.catalog, change(own.catalog)) }));
const calls = (change: Change<CallStore>) => store((own) => ({ calls: (run) => but(own.calls(run), change(own.calls(run))) }));
const writer = (change: Change<RunWriter>) =>
  catalog((own) => ({
    async create(run) {
      const written = await own.create(run);
      return but(written, change(written));
    },
    async open(id) {
      const written = await own.open(id);
      return but(written, change(written));
    },
  }));
const journal = (change: Change<Journal>) =>
  writer((own) => ({
    async journal(index, plan) {
      const written = await own.journal(index, plan);
      return but(written, change(written));
    },
  }));
/** What is read, by those who write a run and by others. */
const reader = (change: Change<JournalReader>) =>
  catalog((own) => {
    const changed = async (id: string, evaluation: number): Promise<JournalReader> => {
      const read = await own.reader(id, evaluation);
      return but(read, change(read));
    };
    const written = (run: RunWriter): RunWriter =>
      but(run, {
        async journal(index, plan) {
          const journal = await run.journal(index, plan);
          return but(journal, change(journal));
        },
      });
    return {
      reader: changed,
      create: async (run) => written(await own.create(run)),
      open: async (id) => written(await own.open(id)),
    };
  });

storeConformance('finds the oldest first', catalog((own) => ({ find: async (query) => [...(await own.find(query))].reverse() })));
storeConformance('forgets what a run is updated with', writer(() => ({ update: async () => undefined })));
storeConformance('deletes nothing', catalog(() => ({ delete: async () => undefined })));
storeConformance('keeps one annotation of a name', catalog((own) => ({
  async annotations(id, evaluation) {
    const all = await own.annotations(id, evaluation);
    return [...new Map(all.map((one) => [one.name, one])).values()];
  },
})));
storeConformance('reads the last rows first', reader((own) => ({
  async *rows() {
    for await (const rows of own.rows()) yield [...rows].reverse();
  },
})));
storeConformance('loses the digits of scores', reader((own) => ({
  async *scores() {
    for await (const scores of own.scores()) {
      yield scores.map((entry) =>
        entry.score.status === 'scored' && typeof entry.score.value === 'number'
          ? { ...entry, score: { ...entry.score, value: Number(entry.score.value.toPrecision(6)) } }
          : entry,
      );
    }
  },
})));
storeConformance('drops what is appended', journal(() => ({ append: async () => undefined })));
storeConformance('revises nothing', journal(() => ({ revise: async () => 0 })));
storeConformance('asks every time', calls((own) => ({
  claim: async (key, signal) => own.claim(`${key} ${Math.random()}`, signal),
})));
storeConformance('forgets what was reserved', calls((own) => ({ reserve: async () => undefined, money: async () => ({ ...(await own.money()), reserved: 0 }) })));
storeConformance('has no totals', calls(() => ({ totals: async () => [] })));
storeConformance('takes nothing in', catalog(() => ({
  async adopt(_, parts) {
    for await (const _part of parts) continue;
  },
})));
storeConformance('forgets what runs log', catalog(() => ({ logged: async () => new Map() })));
storeConformance('never ends', store(() => ({ [Symbol.asyncDispose]: async () => undefined })));
