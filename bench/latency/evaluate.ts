// node bench/latency/evaluate.ts <calls> <latency in ms> <concurrency>: { ratio, cpuMs } of an evaluation against the fake provider:
// its time over calls × latency / concurrency, and what this process (not the provider) worked per call.
import { fileURLToPath } from 'node:url';
import { chat, createTouchstone, definePlugin, LOGGER, metric } from '@touchstone/core';
import openai from '@touchstone/model-openai';
import { fakeProviderProcess } from '@touchstone/testing/fake-provider';

const [, , ...args] = process.argv;
const [calls = 1_000, latencyMs = 500, concurrency = 64] = args.map(Number);

process.env.LATENCY_MS = String(latencyMs);
await using provider = await fakeProviderProcess({ script: fileURLToPath(new URL('./answers.mjs', import.meta.url)) });
const quiet = definePlugin({
  name: 'quiet',
  register: (registry) => registry.provide(LOGGER, { info: () => undefined, warn: () => undefined }),
});
const touchstone = createTouchstone({ plugins: [openai({ apiKey: 'none', baseUrl: provider.openai }), quiet] });
const started = performance.now();
const before = process.cpuUsage();
const results = await touchstone.evaluate({
  data: Array.from({ length: calls }, (_, n) => ({ id: String(n), inputs: `question ${n}` })),
  id: 'id',
  model: chat('openai:/fake', { messages: [{ role: 'user', content: '{inputs}' }] }),
  extraMetrics: [metric('length', ({ predictions }) => String(predictions).length)],
  limits: { concurrency },
});
const elapsed = performance.now() - started;
const { user, system } = process.cpuUsage(before);
if (results.coverage.length?.scored !== calls)
  throw new Error(`${results.coverage.length?.scored} of ${calls} rows were scored.`);
console.log(JSON.stringify({ ratio: elapsed / ((calls * latencyMs) / concurrency), cpuMs: (user + system) / 1_000 / calls }));
