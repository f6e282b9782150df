import {
  createTouchstone,
  definePlugin,
  type EvaluateRequest,
  type EvaluationResult,
  LOGGER,
  type Metric,
  type Row,
  type Score,
  type ScoredRow,
} from '@touchstone/core';

/** What a metric made of rows. */
export interface Measured {
  /** One a row, in their order; `undefined` for metrics that score no single rows. */
  readonly scores: readonly (Score | undefined)[];
  readonly metrics: Readonly<Record<string, number>>;
  readonly result: EvaluationResult;
}

export interface MeasureOptions {
  /** Metrics that it reads. */
  readonly alongside?: readonly Metric[];
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly concurrency?: number;
}

const ID = 'conformance_id';
const silent = definePlugin({
  name: 'silent',
  register: (registry) => registry.provide(LOGGER, { info: () => undefined, warn: () => undefined }),
});

/** Evaluates rows, whose columns are named as the metric needs them, with one metric, as a user would. */
export async function measure(metric: Metric, rows: readonly Row[], options: MeasureOptions = {}): Promise<Measured> {
  const { alongside = [], seed = 0, signal, concurrency } = options;
  const data = rows.map((row, index) => ({ predictions: '', ...row, [ID]: idOf(row, index) }));
  const has = (column: string): boolean => rows.some((row) => Object.hasOwn(row, column));
  const request: EvaluateRequest = {
    data,
    id: ID,
    predictions: 'predictions',
    ...(has('targets') ? { targets: 'targets' } : {}),
    ...(has('inputs') ? { inputs: 'inputs' } : {}),
    extraMetrics: [...alongside, metric],
    seed,
    limits: { threads: 0, ...(concurrency === undefined ? {} : { concurrency }) },
    ...(signal === undefined ? {} : { signal }),
  };
  // The columns are known only now; what is wrong with them is said by `evaluate`.
  const touchstone = createTouchstone({ plugins: [silent] }) as unknown as {
    evaluate(request: EvaluateRequest): Promise<EvaluationResult>;
  };
  const result = await touchstone.evaluate(request);
  const scored: ScoredRow[] = [];
  for await (const row of result.rows()) scored.push(row);
  const scores: (Score | undefined)[] = rows.map(() => undefined);
  for (const { ordinal, scores: all } of scored) scores[ordinal] = all[metric.name];
  return { scores, metrics: definedOnly(result.metrics), result };
}

/** A row keeps its identity in another order and in other company, so that what is drawn for it stays the same. */
const ids = new WeakMap<Row, string>();
let given = 0;

function idOf(row: Row, index: number): string {
  const id = ids.get(row) ?? `row-${given++}-${index}`;
  ids.set(row, id);
  return id;
}

function definedOnly(metrics: Readonly<Record<string, number | undefined>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(metrics).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}
