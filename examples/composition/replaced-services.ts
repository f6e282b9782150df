import {
  type Admission,
  CLOCK,
  type Clock,
  definePlugin,
  type Governor,
  LOGGER,
  memoryStore,
  type Plugin,
  RATE_GOVERNOR,
  RUN_STORE,
  type RunStore,
} from '@touchstone/core';
import { type SimulatedClock, simulatedClock } from '@touchstone/testing/simulated-clock';

export interface ReplacedServices {
  /** Registered after others, so that it wins. */
  readonly plugin: Plugin;
  readonly clock: SimulatedClock;
  readonly store: RunStore;
  /** What was logged, and when a call was let through: lines with the simulated time. */
  readonly diary: readonly string[];
}

/** The clock, the governor, the store and the logger of a run, replaced for a test. */
export function replacedServices(start: string): ReplacedServices {
  const clock = simulatedClock({ start: Date.parse(start) });
  const diary: string[] = [];
  const note = (sentence: string): void => {
    diary.push(`${new Date(clock.now()).toISOString().slice(11, 19)} ${sentence}`);
  };
  const store = memoryStore();
  const plugin = definePlugin({
    name: 'replaced services',
    register(registry) {
      registry.provide(CLOCK, clock);
      registry.provide(RATE_GOVERNOR, oneAMinute(clock, note));
      registry.provide(RUN_STORE, store);
      registry.provide(LOGGER, { info: note, warn: (sentence) => note(`warning: ${sentence}`) });
    },
  });
  return { plugin, clock, store, diary };
}

/** A governor of one's own: a call a minute, however many there are. */
function oneAMinute(clock: Clock, note: (sentence: string) => void): Governor {
  let next = clock.now();
  let calls = 0;
  return {
    async enter(_scopes, _need, signal): Promise<Admission> {
      const mine = next;
      next += 60_000;
      await clock.sleep(Math.max(0, mine - clock.now()), signal);
      const call = ++calls;
      note(`call ${call} may go`);
      return { done: ({ kind }) => note(`call ${call}: ${kind}`) };
    },
  };
}
