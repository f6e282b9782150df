import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Aggregation, Column, CommonMetricOptions, Item, Json, Metric, Score, ScoreContext, Scored, Service, Spec } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { isPromise } from '../models/function-model.ts';
import { resolveAggregations } from './aggregations.ts';
import { scoreOne } from './score-one.ts';
import { signature } from './signature.ts';

/** What a scoring function may return: a number, yes/no or label, one of these with its reason, or a whole score. */
export type ScoreResult = number | boolean | string | (Pick<Scored, 'value'> & Partial<Omit<Scored, 'value' | 'status'>>) | Score;

/** Columns that a metric needs: names (text cells; `?` at the end = optional), or name → kind of cell. */
export type Needs = readonly string[] | Readonly<Record<string, 'text' | 'any' | StandardSchemaV1>>;

/** The row that a scoring function gets for its needs. */
export type RowOf<N extends Needs> = N extends readonly (infer Name extends string)[]
  ? { readonly [K in Name as K extends `${string}?` ? never : K]: string } & { readonly [K in Name as K extends `${infer Bare}?` ? Bare : never]?: string }
  : { readonly [K in keyof N & string as K extends `${string}?` ? never : K]: CellOf<N[K]> } & {
      readonly [K in keyof N & string as K extends `${infer Bare}?` ? Bare : never]?: CellOf<N[K]>;
    };
type CellOf<Kind> = Kind extends 'text' ? string : Kind extends StandardSchemaV1<unknown, infer Cell> ? Cell : unknown;
/** The same as `evaluate` checks it: what the data must hold. */
export type InputOf<N extends Needs> = RowOf<N>;

export interface MetricScope<Options> {
  readonly options: Readonly<Options>;
  /** Scores of the metrics in `dependsOn`, all of them scored. */
  readonly scores: Item['scores'];
  readonly prediction: Item['prediction'];
  readonly work: Item['work'];
  /** The service of a role of `models`. */
  model(role: string): Service;
}

interface MetricDefinitionHead<Name extends string, N extends Needs, Options extends object> {
  readonly name: Name;
  /** Version of the definition, part of the result keys. Change it when scores change. */
  readonly version?: string;
  readonly description?: string;
  readonly greaterIsBetter: boolean;
  readonly range?: readonly [number, number];
  /** The metric's own options with their defaults. All of them are part of the signature. */
  readonly options?: Options;
  readonly needs: N;
  readonly dependsOn?: readonly string[];
  readonly models?: Readonly<Record<string, string | Service>> | ((options: Options) => Readonly<Record<string, string | Service>>);
  readonly aggregations?: readonly (string | Aggregation)[];
  readonly scoreColumn?: string | false;
  readonly cost?: 'cpu' | 'io';
  readonly flagWarnings?: Readonly<Record<string, string>>;
  /** The parts of the signature after name and version; default: the options. For options that are no plain data, or that do not change scores. */
  readonly signature?: (options: Options) => Readonly<Record<string, Json | undefined>>;
  /** Where the factory can be imported from, so that workers can make the metric again: `{ module: '@touchstone/metric-text', export: 'exactMatch' }`. */
  readonly from?: Pick<Spec, 'module' | 'export'>;
}

interface RowForm<N extends Needs, Options> {
  /** Scores one row. Throwing makes this row's score `failed`. */
  readonly scoreRow: (row: RowOf<N>, scope: MetricScope<Options>) => ScoreResult | Promise<ScoreResult>;
}
interface BatchForm<N extends Needs, Options> {
  /** Scores many rows at once: one result a row, in order. */
  readonly scoreBatch: (rows: readonly RowOf<N>[], scope: BatchScope<Options>) => readonly ScoreResult[] | Promise<readonly ScoreResult[]>;
  /** Most rows of a call; 32. */
  readonly batch?: number;
}
interface StatisticForm<N extends Needs, Options> {
  /** Summands of a row: always as many, finite. */
  readonly statistics: (row: RowOf<N>, scope: MetricScope<Options>) => readonly number[] | Score;
  /** Named aggregates of the sums over `rows` rows. */
  readonly combine: (total: readonly number[], rows: number) => Readonly<Record<string, number>>;
}
interface DatasetForm<N extends Needs, Options> {
  /** All rows at once, in data order, after the last one was scored: named aggregates. */
  readonly scoreDataset: (rows: AsyncIterable<RowOf<N>>, scope: Pick<MetricScope<Options>, 'options' | 'model'>) => Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>;
}
export interface BatchScope<Options> extends Pick<MetricScope<Options>, 'options' | 'model'> {
  /** What belongs to each row, in order. */
  readonly items: readonly Item[];
}

export type MetricDefinition<Name extends string, N extends Needs, Options extends object> = MetricDefinitionHead<Name, N, Options> &
  (RowForm<N, Options> | BatchForm<N, Options> | StatisticForm<N, Options> | DatasetForm<N, Options>);

/** A metric that can also be asked directly. */
export type DefinedMetric<Name extends string, In extends object> = Metric<Name, In> & {
  /** Scores one row, outside of any run: a row with the needed columns by their names. @throws TouchstoneError `no-row-score` for corpus metrics */
  scoreRow(row: In): Promise<Score>;
};

export interface MetricFactory<Name extends string, In extends object, Options extends object> {
  <const As extends string = Name>(options?: Partial<Options> & CommonMetricOptions<As>): DefinedMetric<As, In>;
  readonly metricName: Name;
}

/** Any factory, as plug-ins list them. */
export interface AnyMetricFactory {
  (options?: Readonly<Record<string, Json>>): Metric;
  readonly metricName: string;
}

/**
 * A metric as a factory with options, every detail said.
 *
 * @example
 * export const citesSource = defineMetric({
 *   name: 'cites_source', version: 'v1', greaterIsBetter: true,
 *   options: { caseSensitive: false },
 *   needs: ['predictions', 'context'],
 *   scoreRow: ({ predictions, context }, { options }) => (context === '' ? skipped('no context') : contains(predictions, context, options)),
 * });
 * evaluate({ …, extraMetrics: [citesSource({ caseSensitive: true })] });
 */
export function defineMetric<const Name extends string, const N extends Needs, Options extends object = Readonly<Record<never, never>>>(
  definition: MetricDefinition<Name, N, Options>,
): MetricFactory<Name, InputOf<N>, Options> {
  const needs = readNeeds(definition.needs);
  const make = (given: Partial<Options> & CommonMetricOptions = {}): DefinedMetric<string, InputOf<N>> => {
    const { name, columns, when, aggregations, ...own } = given;
    const options = { ...definition.options, ...withoutUndefined(own) } as Options;
    checkOptionNames(definition, own);
    const asked = aggregations ?? definition.aggregations;
    const head = {
      name: name ?? definition.name,
      ...(definition.version === undefined ? {} : { version: definition.version }),
      description: definition.description ?? definition.name,
      greaterIsBetter: definition.greaterIsBetter,
      ...(definition.range === undefined ? {} : { range: definition.range }),
      needs,
      columns: columns ?? {},
      ...(when === undefined ? {} : { when }),
      dependsOn: definition.dependsOn ?? [],
      models: (typeof definition.models === 'function' ? definition.models(options) : definition.models) ?? {},
      signature: signature(definition.name, definition.version, definition.signature === undefined ? plainOptions(options) : definition.signature(options)),
      ...(asked === undefined ? {} : { aggregations: resolveAggregations(asked) }),
      ...(definition.scoreColumn === undefined ? {} : { scoreColumn: definition.scoreColumn }),
      cost: definition.cost ?? ('cpu' as const),
      ...(definition.flagWarnings === undefined ? {} : { flagWarnings: definition.flagWarnings }),
      ...specOf(definition.from, given),
    };
    const metric: Metric = { ...head, ...formOf(definition, options) };
    return Object.assign(metric, { scoreRow: (row: InputOf<N>) => scoreOne(metric, row) }) as DefinedMetric<string, InputOf<N>>;
  };
  // The generic call signature cannot be written on an arrow function; `make` behaves as it says.
  return Object.assign(make, { metricName: definition.name }) as unknown as MetricFactory<Name, InputOf<N>, Options>;
}

/** A value or a whole score into a score. */
export function toScore(result: ScoreResult): Score {
  if (typeof result !== 'object' || result === null) return { status: 'scored', value: result };
  if ('status' in result) return result;
  return { ...result, status: 'scored' };
}

function formOf<N extends Needs, Options extends object>(
  definition: RowForm<N, Options> | BatchForm<N, Options> | StatisticForm<N, Options> | DatasetForm<N, Options>,
  options: Options,
) {
  // The columns were checked against the needs before they come here, so a row is what the needs say.
  const rowOf = (item: Item): RowOf<N> => item.columns as unknown as RowOf<N>;
  const scopeOf = (item: Item, context?: ScoreContext): MetricScope<Options> => ({
    options,
    scores: item.scores,
    prediction: item.prediction,
    work: item.work,
    model: (role) => modelOf(context, role),
  });
  if ('scoreRow' in definition) {
    const score = (items: readonly Item[], context: ScoreContext): readonly Score[] | Promise<readonly Score[]> => {
      const [item] = items;
      if (item === undefined) return [];
      const result = definition.scoreRow(rowOf(item), scopeOf(item, context));
      return isPromise(result) ? Promise.resolve(result).then((value) => [toScore(value)]) : [toScore(result)];
    };
    return { form: 'row' as const, batch: 1, score };
  }
  if ('scoreBatch' in definition) {
    const score = (items: readonly Item[], context: ScoreContext): readonly Score[] | Promise<readonly Score[]> => {
      const results = definition.scoreBatch(items.map(rowOf), { options, items, model: (role) => context.model(role) });
      return isPromise(results) ? Promise.resolve(results).then((values) => values.map(toScore)) : results.map(toScore);
    };
    return { form: 'row' as const, batch: definition.batch ?? 32, score };
  }
  if ('statistics' in definition) {
    return { form: 'statistic' as const, statistics: (item: Item) => definition.statistics(rowOf(item), scopeOf(item)), combine: definition.combine };
  }
  return {
    form: 'dataset' as const,
    scoreAll: (items: AsyncIterable<Item>, context: ScoreContext) => definition.scoreDataset(mapRows(items, rowOf), { options, model: (role) => context.model(role) }),
  };
}

async function* mapRows<T>(items: AsyncIterable<Item>, rowOf: (item: Item) => T): AsyncGenerator<T> {
  for await (const item of items) yield rowOf(item);
}

function modelOf(context: ScoreContext | undefined, role: string): Service {
  if (context !== undefined) return context.model(role);
  throw new TouchstoneError('unknown-role', `This form of metric has no models, and asks for the role '${role}': use scoreRow or scoreBatch.`);
}

export function readNeeds(needs: Needs): readonly Column[] {
  const entries: readonly (readonly [string, Column['type']])[] = isNames(needs) ? needs.map((name) => [name, 'text']) : Object.entries(needs);
  return entries.map(([name, type]) => ({ name: name.replace(/\?$/u, ''), type, optional: name.endsWith('?') }));
}

function isNames(needs: Needs): needs is readonly string[] {
  return Array.isArray(needs);
}

function checkOptionNames(definition: { readonly name: string; readonly options?: object }, given: object): void {
  const known = Object.keys(definition.options ?? {});
  const unknown = Object.keys(given).filter((option) => !known.includes(option));
  if (unknown.length === 0) return;
  const listed = [...known, 'name', 'columns', 'when', 'aggregations'].join(', ');
  throw new TouchstoneError('unknown-option', `${definition.name} has no option '${unknown[0]}'. It has: ${listed}.`);
}

function plainOptions(options: object): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, typeof value === 'function' || value === undefined ? null : JSON.parse(JSON.stringify(value))]));
}

/** A metric with functions among its options cannot be made again from data. */
function specOf(from: Pick<Spec, 'module' | 'export'> | undefined, given: object): { readonly spec?: Spec } {
  if (from === undefined || Object.values(given).some(holdsFunction)) return {};
  const options: Json = Object.keys(given).length === 0 ? null : JSON.parse(JSON.stringify(given));
  return { spec: { ...from, options } };
}

function holdsFunction(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsFunction);
}

function withoutUndefined(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
