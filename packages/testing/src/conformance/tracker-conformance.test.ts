import type { Json, RunRecord, RunStatus, Tracker } from '@touchstone/core';
import { afterAll, describe, expect, test } from 'vitest';
import { type ToldRun, type TrackerAtWork, trackerChecks } from './tracker-checks.ts';
import { trackerConformance } from './tracker-conformance.ts';
import { violated } from './violated.ts';

/** A board in memory, and a tracker that writes on it. */
function board(change: (tracker: Tracker, runs: Map<string, ToldRun>) => Partial<Tracker> = () => ({})): TrackerAtWork {
  const runs = new Map<string, ToldRun>();
  const tracker: Tracker = {
    name: 'board',
    async start({ id }) {
      runs.set(id, { status: 'running' });
    },
    async tell() {},
    async end(status: RunStatus, result: Json, { id }: RunRecord) {
      const { metrics } = (result ?? {}) as Pick<ToldRun, 'metrics'>;
      runs.set(id, { status, ...(metrics === undefined ? {} : { metrics }) });
    },
  };
  return {
    tracker: { ...tracker, ...change(tracker, runs) },
    told: (id) => runs.get(id),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

trackerConformance('board', () => board());

describe('a tracker that is broken', () => {
  const timers: NodeJS.Timeout[] = [];
  afterAll(() => timers.forEach(clearInterval));

  test.each<[string, Parameters<typeof board>[0], string, RegExp]>([
    [
      'that forgets the end',
      () => ({ end: async () => undefined }),
      'is told of a run from its start to its end',
      /its place says 'running'/u,
    ],
    [
      'that is not done at the end',
      (_, runs) => ({ start: async () => undefined, end: async () => runs.clear() }),
      'is told of a run from its start to its end',
      /knows nothing of it/u,
    ],
    [
      'that throws',
      () => ({
        start: async () => {
          throw new Error('no connection');
        },
      }),
      'is told of a run from its start to its end',
      /^It throws: Tracker 'board' failed: no connection/u,
    ],
    [
      'that tells numbers of its own',
      (_, runs) => ({
        async end(status, _, { id }) {
          runs.set(id, {
            status,
            metrics: { 'conformance_length/mean': 7 },
          });
        },
      }),
      'is told of a run from its start to its end',
      /^Its place says that conformance_length\/mean is 7/u,
    ],
    [
      'that hears of success only',
      (tracker) => ({
        end: async (status, result, run) => (status === 'finished' ? tracker.end(status, result, run) : undefined),
      }),
      'is told of a run that fails',
      /its place says 'running'/u,
    ],
    [
      'that leaves a timer',
      () => ({
        start: async () => {
          timers.push(setInterval(() => undefined, 60_000));
        },
      }),
      'leaves nothing open',
      /^It leaves open: Timeout/u,
    ],
    [
      'that knows one run',
      (tracker, runs) => ({
        start: async (run) => {
          runs.clear();
          await tracker.start(run);
        },
        end: async (status, result, run) => {
          runs.clear();
          await tracker.end(status, result, run);
        },
      }),
      'keeps two runs at once apart',
      /knows only one/u,
    ],
    [
      'that chokes on a text',
      () => ({
        tell: async (entries) => {
          if (JSON.stringify(entries).includes('script')) throw new Error('bad text');
        },
      }),
      'takes any text',
      /^It throws at a text: Tracker 'board' failed: bad text/u,
    ],
  ])('%s is caught', async (_, change, rule, message) => {
    expect(
      await violated(
        trackerChecks(() => board(change)),
        rule,
      ),
    ).toMatch(message);
  });
});
