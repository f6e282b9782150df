import { setTimeout as sleep } from 'node:timers/promises';
import { uniform } from '@touchstone/stats';
import type { Ended, Started, Workplace } from './workplace.ts';

/** When to kill: so long after the start, after the store's file has appeared, or after so many answers of this process. */
export interface Moment {
  readonly after: 'start' | 'store' | number;
  readonly delayMs: number;
}

/** How long an undisturbed process takes to ask its first question, and to end after its last answer. */
export interface Pace {
  readonly answers: number;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Moment n of so many, spread evenly over the whole life of a process: 10 % while it starts, 10 % while its store is made,
 * 65 % between its answers, 15 % while it ends.
 */
export function momentOf(n: number, of: number, pace: Pace, seed: number): Moment {
  const [place, jitter] = [(n + uniform(seed, 20, n, 0)) / of, uniform(seed, 20, n, 1)];
  if (place < 0.1) return { after: 'start', delayMs: (place / 0.1) * pace.startMs };
  if (place < 0.2) return { after: 'store', delayMs: jitter * 60 };
  if (place < 0.85) return { after: 1 + Math.floor(((place - 0.2) / 0.65) * (pace.answers - 1)), delayMs: jitter * 40 };
  return { after: pace.answers, delayMs: ((place - 0.85) / 0.15) * pace.endMs };
}

/** A moment in what a resumed process has left to do. */
export function laterMoment(n: number, left: number, pace: Pace, seed: number): Moment {
  const [place, jitter] = [uniform(seed, 21, n, 0), uniform(seed, 21, n, 1)];
  if (place < 0.2 || left <= 1) return { after: 'start', delayMs: jitter * pace.startMs };
  return { after: 1 + Math.floor(((place - 0.2) / 0.8) * (left - 1)), delayMs: jitter * 40 };
}

/** Kills at the moment, unless the process is over before. */
export async function killAt({ after, delayMs }: Moment, started: Started, place: Workplace): Promise<Ended> {
  const before = place.answers();
  const hasCome = (): boolean => {
    if (after === 'start') return true;
    return after === 'store' ? place.hasStore() : place.answers() - before >= after;
  };
  await place.until(() => started.isOver() || hasCome(), started);
  await Promise.race([sleep(delayMs), started.ended]);
  return started.kill();
}
