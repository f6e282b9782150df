import type { CallEntry, CallStore } from '../contracts/call-store.ts';
import { callAccounts } from './call-accounts.ts';
import { singleFlight } from './single-flight.ts';

/** The call log of one run in memory. */
export interface MemoryCalls {
  readonly calls: CallStore;
  /** Adds a call that was settled, here or elsewhere. */
  keep(entry: CallEntry): void;
}

export function memoryCalls(): MemoryCalls {
  const settled = new Map<string, CallEntry>();
  /** Key → other rows that got the answer. */
  const shared = new Map<string, Set<string>>();
  const { add, ...accounts } = callAccounts();
  const { claim } = singleFlight({
    find: (key) => settled.get(key)?.answer,
    keep: async (key, answer, record) => keep({ key, answer, record }),
  });
  return {
    keep,
    calls: {
      claim,
      ...accounts,
      async share(key, row) {
        if (settled.get(key)?.record.sent?.row !== row) shared.set(key, (shared.get(key) ?? new Set()).add(row));
      },
      async find({ row, keys = [] }) {
        const isWanted = ({ key, record }: CallEntry): boolean =>
          keys.includes(key) || (row !== undefined && (record.sent?.row === row || shared.get(key)?.has(row) === true));
        return [...settled.values()].filter(isWanted);
      },
      async *entries() {
        yield [...settled.values()].map((entry) => {
          const rows = shared.get(entry.key);
          return rows === undefined ? entry : { ...entry, sharedWith: [...rows].sort() };
        });
      },
    },
  };

  function keep({ record, sharedWith, ...entry }: CallEntry): void {
    if (sharedWith !== undefined) shared.set(entry.key, new Set(sharedWith));
    const { reservation: _, ...rest } = record;
    settled.set(entry.key, { ...entry, record: rest });
    add(record);
  }
}
