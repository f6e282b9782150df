// node bench/limits/evaluate.ts <concurrency|requests|tokens> <none|full> <seconds of a phase>: { calls, share, refusedLate } of an
// evaluation against the fake provider, whose limit is there in full, then by half, then in full again.
import { fileURLToPath } from 'node:url';
import { chat, createTouchstone, definePlugin, LOGGER, metric } from '@touchstone/core';
import openai from '@touchstone/model-openai';
import { type FakeCall, fakeProviderProcess, type Limit } from '@touchstone/testing/fake-provider';

const CALLS_A_SECOND = 60;
const LATENCY_MS = 400;
const TOKENS = 100;
/** For so long after a change calls may be refused. */
const SETTLING_MS = 30_000;
const SHARES = [1, 0.5, 1];

const [, , limited = 'requests', headers = 'none', seconds = '120'] = process.argv;
const phaseMs = Number(seconds) * 1_000;
const rows = Math.round((CALLS_A_SECOND * phaseMs * 2.5) / 1_000);

await using provider = await fakeProviderProcess({ script: fileURLToPath(new URL('./answers.mjs', import.meta.url)) });
await provider.limit({ model: limit(1), headers: headers === 'full' ? 'full' : 'none' });

const quiet = definePlugin({
  name: 'quiet',
  register: (registry) => registry.provide(LOGGER, { info: () => undefined, warn: () => undefined }),
});
const touchstone = createTouchstone({ plugins: [openai({ apiKey: 'none', baseUrl: provider.openai }), quiet] });
const timers = SHARES.slice(1).map((share, phase) =>
  setTimeout(() => provider.limit({ model: limit(share) }), (phase + 1) * phaseMs),
);
const started = performance.now();
const results = await touchstone.evaluate({
  data: Array.from({ length: rows }, (_, n) => ({ id: String(n), inputs: `question ${n}` })),
  id: 'id',
  model: chat('openai:/fake', { messages: [{ role: 'user', content: '{inputs}' }], parameters: { maxOutputTokens: TOKENS } }),
  extraMetrics: [metric('length', ({ predictions }) => String(predictions).length)],
  limits: { concurrency: 256 },
});
const elapsed = performance.now() - started;
for (const timer of timers) clearTimeout(timer);
if (results.coverage.length?.scored !== rows) throw new Error(`${results.coverage.length?.scored} of ${rows} rows were scored.`);

const calls = await provider.calls();
console.log(JSON.stringify({ calls: calls.length, share: rows / ideal(elapsed), refusedLate: refusedLate(calls) }));

function limit(share: number): Limit {
  const perSecond = share * CALLS_A_SECOND;
  if (limited === 'concurrency') return { concurrency: Math.round((perSecond * LATENCY_MS) / 1_000) };
  return limited === 'requests'
    ? { requests: { limit: perSecond, perMs: 1_000 } }
    : { tokens: { limit: perSecond * TOKENS, perMs: 1_000 } };
}

/** Calls that a client would get through in so much time that knows the limit all the time. */
function ideal(ms: number): number {
  const phases = SHARES.map((share, phase) => share * Math.min(phaseMs, Math.max(0, ms - phase * phaseMs)));
  const after = Math.max(0, ms - SHARES.length * phaseMs);
  return (phases.reduce((sum, part) => sum + part, after) * CALLS_A_SECOND) / 1_000;
}

/** Share of the calls that were refused, of those later than half a minute after the start and after each change. */
function refusedLate(calls: readonly FakeCall[]): number {
  const first = calls[0]?.arrivedAt ?? 0;
  const late = calls.filter(({ arrivedAt }) => {
    const at = arrivedAt - first;
    return at > SHARES.length * phaseMs || at % phaseMs > SETTLING_MS;
  });
  return late.filter(({ status }) => status === 429).length / late.length;
}
