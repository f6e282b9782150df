import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  type Answer,
  checkCassette,
  createTouchstone,
  definePlugin,
  type EvaluationResult,
  type Json,
  LOGGER,
  type Model,
  memoryStore,
  metric,
  pruneCassette,
  type Service,
} from '../../index.ts';

const HEADER = '{"touchstone":"cassette","version":1}';
const silent = definePlugin({
  name: 'silent',
  register: (registry) => registry.provide(LOGGER, { info: () => undefined, warn: () => undefined }),
});
const touchstone = createTouchstone({ plugins: [silent] });
const length = metric('length', ({ predictions }) => String(predictions).length);

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), '카세트 test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'calls.jsonl');
}

/** A service that answers as told, and counts what it was asked. */
function serviceOf(answer: (request: Json, asked: number) => Answer<Json>, identity: Json = 'one') {
  const asked: Json[] = [];
  const service: Service = {
    id: 'test:/model',
    identity,
    scopes: async () => [],
    send: async (request) => {
      const number = asked.push(request);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
      return answer(request, number);
    },
  };
  return { service, asked };
}

/** A model that asks the service for each row, `repeats` times, and hands over what it was answered as JSON. */
function modelOf(service: Service, repeats = 1): Model {
  return {
    id: 'asking',
    identity: 1,
    async predict([row], [work]) {
      const answers = [];
      let latencyMs = 0;
      for (let repeat = 0; repeat < repeats; repeat++) {
        const answer = await work?.ask(service, row?.q ?? null, { repeat });
        answers.push([answer?.value, answer?.usage, answer?.finish, answer?.servedBy]);
        latencyMs += answer?.latencyMs ?? 0;
      }
      return [{ value: JSON.stringify(answers), latencyMs }];
    },
  };
}

async function outputs(results: EvaluationResult): Promise<readonly unknown[]> {
  const rows = await Array.fromAsync(results.rows());
  return rows.map(({ columns, scores }) => [columns.outputs, scores.latency]);
}

const never = serviceOf(() => {
  throw new Error('nothing may be sent');
});

describe('a recorded evaluation', () => {
  test('replays what it was answered, trial by trial and repeat by repeat, and sends nothing', async () => {
    const file = newFile();
    const { service, asked } = serviceOf((request, n) => ({
      value: { text: `${String(request)}: 답 ${n}`, z: 1, a: 2 },
      usage: { inputTokens: 7, outputTokens: n },
      finish: 'stop',
      servedBy: 'model-2026-11-01',
    }));
    const request = { data: [{ q: '수도는?' }, { q: '강은?' }], trials: 2, extraMetrics: [length, 'latency'] } as const;
    const recorded = await touchstone.evaluate({ ...request, model: modelOf(service, 2), cassette: file });
    expect(asked).toHaveLength(8);
    expect(recorded.usage).toMatchObject({ calls: 8, cachedCalls: 0, outputTokens: 36 });

    const before = readFileSync(file, 'utf8');
    const replayed = await touchstone.evaluate({
      ...request,
      model: modelOf(never.service, 2),
      cassette: { file, mode: 'replay' },
    });
    expect(replayed.run.status).toBe('finished');
    expect(await outputs(replayed)).toEqual(await outputs(recorded));
    expect(replayed.metrics).toEqual(recorded.metrics);
    expect(replayed.usage).toMatchObject({ calls: 0, cachedCalls: 8, inputTokens: 0, cost: { usd: 0 } });
    expect(never.asked).toEqual([]);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('is a file with a call a line, in the order of what was asked', async () => {
    const file = newFile();
    const { service } = serviceOf((request) => ({ value: `답: ${String(request)}`, usage: { inputTokens: 3 }, finish: 'stop' }));
    await touchstone.evaluate({
      data: [{ q: '나' }, { q: '가' }],
      model: modelOf(service),
      extraMetrics: [length],
      cassette: file,
    });
    const [header, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(header).toBe(HEADER);
    const latencyMs = expect.any(Number);
    const key = expect.stringMatching(/^[0-9a-f]{64}$/u);
    const call = { service: 'test:/model', identity: 'one', trial: 0, repeat: 0, key, latencyMs };
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { ...call, request: '가', answer: { value: '답: 가', usage: { inputTokens: 3 }, finish: 'stop' } },
      { ...call, request: '나', answer: { value: '답: 나', usage: { inputTokens: 3 }, finish: 'stop' } },
    ]);
  });

  test('any answers to any requests come back equal, from a file that does not depend on the order of work', async () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    const tricky = fc.oneof(
      json,
      fc.string({ unit: 'binary' }),
      fc.constantFrom('가'.repeat(5000), '𠮷'.repeat(3000), `\ud800${'x'.repeat(5000)}`),
      fc.constantFrom({ $body: 'x' }, { $$body: { $body: 1 } }, [{ $body: '가'.repeat(4100) }]),
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 400, maxLength: 500 }),
      fc.constantFrom('[secret:0123456789ab]', 'https://a.example/x?key=abc&page_token=def', '{"__proto__": 1}'),
    );
    const calls = fc.uniqueArray(fc.tuple(tricky, tricky), { selector: ([q]) => JSON.stringify(q), minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(calls, async (pairs) => {
        const folder = mkdtempSync(join(tmpdir(), 'cassette-'));
        try {
          // What JSON cannot keep, such as -0, is not there in the first place.
          const known = new Map(pairs.map(([q, a]) => [JSON.stringify(q), JSON.parse(JSON.stringify(a)) as Json]));
          const { service } = serviceOf((request) => ({ value: known.get(JSON.stringify(request)) ?? null }));
          const texts: string[] = [];
          for (const [index, rows] of [pairs, pairs.toReversed()].entries()) {
            const file = join(folder, `${index}.jsonl`);
            const cells = rows.map(([q]) => ({ id: JSON.stringify(q), q: JSON.stringify(q) }));
            const parsing = (asked: Service): Model => ({
              ...modelOf(asked),
              async predict([row], [work]) {
                const { value } = (await work?.ask(asked, JSON.parse(String(row?.q)))) ?? {};
                return [{ value: JSON.stringify(value) }];
              },
            });
            const request = { data: cells, inputs: 'q', extraMetrics: [length] } as const;
            const recorded = await touchstone.evaluate({ ...request, model: parsing(service), cassette: file });
            const options = { ...request, model: parsing(never.service), cassette: { file, mode: 'replay' } } as const;
            const replayed = await touchstone.evaluate(options);
            expect(replayed.run).toMatchObject({ status: 'finished' });
            expect(await outputs(replayed)).toEqual(await outputs(recorded));
            const expected = rows.map(([q]) => known.get(JSON.stringify(q)));
            expect((await outputs(replayed)).map((row) => JSON.parse(String((row as unknown[])[0])))).toEqual(expected);
            const lines = readFileSync(file, 'utf8').replaceAll(/"latencyMs":[\d.e-]+/gu, '"latencyMs":0');
            texts.push(lines);
            expect(await checkCassette(file)).toMatchObject({ calls: pairs.length, problems: [], unused: [] });
          }
          expect(texts[1]).toBe(texts[0]);
        } finally {
          rmSync(folder, { recursive: true });
        }
      }),
      { numRuns: 40 },
    );
  });

  test('recorded again with the same answers is the same file, byte for byte; another answer changes its line alone', async () => {
    const file = newFile();
    const request = { data: [{ q: 'a' }, { q: 'b' }, { q: '다' }], extraMetrics: [length] } as const;
    const record = (service: Service) =>
      touchstone.evaluate({ ...request, model: modelOf(service), cassette: { file, mode: 'record' } });
    const first = serviceOf((q) => ({ value: `1 ${String(q)}` }));
    await record(first.service);
    const before = readFileSync(file, 'utf8');
    await record(first.service);
    expect(first.asked).toHaveLength(6);
    expect(readFileSync(file, 'utf8')).toBe(before);
    await record(serviceOf((q) => ({ value: q === 'b' ? 'other' : `1 ${String(q)}` })).service);
    const [old, now] = [before, readFileSync(file, 'utf8')].map((text) => text.split('\n'));
    expect(now?.filter((line, index) => line !== old?.[index])).toEqual([expect.stringContaining('"value":"other"')]);
  });
});

describe('the modes', () => {
  test('auto asks for what is new, and keeps the rest', async () => {
    const file = newFile();
    const { service, asked } = serviceOf((q) => ({ value: q }));
    const evaluate = (questions: readonly string[], mode: 'auto' | 'record') =>
      touchstone.evaluate({
        data: questions.map((q) => ({ q })),
        model: modelOf(service),
        extraMetrics: [length],
        cassette: { file, mode },
      });
    await evaluate(['a', 'b'], 'auto');
    await evaluate(['b', 'c'], 'auto');
    expect(asked.toSorted()).toEqual(['a', 'b', 'c']);
    expect((await checkCassette(file)).calls).toBe(3);
  });

  test('a recording that did not come to its end drops nothing', async () => {
    const file = newFile();
    const { service } = serviceOf((q) => ({ value: q }));
    const request = { data: [{ q: 'a' }, { q: 'b' }], extraMetrics: [length], limits: { concurrency: 1, attempts: 1 } } as const;
    await touchstone.evaluate({ ...request, model: modelOf(service), cassette: file });
    const controller = new AbortController();
    const stopping = serviceOf((q) => {
      controller.abort();
      return { value: `new ${String(q)}` };
    });
    const stopped = await touchstone.evaluate({
      ...request,
      model: modelOf(stopping.service),
      cassette: { file, mode: 'record' },
      signal: controller.signal,
    });
    expect(stopped.run.status).toBe('interrupted');
    expect((await checkCassette(file)).calls).toBe(2);
    // What was answered before it was stopped is paid for, and recorded.
    expect(readFileSync(file, 'utf8')).toContain('"value":"new a"');
    expect(readFileSync(file, 'utf8')).toContain('"value":"b"');
  });

  test('what a run has in its call log is recorded too, when it goes on', async () => {
    const [file, store] = [newFile(), memoryStore()];
    const controller = new AbortController();
    const { service, asked } = serviceOf((q) => {
      if (q === 'b') controller.abort();
      return { value: q };
    });
    const request = { data: [{ q: 'a' }, { q: 'b' }], extraMetrics: [length], store, limits: { concurrency: 1 } } as const;
    const run = { run: { key: '밤' }, resume: 'auto' } as const;
    // The second question of the row is never answered: the row is begun, and its first answer is in the log alone.
    const model = modelOf(service);
    await touchstone.evaluate({ ...request, ...run, model, signal: controller.signal });
    expect(asked).toEqual(['a', 'b']);
    const resumed = await touchstone.evaluate({ ...request, ...run, model, cassette: file });
    expect(resumed.run.status).toBe('finished');
    expect(asked).toEqual(['a', 'b']);
    expect(readFileSync(file, 'utf8')).toContain('"request":"b"');
    // Row a was not asked for in this part, so nobody can say that the rest is not needed.
    await expect(pruneCassette(file)).rejects.toMatchObject({ code: 'last-use-unknown' });
  });

  test('a request that was never recorded leaves its row, and the run says what is nearest and where it differs', async () => {
    const file = newFile();
    const ask = (q: string): Json => ({
      messages: [{ role: 'user', content: `한 문장으로 답하세요. ${q}` }],
      parameters: { seed: 1 },
    });
    const { service } = serviceOf(() => ({ value: '답' }));
    const asking = (asked: Service): Model => ({
      ...modelOf(asked),
      async predict([row], [work]) {
        // A model that makes the best of every error must not hide that it was not answered.
        const answer = await work?.ask(asked, ask(String(row?.q))).catch(() => undefined);
        return [{ value: String(answer?.value ?? 'fallback') }];
      },
    });
    const data = [{ q: '프랑스의 수도는?' }, { q: '대한민국의 수도는?' }];
    await touchstone.evaluate({ data, model: asking(service), extraMetrics: [length], cassette: file });
    const replayed = await touchstone.evaluate({
      data: [...data, { q: '스페인의 수도는?' }],
      model: asking(never.service),
      extraMetrics: [length],
      cassette: { file, mode: 'replay' },
    });
    expect(replayed.run.status).toBe('incomplete');
    expect(replayed.run.reason).toBe(
      `1 call is not in the cassette '${file}', and a replay sends nothing. The first is a call of test:/model; nearest is line 3, where request.messages[0].content is "한 문장으로 답하세요. 프랑스의 수도는?", and here it is "한 문장으로 답하세요. 스페인의 수도는?". Record what is new in mode auto.`,
    );
    expect(replayed.coverage.length).toMatchObject({ scored: 2, failed: 0 });
  });

  test.each<[string, Json, number, Service['identity'], string]>([
    ['another trial', 'q', 2, 'one', 'trial is 0, and here it is 1'],
    ['another identity', 'q', 1, 'two', 'identity is "one", and here it is "two"'],
  ])('%s is another call', async (_, q, trials, identity, difference) => {
    const file = newFile();
    const request = { data: [{ q: String(q) }], extraMetrics: [length] } as const;
    await touchstone.evaluate({ ...request, model: modelOf(serviceOf(() => ({ value: 1 })).service), cassette: file });
    const other = serviceOf(() => ({ value: 2 }), identity);
    const replayed = await touchstone.evaluate({
      ...request,
      trials,
      model: modelOf(other.service),
      cassette: { file, mode: 'replay' },
    });
    expect(replayed.run).toMatchObject({ status: 'incomplete', reason: expect.stringContaining(difference) });
    expect(other.asked).toEqual([]);
  });

  test('a plan says what is recorded, and writes nothing', async () => {
    const file = newFile();
    const plan = () =>
      touchstone.plan({ data: [{ q: 'a' }], model: modelOf(never.service), extraMetrics: [length], cassette: file });
    const before = await plan();
    expect(before.cassette).toEqual({ file, mode: 'auto', recorded: 0 });
    expect(readdirSync(join(file, '..'))).toEqual([]);
    writeFileSync(file, `${HEADER}\n`);
    expect((await plan()).fingerprint).toBe(before.fingerprint);
  });
});

describe('two evaluations at once on one file', () => {
  test('keep the calls of both, also by different names of the file', async () => {
    const file = newFile();
    mkdirSync(join(file, '../real'));
    symlinkSync(join(file, '../real'), join(file, '../link'));
    const { service, asked } = serviceOf((q) => ({ value: q }));
    const evaluate = (folder: string, from: number) =>
      touchstone.evaluate({
        data: Array.from({ length: 20 }, (_, n) => ({ q: String(from + n) })),
        model: modelOf(service),
        extraMetrics: [length],
        cassette: { file: join(file, '..', folder, 'both.jsonl'), mode: from === 0 ? 'record' : 'auto' },
      });
    await Promise.all([evaluate('real', 0), evaluate('link', 10), evaluate('real', 100)]);
    const { calls, problems } = await checkCassette(join(file, '../real/both.jsonl'));
    expect({ calls, problems }).toEqual({ calls: 50, problems: [] });
    expect(new Set(asked).size).toBe(50);
  });

  test('a recording one after the other in one process keeps what the first one recorded', async () => {
    const file = newFile();
    const { service } = serviceOf((q) => ({ value: q }));
    for (const q of ['a', 'b']) {
      const cassette = { file, mode: 'record' } as const;
      await touchstone.evaluate({ data: [{ q }], model: modelOf(service), extraMetrics: [length], cassette });
    }
    expect(await checkCassette(file)).toMatchObject({ calls: 2, unused: [] });
  });
});

test('a process that is killed while it writes leaves the old file or the new one, and never a part of one', async () => {
  const file = newFile();
  const script = join(import.meta.dirname, '__fixtures__/record-again-and-again.ts');
  for (let kill = 0; kill < 6; kill++) {
    const child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    // Whatever happens to the file or to what becomes of it is a part of writing it.
    const watcher = watch(join(file, '..'), (_, name) => {
      if (/^calls\.jsonl(\.\d+\.part)?$/u.test(String(name))) child.kill('SIGKILL');
    });
    await once(child, 'close');
    watcher.close();
    const { calls, problems } = await checkCassette(file);
    // Bodies are written first, and removed last: some may be there that no line refers to.
    expect({ calls, problems: problems.filter(({ code }) => code !== 'body-unused') }).toEqual({ calls: 1000, problems: [] });
  }
  // The next recording clears up behind them.
  const model = modelOf(serviceOf(() => ({ value: '답' })).service);
  await touchstone.evaluate({ data: [{ q: 'x' }], model, extraMetrics: [length], cassette: { file, mode: 'record' } });
  expect(readdirSync(join(file, '..'), { recursive: true }).toSorted()).toEqual(['calls.jsonl', 'calls.jsonl.last-use']);
}, 300_000);

describe('long texts', () => {
  test('stand beside the file, by their hash, and are removed with the last line that has them', async () => {
    const file = newFile();
    const image = 'aGFubmFoIA=='.repeat(1000);
    const { service } = serviceOf(() => ({ value: { text: '고양이', vector: Array.from({ length: 900 }, (_, n) => n / 7) } }));
    const record = (q: string) =>
      touchstone.evaluate({ data: [{ q }], model: modelOf(service), extraMetrics: [length], cassette: { file, mode: 'record' } });
    await record(image);
    const bodies = readdirSync(`${file}.bodies`);
    expect(bodies).toHaveLength(2);
    expect(statSync(file).size).toBeLessThan(1000);
    expect(readFileSync(file, 'utf8')).toContain('"begins":"aGFubmFoIA==aGFubmFoIA==');
    const replayed = await touchstone.evaluate({
      data: [{ q: image }],
      model: modelOf(never.service),
      extraMetrics: [length],
      cassette: { file, mode: 'replay' },
    });
    expect(JSON.stringify(await outputs(replayed))).toContain('128.42857142857142');
  });
});

describe('a file that cannot be used', () => {
  const line = (answer: string): string =>
    JSON.stringify({
      service: 'test:/model',
      request: 'a',
      identity: 'one',
      trial: 0,
      repeat: 0,
      key: 'a'.repeat(64),
      answer: { value: answer },
      latencyMs: 1,
    });

  test.each<[string, string, string]>([
    ['', 'line 1 must be {"touchstone":"cassette","version":1}, as in every cassette', 'auto'],
    ['{"question": "수도는?"}\n', 'line 1 must be {"touchstone":"cassette","version":1}, as in every cassette', 'replay'],
    [
      '{"touchstone":"cassette","version":2}\n',
      'line 1 names a version that this Touchstone does not know: update @touchstone/core',
      'auto',
    ],
    [`${HEADER}\n${line('1')}\n{"service":\n`, 'line 3 is no JSON', 'record'],
    [`${HEADER}\n${line('1')}\n${line('2')}\n`, 'line 3 records the call of line 2 again: delete one of them', 'replay'],
    [`${HEADER}\n{"service":"x"}\n`, "line 2 has no 'key' of 64 hexadecimal digits", 'replay'],
  ])('%j is refused before anything is asked', async (text, problem, mode) => {
    const file = newFile();
    writeFileSync(file, text);
    const evaluating = touchstone.evaluate({
      data: [{ q: 'a' }],
      model: modelOf(never.service),
      extraMetrics: [length],
      cassette: { file, mode: mode as 'auto' },
    });
    await expect(evaluating).rejects.toMatchObject({
      code: 'bad-cassette',
      kind: 'request',
      message: `The cassette '${file}' cannot be used: ${problem}.`,
    });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('a cassette that is not there, and options that are none', async () => {
    const file = newFile();
    const evaluate = (cassette: never) =>
      touchstone.evaluate({ data: [{ q: 'a' }], model: modelOf(never.service), extraMetrics: [length], cassette });
    await expect(evaluate({ file, mode: 'replay' } as never)).rejects.toThrow(
      `There is no cassette '${file}' to replay: record it first, with cassette: { file: '${file}', mode: 'auto' }.`,
    );
    await expect(evaluate({ file, mode: 'reply' } as never)).rejects.toThrow(
      "cassette: 'mode' must be 'auto', 'record' or 'replay', and it is 'reply'.",
    );
    await expect(evaluate({ fil: file } as never)).rejects.toThrow("cassette has no option 'fil'. Did you mean 'file'?");
    await expect(evaluate(7 as never)).rejects.toThrow(
      "evaluate: 'cassette' must be a file such as 'calls.jsonl', or { file: 'calls.jsonl', mode: 'auto' }, and it is 7.",
    );
  });
});

describe('check and prune', () => {
  async function recordedFile(questions: readonly string[]): Promise<string> {
    const file = newFile();
    const { service } = serviceOf((q) => ({ value: `답 ${String(q)}` }));
    await touchstone.evaluate({
      data: questions.map((q) => ({ q })),
      model: modelOf(service),
      extraMetrics: [length],
      cassette: file,
    });
    return file;
  }

  const replay = (file: string, questions: readonly string[]) =>
    touchstone.evaluate({
      data: questions.map((q) => ({ q })),
      model: modelOf(never.service),
      extraMetrics: [length],
      cassette: { file, mode: 'replay' },
    });

  /** What a process has used is what all of its evaluations have: this one has recorded the file as well. */
  async function replayElsewhere(file: string, questions: readonly string[]): Promise<void> {
    vi.resetModules();
    const other = await import('../../index.ts');
    const model = modelOf(never.service);
    await other.evaluate({
      data: questions.map((q) => ({ q })),
      model,
      extraMetrics: [other.metric('length', ({ predictions }) => String(predictions).length)],
      cassette: { file, mode: 'replay' },
    });
  }

  test('everything that is wrong with a file is found, line by line', async () => {
    const file = await recordedFile(['가', '나', '다', 'x'.repeat(5000)]);
    const [header = '', a = '', b = '', c = '', long = ''] = readFileSync(file, 'utf8').trimEnd().split('\n');
    const [body = ''] = readdirSync(`${file}.bodies`);
    writeFileSync(join(`${file}.bodies`, body), '"changed"');
    writeFileSync(join(`${file}.bodies`, `${'0'.repeat(64)}.json`), '"left"');
    const edited = a.replace('"가"', '"라"');
    const leaking = c.replace('답 다', 'sk-canary-0123456789abcdef');
    writeFileSync(file, [header, b, edited, leaking, b, long, 'not JSON'].join('\n'));
    const { calls, problems, unused } = await checkCassette(file);
    expect(calls).toBe(4);
    expect(unused).toBeUndefined();
    expect(problems.map(({ line, code }) => [line, code])).toEqual([
      [3, 'wrong-key'],
      [4, 'order'],
      [4, 'secret'],
      [5, 'duplicate'],
      [5, 'order'],
      [6, 'body-changed'],
      [7, 'invalid'],
      [undefined, 'body-unused'],
    ]);
    expect(JSON.stringify(problems)).not.toContain('canary');
  });

  test('prune drops what the last whole use did not ask for, and what is left replays', async () => {
    const used = ['가', '다'];
    const file = await recordedFile(['가', '나', '다', 'x'.repeat(5000)]);
    await replayElsewhere(file, used);
    const { unused, lastUse } = await checkCassette(file);
    expect(unused).toHaveLength(2);
    expect(lastUse).toMatchObject({ mode: 'replay', extent: 'whole' });
    expect(await pruneCassette(file)).toMatchObject({ kept: 2, dropped: 2 });
    expect(await checkCassette(file)).toMatchObject({ calls: 2, problems: [], unused: [] });
    expect((await replay(file, used)).run.status).toBe('finished');
    expect(await pruneCassette(file)).toMatchObject({ dropped: 0 });
  });

  test('prune refuses to guess', async () => {
    const file = await recordedFile(['가', '나']);
    const before = readFileSync(file, 'utf8');
    rmSync(`${file}.last-use`);
    await expect(pruneCassette(file)).rejects.toThrow(
      `It is not known which calls of '${file}' are needed: nobody has used it here. Run all evaluations of this cassette to their end, by one command and with mode 'replay', and prune then. Nothing was dropped.`,
    );
    await replay(file, ['가', '나']);
    writeFileSync(file, `${before}\n`);
    await expect(pruneCassette(file)).rejects.toThrow('it has changed since its last use');
    writeFileSync(file, before);
    expect((await replay(file, ['가', '새 질문'])).run.status).toBe('incomplete');
    await expect(pruneCassette(file)).rejects.toThrow('its last use was interrupted, or went on with an earlier one');
    expect(readFileSync(file, 'utf8')).toBe(before);
    await expect(pruneCassette(`${file}x`)).rejects.toMatchObject({ code: 'cassette-not-found' });
  });
});
