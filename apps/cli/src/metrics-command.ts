import { knownMetrics, type Metric, messageOf, type ServiceRef } from '@touchstone/core';
import { alignColumns } from './align-columns.ts';
import { EXIT } from './exit-codes.ts';
import { type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { print, printWidth } from './say.ts';

interface MetricsFlags extends Pick<StoreFlags, 'config'> {
  readonly json?: boolean;
}

/** A metric, the name to ask for it by, and the package that brings it. */
interface Installed {
  /** `precision_at_k`, where the metric that it makes is `precision_at_3`. */
  readonly name: string;
  readonly metric: Metric;
  readonly pack: string;
}

/** One that cannot be made without options, in the words of its factory. */
type Listed = Installed | (Pick<Installed, 'name' | 'pack'> & { readonly needsOptions: string });

function made(make: () => Metric): { readonly metric: Metric } | { readonly needsOptions: string } {
  try {
    return { metric: make() };
  } catch (error) {
    return { needsOptions: messageOf(error) };
  }
}

/** `touchstone metrics [NAME]`: what can be measured here and what could be, or one metric explained. */
export async function metricsCommand(name: string | undefined, flags: MetricsFlags): Promise<number> {
  return withTouchstone({ ...flags, store: false }, async ({ touchstone }) => {
    const { metrics } = touchstone.registrations;
    if (name === undefined) {
      const installed = Array.from(metrics, ([of, { value, plugin }]) => ({ name: of, ...made(value.make), pack: plugin }));
      const known = Object.entries(knownMetrics).filter(([metric]) => !metrics.has(metric));
      await print(flags.json === true ? listAsJson(installed, known) : listAsText(installed, known));
    } else {
      const one = { name, metric: touchstone.metric(name), pack: metrics.get(name)?.plugin ?? '' };
      await print(flags.json === true ? JSON.stringify(describe(one), null, 2) : explain(one));
    }
    return EXIT.ok;
  });
}

function listAsJson(installed: readonly Listed[], known: readonly (readonly [string, string])[]): string {
  const missing = known.map(([name, pack]) => ({ name, install: `npm i ${pack}` }));
  const described = installed.map((one) => {
    if ('metric' in one) return describe(one);
    return { name: one.name, package: one.pack, needsOptions: one.needsOptions };
  });
  return JSON.stringify({ installed: described, known: missing }, null, 2);
}

function listAsText(installed: readonly Listed[], known: readonly (readonly [string, string])[]): string {
  const lines = installed.map((one) =>
    'metric' in one
      ? [one.name, needs(one.metric), one.pack, one.metric.description]
      : [one.name, 'options', one.pack, one.needsOptions],
  );
  const packs = Map.groupBy(known, ([, pack]) => pack);
  const missing = Array.from(packs, ([pack, metrics]) => [`  npm i ${pack}`, metrics.map(([name]) => name).join(', ')]);
  return [
    alignColumns([['metric', 'needs', 'package', 'measures'], ...lines], printWidth()),
    ...(missing.length === 0 ? [] : ['\nKnown, but not installed:', alignColumns(missing, printWidth())]),
  ].join('\n');
}

function describe({ name, metric, pack }: Installed): object {
  const { version, description, about, form, greaterIsBetter, range, needs: columns, cost, models, signature } = metric;
  const needed = columns.map((column) => (column.optional ? `${column.name}?` : column.name));
  const head = { name, version, package: pack, description, about, form, greaterIsBetter, range };
  return { ...head, ...resultOf(name, metric), needs: needed, cost, models: Object.keys(models), signature };
}

/** Where options are part of the result's name, it is not the name to ask by. */
function resultOf(name: string, metric: Metric): { readonly result?: string } {
  return metric.name === name ? {} : { result: metric.name };
}

function explain({ name, metric, pack }: Installed): string {
  const { result } = resultOf(name, metric);
  const lines = [
    ['metric', metric.version === undefined ? name : `${name}/${metric.version}`],
    ...(result === undefined ? [] : [['result', result]]),
    ['measures', metric.description],
    ['needs', needs(metric)],
    ['better', metric.greaterIsBetter ? 'higher' : 'lower'],
    ...(metric.range === undefined ? [] : [['range', `${metric.range[0]} to ${metric.range[1]}`]]),
    ...(metric.about === undefined
      ? []
      : [
          ['formula', metric.about.formula],
          ['source', metric.about.source],
          ['caution', metric.about.caution],
        ]),
    ['costs', costs(metric)],
    ['package', pack],
    ['signature', metric.signature],
  ];
  return alignColumns(lines, printWidth());
}

/** What a row costs: nothing but time, or calls of somebody's service. */
function costs({ cost, models }: Metric): string {
  const roles = Object.entries(models).map(([role, model]) => `${role} ${serviceName(model)}`);
  if (roles.length > 0) return `calls of ${roles.join(', ')}`;
  return cost === 'cpu' ? 'nothing: it is computed here' : 'calls of a service';
}

function serviceName(ref: ServiceRef): string {
  if (typeof ref === 'string') return ref;
  if ('default' in ref) return '(the default one: --judge)';
  return 'uri' in ref ? ref.uri : ref.id;
}

function needs(metric: Metric): string {
  return metric.needs.map((need) => (need.optional ? `[${need.name}]` : need.name)).join(', ') || 'nothing';
}
