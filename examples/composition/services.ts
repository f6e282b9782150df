// node examples/composition/services.ts
import { createTouchstone, type LanguageModel, latency, ServiceError } from '@touchstone/core';
import { replacedServices } from './replaced-services.ts';

const { plugin, clock, diary } = replacedServices('2026-11-27T22:00:00Z');

/** A model of a provider with a bad night: each answer takes 20 seconds, and the third call is refused for 10 minutes. */
let calls = 0;
const model: LanguageModel = {
  kind: 'language',
  id: 'night:/slow',
  identity: 'night',
  scopes: async () => ['night|here|no key'],
  async send({ messages }, { signal }) {
    await clock.sleep(20_000, signal);
    if (++calls === 3) throw new ServiceError('rate-limit', 'too many requests', { waitMs: 10 * 60_000 });
    return { value: { text: `You asked: ${messages.at(-1)?.content}` } };
  },
};

const touchstone = createTouchstone({ plugins: [plugin] });
const began = performance.now();
const results = await clock.run(() =>
  touchstone.evaluate({
    data: ['Where is my parcel?', '환불은 언제 되나요?', 'Do you ship to Norway?', '선물 포장이 되나요?'],
    model,
    extraMetrics: [latency()],
    limits: { concurrency: 4 },
    run: { name: 'a bad night' },
  }),
);
console.log(diary.join('\n'));
console.log(results);
const [stored] = await touchstone.runs();
const minutes = ((stored?.endedAt ?? 0) - (stored?.startedAt ?? 0)) / 60_000;
console.log(
  `The stored run "${stored?.name}" lasted ${minutes.toFixed(1)} minutes, and took ${Math.round(performance.now() - began)} ms.`,
);
