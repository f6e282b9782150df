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
      async *entries() {
        yield [...settled.values()];
      },
    },
  };

  function keep({ record, ...entry }: CallEntry): void {
    const { reservation: _, ...rest } = record;
    settled.set(entry.key, { ...entry, record: rest });
    add(record);
  }
}
