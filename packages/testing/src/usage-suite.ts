import {
  CLOCK,
  type Clock,
  definePlugin,
  type EvaluateRequest,
  type LanguageModel,
  type LimitChange,
  metric,
  type Plugin,
  RATE_GOVERNOR,
  type RunStore,
  TouchstoneRuntime,
} from '@touchstone/core';
import { describe, expect, it, vi } from 'vitest';
import type { MakeStore } from './store-conformance.ts';

export function usageSuite(make: MakeStore): void {
  describe('what calls used, and what was learned of limits', () => {
    it('is told of a stored run as it was of the run that had just ended', async () => {
      await using store = await make();
      const { touchstone, learned } = learning(store);
      const result = await touchstone.evaluate(asking(() => learned(8)));
      expect(result.usage).toMatchObject({ calls: 3, retries: 0, inputTokens: 30, outputTokens: 6 });
      expect(result.usage.limits?.map(({ value }) => value)).toEqual([8, 8, 8]);
      const shown = await learning(store).touchstone.result(result.run.id);
      expect(shown.usage).toEqual(result.usage);
      expect(shown.usage.models?.['fake:/한국어']).toMatchObject({ calls: 3, inputTokens: 30, outputTokens: 6 });
      expect(shown.usage.metrics?.model).toMatchObject({ calls: 3, inputTokens: 30, outputTokens: 6 });
    });

    it('is told of a run that goes on, as it will be when its process dies', async () => {
      await using store = await make();
      const { touchstone, learned, later } = learning(store);
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      const going = touchstone.evaluate({
        ...asking(async (prompt) => {
          if (prompt !== '하나') return released;
          learned(5);
          later(60_000);
        }),
        limits: { concurrency: 1 },
      });
      await vi.waitFor(
        async () => {
          const { run, usage } = await learning(store).touchstone.result('@last');
          expect(run.status).toBe('running');
          expect(usage.limits?.map(({ value }) => value)).toEqual([5]);
          expect(usage.models?.['fake:/한국어']?.calls).toBe(1);
        },
        { timeout: 20_000 },
      );
      release();
      expect((await going).usage).toMatchObject({ calls: 3, limits: [{ value: 5 }] });
    });

    it('is told over all parts of a run that was continued', async () => {
      await using store = await make();
      const first = learning(store);
      const interrupted = await first.touchstone.evaluate({
        ...asking((prompt) => {
          first.learned(3);
          if (prompt === '하나') first.touchstone.stop();
        }),
        limits: { concurrency: 1 },
      });
      expect(interrupted.run.status).toBe('interrupted');
      expect(interrupted.usage.limits?.map(({ value }) => value)).toEqual([3]);
      const second = learning(store);
      const { id } = interrupted.run;
      const request = { ...asking(() => second.learned(4)), limits: { concurrency: 1 }, run: { id }, resume: 'auto' } as const;
      await second.touchstone.evaluate(request);
      const { run, usage } = await learning(store).touchstone.result(id);
      expect(run.status).toBe('finished');
      expect(usage.limits?.map(({ value }) => value)).toEqual([3, 4, 4]);
      expect(usage.calls).toBe(3);
    });
  });
}

/** A Touchstone whose governor learns what it is told, on a clock that can be moved on. */
function learning(store: RunStore) {
  const changes: LimitChange[] = [];
  let ahead = 0;
  const clock: Clock = {
    now: () => Date.now() + ahead,
    monotonic: () => performance.now() + ahead,
    sleep: async () => undefined,
  };
  const plugin: Plugin = definePlugin({
    name: 'learning',
    register(registry) {
      registry.provide(CLOCK, clock);
      registry.provide(RATE_GOVERNOR, { enter: async () => ({ done: () => undefined }), history: () => changes });
    },
  });
  return {
    touchstone: new TouchstoneRuntime({ plugins: [plugin], store }),
    learned(value: number): void {
      changes.push({ at: clock.now(), scope: 'fake|한국어', what: 'concurrency', value, why: 'probe' });
    },
    later(ms: number): void {
      ahead += ms;
    },
  };
}

/** Three rows, each asked of a model that does `before` first. */
function asking(before: (prompt: string) => void | Promise<void>): EvaluateRequest {
  const model: LanguageModel = {
    kind: 'language',
    id: 'fake:/한국어',
    identity: 'fake',
    scopes: async () => ['fake|한국어'],
    async send({ messages }) {
      const prompt = messages.map(({ content }) => content).join('');
      await before(prompt);
      return { value: { text: prompt }, usage: { inputTokens: 10, outputTokens: 2 }, finish: 'stop' };
    },
  };
  return { data: ['하나', '둘', '셋'], model, extraMetrics: [metric('one', () => 1)] };
}
