import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import {
  createTouchstone,
  definePlugin,
  type EvaluationResult,
  evaluate,
  type Json,
  LOGGER,
  type Metric,
  memoryStore,
  metric,
} from '../index.ts';
import {
  asks,
  costly,
  deadly,
  deadlyInBatches,
  digits,
  halfCostly,
  here,
  lengthSum,
  printing,
} from './__fixtures__/thread-metrics.ts';

const TEXTS = ['plain', '안녕하세요, 세계', 'skip this', 'throw this', 'label', 'zero', 'x'.repeat(2000), '\ud800 alone', ''];

/** Rows that cost so much that threads start well before the last. */
function rowsOf(count: number, special: Readonly<Record<number, string>> = {}) {
  return Array.from({ length: count }, (_, n) => {
    const text = special[n] ?? `${TEXTS[n % (TEXTS.length - 1)]} ${n}`;
    return { inputs: `q${n}`, n: `${n}`, answer: text, expected: n % 5 === 0 ? null : `t${n}`, unused: { deep: [n] } };
  });
}

/** Everything of a result that threads may not change. */
async function essence(results: EvaluationResult): Promise<Json> {
  const { metrics, intervals, coverage, signatures, warnings } = results.toJSON();
  const table = await results.tables.eval_results_table.toJSON();
  const rows = await Array.fromAsync(results.rows());
  return JSON.parse(JSON.stringify({ metrics, intervals, coverage, signatures, warnings, table, rows }));
}

const shareHere = (results: EvaluationResult): number => results.metrics['here/mean'] ?? Number.NaN;

async function reasonsOf(results: EvaluationResult, name: string): Promise<readonly string[]> {
  const reasons: string[] = [];
  for await (const row of results.rows()) {
    const score = row.scores[name];
    if (score?.status === 'failed') reasons.push(`${row.columns.outputs}: ${score.error.code}: ${score.error.message}`);
  }
  return reasons;
}

describe('threads change nothing but the time', () => {
  const extraMetrics = (): Metric[] => [costly(), halfCostly(), digits(), lengthSum()];

  test('every score, aggregate and table is the same to the last bit', async () => {
    const last: Record<string, unknown> = { inputs: 'last', n: 'no digits', answer: 7, expected: 'x', unused: null };
    const data = [...rowsOf(1500), last];
    const options = { data, predictions: 'answer', targets: 'expected', extraMetrics: extraMetrics() };
    const inline = await evaluate({ ...options, limits: { threads: 0 } });
    const threaded = await evaluate({ ...options, limits: { threads: 2 } });
    expect(await essence(threaded)).toEqual(await essence(inline));
    expect(inline.coverage.digits).toMatchObject({ scored: 1500, reasons: { 'wrong-type': 1 } });
  });

  test('with a model, its outputs, failures and trials too', async () => {
    const options = {
      data: rowsOf(800),
      model: async ({ answer, n }: { answer: string; n: string }) => {
        if (Number(n) % 100 === 99) throw new Error('no answer');
        return { text: answer.toUpperCase(), extra: `${n}5` };
      },
      predictions: 'text' as const,
      targets: 'expected' as const,
      trials: 2,
      extraMetrics: [costly(), halfCostly(), digits({ columns: { n: 'extra' } })],
    };
    const inline = await evaluate({ ...options, limits: { threads: 0 } });
    const threaded = await evaluate({ ...options, limits: { threads: 3 } });
    const [a, b] = [await essence(inline), await essence(threaded)];
    expect(b).toEqual(a);
    expect(inline.coverage['costly/v1']).toMatchObject({ reasons: { 'prediction-failed': 16 } });
  });

  test('threads do compute most rows when there is much to compute, and none when there is little', async () => {
    const options = { predictions: 'answer', targets: 'expected', extraMetrics: [costly(), here()] } as const;
    expect(shareHere(await evaluate({ ...options, data: rowsOf(6000), limits: { threads: 2 } }))).toBeLessThan(0.8);
    expect(shareHere(await evaluate({ ...options, data: rowsOf(200), limits: { threads: 2 } }))).toBe(1);
    expect(shareHere(await evaluate({ ...options, data: rowsOf(1500), limits: { threads: 0 } }))).toBe(1);
  });

  test('what cannot be made again elsewhere stays in this thread, with all that it reads', async () => {
    const reads = metric('reads', () => 1, { needs: [] });
    const chosen = here({ when: () => true });
    const results = await evaluate({
      data: rowsOf(6000),
      predictions: 'answer',
      extraMetrics: [costly(), chosen, reads, halfCostly()],
      limits: { threads: 2 },
    });
    expect(shareHere(results)).toBe(1);
    expect(results.metrics['reads/mean']).toBe(1);
  });

  test('a run that is stopped while threads work goes on to the same result', async () => {
    const store = memoryStore();
    const data = rowsOf(2000);
    const options = { data, predictions: 'answer', targets: 'expected', extraMetrics: extraMetrics() } as const;
    const whole = await evaluate({ ...options, limits: { threads: 0 } });
    const stop = new AbortController();
    const asked = { ...options, store, run: { key: 'k' }, resume: 'auto', limits: { threads: 2 } } as const;
    const part = await evaluate({
      ...asked,
      signal: stop.signal,
      onProgress: ({ done }) => {
        if (done > 1000) stop.abort();
      },
    });
    expect(part.run.status).toBe('interrupted');
    const rest = await evaluate(asked);
    expect(rest.run.status).toBe('finished');
    expect(await essence(rest)).toEqual(await essence(whole));
  });

  test('what a metric logs arrives', async () => {
    const said: string[] = [];
    const log = {
      info: () => undefined,
      warn: (message: string, data?: Json) => said.push(`${message} ${JSON.stringify(data)}`),
    };
    const touchstone = createTouchstone({
      plugins: [definePlugin({ name: 'log', metrics: [], register: (registry) => registry.provide(LOGGER, log) })],
    });
    const data = rowsOf(6000, { 5999: 'last' });
    await touchstone.evaluate({ data, predictions: 'answer', extraMetrics: [costly(), printing()], limits: { threads: 1 } });
    expect(said).toEqual(['said by a metric {"thread":true}']);
  });
});

test('threads work for a program that is given as text', () => {
  const program = `
    import { evaluate } from '../index.ts';
    import { costly, here } from './__fixtures__/thread-metrics.ts';
    const data = Array.from({ length: 1500 }, (_, n) => ({ answer: 'plain ' + n }));
    const { metrics } = await evaluate({ data, predictions: 'answer', extraMetrics: [costly(), here()], limits: { threads: 1 } });
    console.log(metrics['here/mean'] < 1 ? 'elsewhere' : 'here');
  `;
  const flags = ['--input-type=module-typescript', '--eval', program];
  expect(execFileSync(process.execPath, flags, { cwd: import.meta.dirname, encoding: 'utf8' })).toBe('elsewhere\n');
});

describe('a thread that ends or hangs', () => {
  const evaluateWith = (one: Metric, special: Readonly<Record<number, string>>, timeout = 60) =>
    evaluate({
      data: rowsOf(6000, special),
      predictions: 'answer',
      extraMetrics: [costly(), one],
      limits: { threads: 2, timeout },
    });

  test.each(['exit', 'fill'])('by %s fails the row that it was at, and is replaced', async (how) => {
    const results = await evaluateWith(deadly(), { 5000: how });
    const why = {
      exit: 'deadly: the thread that computed it was ended with code 3',
      fill: 'deadly: the thread that computed it ran out of memory (512 MB)',
    }[how];
    expect(results.run.status).toBe('finished');
    expect(results.coverage.deadly).toEqual({ scored: 5999, skipped: 0, failed: 1, reasons: { 'thread-died': 1 } });
    expect(await reasonsOf(results, 'deadly')).toEqual([`${how}: thread-died: ${why}`]);
    expect(results.coverage['costly/v1']?.reasons['thread-died']).toBeUndefined();
  });

  test('by an error that nobody catches loses nothing that was scored', async () => {
    const results = await evaluateWith(deadly(), { 5000: 'crash', 5100: 'crash' });
    expect(results.coverage.deadly).toEqual({ scored: 6000, skipped: 0, failed: 0, reasons: {} });
  });

  test('by hanging fails the row after the timeout', async () => {
    const results = await evaluateWith(deadly(), { 5500: 'hang' }, 2);
    expect(await reasonsOf(results, 'deadly')).toEqual(['hang: timeout: deadly: no answer within 2 s']);
    expect(results.coverage.deadly?.scored).toBe(5999);
  });

  test('in a batch is found row by row', async () => {
    const results = await evaluateWith(deadlyInBatches(), { 5500: 'exit' });
    expect(await reasonsOf(results, 'deadly_in_batches')).toEqual([
      'exit: thread-died: deadly_in_batches: the thread that computed it was ended with code 3',
    ]);
  });

  test('again and again by one metric loses that metric’s rows and no others', async () => {
    const special = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [5800 + n, 'exit']));
    const results = await evaluateWith(deadly(), special);
    const { scored = 0, failed = 0 } = results.coverage.deadly ?? {};
    expect(scored + failed).toBe(6000);
    expect(failed).toBeGreaterThanOrEqual(100);
    expect(failed).toBeLessThanOrEqual(1200);
    expect(results.coverage['costly/v1']?.reasons['thread-died']).toBeUndefined();
  });

  test('a metric of pure computation that asks a service is told so', async () => {
    const results = await evaluateWith(asks(), {});
    expect(Object.keys(results.coverage.asks?.reasons ?? {})).toEqual(['no-calls-in-threads']);
    expect((await reasonsOf(results, 'asks'))[0]).toContain(
      "asks: A metric with cost 'cpu' asked a service: give it cost: 'io', so that it is computed where calls can be made.",
    );
  });
});

test.each([-1, 1.5, 65, 'many'])('limits.threads is no %s', async (threads) => {
  const limits = { threads } as { threads: number };
  await expect(evaluate({ data: ['a'], model: () => 'b', extraMetrics: [costly()], limits })).rejects.toThrow(
    `limits: 'threads' must be a whole number from 0 to 64, and it is ${typeof threads === 'string' ? `'${threads}'` : threads}.`,
  );
});
