// Writes the store that stays readable for ever: node make-store.mjs <file>, with the build of the version whose schema is to be kept.
// Gzip the file as schema-<n>.db.gz; earlier-schema.test.ts says what must be read back from it.
import { argv } from 'node:process';
import { sqlite } from '@touchstone/store-sqlite';

const failed = (message) => ({ code: 'provider', message, retryable: true });
const metric = (name) => ({
  name,
  key: `${name}/v1`,
  form: 'row',
  signature: `${name}/v1|옵션`,
  greaterIsBetter: true,
  columns: { predictions: { from: 'prediction', column: 'answer' } },
  dependsOn: [],
});
const plan = {
  data: { name: '질문', columns: ['question', 'answer'], inputs: ['question'], features: ['question'], seed: 7 },
  trials: 2,
  metrics: [metric('rougeL'), metric('judge')],
  skippedMetrics: [],
  evaluators: ['default'],
  services: [],
  limits: { concurrency: 10, timeoutMs: 60_000, errorBudget: 0.1, threads: 0, attempts: 3 },
  fingerprint: 'f'.repeat(64),
};
const rows = [
  { type: 'row', ordinal: 0, key: 'k0', row: { question: '수도는?\u0000\ud800', n: 0.1 }, cluster: '지리' },
  { type: 'row', ordinal: 5, key: 'k5', row: { question: null } },
];
const predictions = [
  { type: 'prediction', ordinal: 0, trial: 0, result: { columns: { answer: '서울' }, main: 'answer', latencyMs: 12.5, finish: 'stop' } },
  { type: 'prediction', ordinal: 0, trial: 1, result: { failed: failed('시간 초과') } },
];
const score = (trial, number, score, statistics) => ({ type: 'score', ordinal: 0, trial, metric: number, score, ...(statistics && { statistics }) });
const scores = [
  score(0, 0, { status: 'scored', value: -0 }, [-0, 1 / 3]),
  score(0, 1, { status: 'scored', value: '좋음', justification: '맞다', flags: ['a-b'] }),
  score(1, 0, { status: 'failed', error: failed('예측이 없다') }),
  score(1, 1, { status: 'skipped', code: 'not-applicable', reason: '해당 없음' }),
];

const store = sqlite(argv[2]);
const finished = await store.catalog.create({
  id: 'a'.repeat(32),
  name: '끝난 실행',
  experiment: 'default',
  key: 'nightly',
  status: 'running',
  startedAt: 1_790_000_000_000,
  tags: { git: 'abc' },
  origin: { argv: ['run', '질문.jsonl'] },
  provenance: { node: '24.0.0' },
});
const journal = await finished.journal(1, plan);
await journal.append([...rows, ...predictions, ...scores]);
await journal.snapshot({ metrics: { 'rougeL/v1/mean': 0.30000000000000004 } });
const calls = store.calls(finished.id);
const { signal } = new AbortController();
const claim = await calls.claim('키', signal);
await claim.settle({ text: '서울' }, { evaluation: 1, service: 'fake:/one', purpose: 'model', attempts: 2, usage: { inputTokens: 10 }, usd: 0.5, latencyMs: 12.5, waitMs: 1 });
await calls.reserve('r', 0.25);
await finished.update({ status: 'finished', endedAt: 1_790_000_001_000 });
await finished[Symbol.asyncDispose]();
const interrupted = await store.catalog.create({
  id: 'b'.repeat(32),
  name: 'quiet-otter',
  experiment: 'other',
  status: 'interrupted',
  reason: 'Stopped by Ctrl-C.',
  startedAt: 1_790_000_002_000,
  tags: {},
  provenance: {},
});
await interrupted[Symbol.asyncDispose]();

// What schema 2 has brought; the store of schema 1 ends above.
const child = await store.catalog.create({
  id: 'c'.repeat(32),
  name: '아이',
  experiment: 'default',
  status: 'running',
  startedAt: 1_790_000_003_000,
  tags: {},
  params: { 온도: '0.7' },
  parent: 'a'.repeat(32),
  provenance: {},
});
const revised = await child.journal(1, plan);
await revised.append([...rows, ...predictions, ...scores]);
await revised.revise({ supersede: { metric: 1 } });
await store.catalog.annotate('c'.repeat(32), [{ evaluation: 1, ordinal: 0, trial: 0, name: '어조', value: '좋음', author: '김', at: 1 }]);
const asked = await store.cache.claim('질문', signal);
await asked.settle({ text: '부산' }, { service: 'fake:/one' });

// What schema 3 has brought; the store of schema 2 ends above.
const sent = await store.calls('c'.repeat(32)).claim('자식', signal);
await sent.settle(
  { text: '대구' },
  { evaluation: 1, service: 'fake:/one', purpose: 'model', attempts: 1, usage: {}, latencyMs: 1, waitMs: 0, sent: { row: 'k0', trial: 0, repeat: 0, identity: { provider: 'fake' }, request: { q: '어디?' } } },
);
await store.calls('c'.repeat(32)).share('자식', 'k5');
await child[Symbol.asyncDispose]();
await store[Symbol.asyncDispose]();
