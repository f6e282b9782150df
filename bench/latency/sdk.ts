// node bench/latency/sdk.ts <calls> <latency in ms> <concurrency>: { ratio, cpuMs } of the same calls as in evaluate.ts, from a bare loop
// around the SDK: what is left when nothing is limited, retried, counted, scored and kept.
import { fileURLToPath } from 'node:url';
import { fakeProviderProcess } from '@touchstone/testing/fake-provider';
import OpenAI from 'openai';

const [, , ...args] = process.argv;
const [calls = 1_000, latencyMs = 500, concurrency = 64] = args.map(Number);

process.env.LATENCY_MS = String(latencyMs);
await using provider = await fakeProviderProcess({ script: fileURLToPath(new URL('./answers.mjs', import.meta.url)) });
const client = new OpenAI({ apiKey: 'none', baseURL: provider.openai, maxRetries: 0 });
const waiting = Array.from({ length: calls }, (_, n) => `question ${n}`).values();
const started = performance.now();
const before = process.cpuUsage();
await Promise.all(
  Array.from({ length: concurrency }, async () => {
    for (const content of waiting) await client.chat.completions.create({ model: 'fake', messages: [{ role: 'user', content }] });
  }),
);
const elapsed = performance.now() - started;
const { user, system } = process.cpuUsage(before);
const { total } = await provider.counts();
if (total !== calls) throw new Error(`${total} of ${calls} calls arrived.`);
console.log(JSON.stringify({ ratio: elapsed / ((calls * latencyMs) / concurrency), cpuMs: (user + system) / 1_000 / calls }));
