import type {
  Column,
  CommonMetricOptions,
  Item,
  Json,
  Metric,
  NamedAggregates,
  Score,
  ScoreContext,
  Service,
  Spec,
  Tally as TallyContract,
  Work,
} from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { isPromise } from '../models/function-model.ts';
import type {
  DefinedMetric,
  InputOf,
  MetricDefinition,
  MetricFactory,
  MetricScope,
  Needs,
  RowOf,
  RowTally,
  ScoreResult,
  ScoringForm,
} from '../types/define-metric-types.ts';
import { resolveAggregations } from './aggregations.ts';
import { scoreOne } from './score-one.ts';
import { signature } from './signature.ts';

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
export function defineMetric<
  const Name extends string,
  const N extends Needs,
  Options extends object = Readonly<Record<never, never>>,
  const Dependency extends string = never,
  Tally extends RowTally<RowOf<N>> = RowTally<RowOf<N>>,
>(definition: MetricDefinition<Name, N, Options, Dependency, Tally>): MetricFactory<Name, InputOf<N>, Options> {
  const needs = readNeeds(definition.needs);
  const make = (given: Partial<Options> & CommonMetricOptions = {}): DefinedMetric<string, InputOf<N>> => {
    const { name, columns, when, aggregations, ...own } = given;
    const options = { ...definition.options, ...withoutUndefined(own) } as Options;
    checkOptionNames(definition, own);
    const asked = aggregations ?? byOptions(definition.aggregations, options);
    const called: string = name ?? definition.resultName?.(options) ?? definition.name;
    // What bears the metric's own name (`exact_match/v1`, the column `token_count`) bears the one that it is called by.
    const ownName = <T extends string | false>(own: T) => (own === (definition.name as string) ? called : own);
    const head = {
      name: called,
      ...(definition.version === undefined ? {} : { version: definition.version }),
      description: definition.description ?? definition.name,
      ...(definition.about === undefined ? {} : { about: definition.about }),
      greaterIsBetter: definition.greaterIsBetter,
      ...(definition.range === undefined ? {} : { range: definition.range }),
      needs,
      columns: columns ?? {},
      ...(when === undefined ? {} : { when }),
      dependsOn: definition.dependsOn ?? [],
      models: byOptions(definition.models, options) ?? {},
      ...(definition.signedModels === undefined ? {} : { signedModels: definition.signedModels }),
      ...asksOf(definition, options),
      ...(definition.definition === undefined ? {} : { definition: definition.definition }),
      signature: signature(
        definition.name,
        definition.version,
        definition.signature === undefined ? plainOptions(options) : definition.signature(options),
      ),
      ...(asked === undefined
        ? {}
        : { aggregations: resolveAggregations(asked).map((one) => ({ ...one, name: ownName(one.name) })) }),
      ...(definition.scoreColumn === undefined ? {} : { scoreColumn: ownName(definition.scoreColumn) }),
      ...languagesOf(definition.languages, options),
      cost: definition.cost ?? ('cpu' as const),
      ...(definition.flagWarnings === undefined ? {} : { flagWarnings: definition.flagWarnings }),
      ...specOf(definition.from, given),
    };
    const metric: Metric = { ...head, ...formOf(definition, options, ownName) };
    return Object.assign(metric, { score: (row: InputOf<N>) => scoreOne(metric, row) }) as DefinedMetric<string, InputOf<N>>;
  };
  // The generic call signature cannot be written on an arrow function; `make` behaves as it says.
  const { name: metricName, forLanguage } = definition;
  return Object.assign(make, { metricName, ...(forLanguage === undefined ? {} : { forLanguage }) }) as unknown as MetricFactory<
    Name,
    InputOf<N>,
    Options
  >;
}

function asksOf<N extends Needs, Options extends object>(
  { asks }: Pick<MetricDefinition<string, N, Options>, 'asks'>,
  options: Options,
): Pick<Metric, 'asks'> {
  if (asks === undefined) return {};
  // The plan hands over only rows that have what is needed.
  return { asks: (columns) => asks(columns as unknown as RowOf<N>, { options }) };
}

function languagesOf<Options>(
  declared: readonly string[] | ((options: Options) => readonly string[] | undefined) | undefined,
  options: Options,
): Pick<Metric, 'languages'> {
  const languages = byOptions(declared, options);
  return languages === undefined ? {} : { languages };
}

/** What a definition says at once, or of the options. */
function byOptions<T, Options>(said: T | ((options: Options) => T), options: Options): T {
  return said instanceof Function ? said(options) : said;
}

/** A value or a whole score into a score. */
export function toScore(result: ScoreResult): Score {
  if (typeof result !== 'object' || result === null) return { status: 'scored', value: result };
  if ('status' in result) return result;
  return { ...result, status: 'scored' };
}

function formOf<N extends Needs, Options extends object, Tally extends RowTally<RowOf<N>>>(
  definition: ScoringForm<N, Options, string, Tally>,
  options: Options,
  ownName: (aggregate: string) => string,
) {
  const renamed = (named: NamedAggregates): NamedAggregates =>
    named.status === 'skipped'
      ? named
      : Object.fromEntries(Object.entries(named).map(([aggregate, value]) => [ownName(aggregate), value]));
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
    const scoreItems = (items: readonly Item[], context: ScoreContext): readonly Score[] | Promise<readonly Score[]> => {
      const [item] = items;
      if (item === undefined) return [];
      const result = definition.scoreRow(rowOf(item), scopeOf(item, context));
      return isPromise(result) ? Promise.resolve(result).then((value) => [toScore(value)]) : [toScore(result)];
    };
    const { summary } = definition;
    return { form: 'row' as const, batch: 1, scoreItems, ...(summary === undefined ? {} : { summary: () => summary(options) }) };
  }
  if ('scoreBatch' in definition) {
    const scoreItems = (items: readonly Item[], context: ScoreContext): readonly Score[] | Promise<readonly Score[]> => {
      const results = definition.scoreBatch(items.map(rowOf), { options, items, model: (role) => context.model(role) });
      return isPromise(results) ? Promise.resolve(results).then(toScores) : toScores(results);
    };
    return { form: 'row' as const, batch: byOptions(definition.batch, options) ?? 32, scoreItems };
  }
  if ('statistics' in definition) {
    return {
      form: 'statistic' as const,
      statistics: (item: Item) => definition.statistics(rowOf(item), scopeOf(item)),
      combine: (total: readonly number[], rows: number) => renamed(definition.combine(total, rows, { options })),
    };
  }
  if ('tally' in definition) {
    return {
      form: 'dataset' as const,
      // Handed on as it is, because metrics of one function share its tally; rows and tally are what the definition says they are.
      tally: definition.tally as unknown as () => TallyContract,
      conclude: (tally: TallyContract) => renamed(definition.conclude(tally as unknown as Tally, { options })),
    };
  }
  return {
    form: 'dataset' as const,
    scoreAll: async (items: AsyncIterable<Item>, context: ScoreContext) => {
      let last: Item | undefined;
      const rows = mapRows(items, (item) => {
        last = item;
        return rowOf(item);
      });
      const ask: Work['ask'] = (service, request, tag) => {
        if (last === undefined) throw new Error('a metric asks a service after it has read a row, and not before');
        return last.work.ask(service, request, tag);
      };
      return renamed(await definition.scoreDataset(rows, { options, model: (role) => context.model(role), ask }));
    },
  };
}

/** What is no list goes on as it is: the run says so of every row. */
function toScores(results: readonly ScoreResult[]): readonly Score[] {
  return Array.isArray(results) ? Array.from(results, toScore) : (results as never);
}

async function* mapRows<T>(items: AsyncIterable<Item>, rowOf: (item: Item) => T): AsyncGenerator<T> {
  for await (const item of items) yield rowOf(item);
}

function modelOf(context: ScoreContext | undefined, role: string): Service {
  if (context !== undefined) return context.model(role);
  throw new TouchstoneError(
    'unknown-role',
    `This form of metric has no models, and asks for the role '${role}': use scoreRow or scoreBatch.`,
  );
}

function readNeeds(needs: Needs): readonly Column[] {
  const entries: readonly (readonly [string, Column['type']])[] = isNames(needs)
    ? needs.map((name) => [name, 'text'])
    : Object.entries(needs);
  return entries.map(([name, type]) => ({ name: name.replace(/\?$/u, ''), type, optional: name.endsWith('?') }));
}

function isNames(needs: Needs): needs is readonly string[] {
  return Array.isArray(needs);
}

function checkOptionNames(definition: { readonly name: string; readonly options?: object }, given: object): void {
  const known = Object.keys(definition.options ?? {});
  const unknown = Object.keys(given).filter((option) => !known.includes(option));
  if (unknown.length === 0) return;
  const hint = suggestion(unknown[0] ?? '', [...known, 'name', 'columns', 'when', 'aggregations'], { list: 'It has' });
  throw new TouchstoneError('unknown-option', `${definition.name} has no option '${unknown[0]}'.${hint}`);
}

function plainOptions(options: object): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      typeof value === 'function' || value === undefined ? null : JSON.parse(JSON.stringify(value)),
    ]),
  );
}

/** A metric with functions among its options cannot be made again from data. */
function specOf(
  from: (Pick<Spec, 'module' | 'export'> & { readonly url?: string }) | undefined,
  given: object,
): Pick<Metric, 'spec' | 'origin'> {
  if (from === undefined || Object.values(given).some(holdsFunction)) return {};
  const { url, ...place } = from;
  const options: Json = Object.keys(given).length === 0 ? null : JSON.parse(JSON.stringify(given));
  return { spec: { ...place, options }, ...(url === undefined ? {} : { origin: { url } }) };
}

function holdsFunction(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsFunction);
}

function withoutUndefined(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
