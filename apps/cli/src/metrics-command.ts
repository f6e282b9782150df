import { knownMetrics, type Metric } from '@touchstone/core';
import { alignColumns } from './align-columns.ts';
import { EXIT } from './exit-codes.ts';
import { openTouchstone, type StoreFlags } from './open-touchstone.ts';
import { print } from './say.ts';

/** `touchstone metrics [NAME]`: what can be measured here and what could be, or one metric explained. */
export async function metricsCommand(name: string | undefined, flags: Pick<StoreFlags, 'config'> & { readonly json?: boolean }): Promise<number> {
  const { touchstone } = await openTouchstone({ ...flags, store: false });
  try {
    const registered = [...touchstone.registrations.metrics];
    if (name !== undefined) {
      const metric = touchstone.metric(name);
      const pack = touchstone.registrations.metrics.get(name)?.plugin ?? '';
      await print(flags.json === true ? JSON.stringify(describe(metric, pack), null, 2) : explain(metric, pack));
      return EXIT.ok;
    }
    const known = Object.entries(knownMetrics).filter(([metric]) => !touchstone.registrations.metrics.has(metric));
    if (flags.json === true) {
      const document = { installed: registered.map(([metric, { value, plugin }]) => describe(value.make(), plugin, metric)), known: known.map(([metric, pack]) => ({ name: metric, install: `npm i ${pack}` })) };
      await print(JSON.stringify(document, null, 2));
      return EXIT.ok;
    }
    const lines = [
      alignColumns([['metric', 'needs', 'package', 'measures'], ...registered.map(([metric, { value, plugin }]) => [metric, needsText(value.make()), plugin, value.make().description])]),
      ...(known.length === 0 ? [] : ['', 'Known, but not installed:', alignColumns(known.map(([metric, pack]) => [`  ${metric}`, `npm i ${pack}`]))]),
    ];
    await print(lines.join('\n'));
    return EXIT.ok;
  } finally {
    await touchstone.close();
  }
}

function describe(metric: Metric, pack: string, name: string = metric.name): object {
  const { version, description, greaterIsBetter, range, needs, signature, form } = metric;
  return { name, package: pack, ...(version === undefined ? {} : { version }), description, form, greaterIsBetter, ...(range === undefined ? {} : { range }), needs: needs.map((need) => (need.optional ? `${need.name}?` : need.name)), signature };
}

function explain(metric: Metric, pack: string): string {
  const key = metric.version === undefined ? metric.name : `${metric.name}/${metric.version}`;
  return alignColumns([
    ['metric', key],
    ['measures', metric.description],
    ['needs', needsText(metric)],
    ['better', metric.greaterIsBetter ? 'higher' : 'lower'],
    ...(metric.range === undefined ? [] : [['range', `${metric.range[0]} to ${metric.range[1]}`]]),
    ['package', pack],
    ['signature', metric.signature],
  ]);
}

function needsText(metric: Metric): string {
  return metric.needs.map((need) => (need.optional ? `[${need.name}]` : need.name)).join(', ') || 'nothing';
}
