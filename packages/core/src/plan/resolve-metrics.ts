import { createHash } from 'node:crypto';
import type { Metric, PlannedMetric, Service } from '../contracts/index.ts';
import { canonicalJson } from '../data/canonical-json.ts';
import type { MappedMetric } from './map-columns.ts';
import type { ResolvedMetric } from './resolved-metric.ts';

/** Metrics in their order, with all that the plan settles for them. */
export function resolveMetrics(
  ordered: readonly MappedMetric[],
  services: ReadonlyMap<string, Readonly<Record<string, Service>>>,
  prefix: string,
): readonly ResolvedMetric[] {
  const index = new Map(ordered.map(({ metric }, position) => [metric.name, position]));
  const levels = new Map<string, number>();
  return ordered.map(({ metric, columns }, position) => {
    const level = metric.dependsOn.reduce((most, name) => Math.max(most, (levels.get(name) ?? 0) + 1), 0);
    levels.set(metric.name, level);
    const key = `${prefix}${metric.version === undefined ? metric.name : `${metric.name}/${metric.version}`}`;
    const planned: PlannedMetric = {
      name: metric.name,
      key,
      form: metric.form,
      signature: signatureWith(metric, services.get(metric.name) ?? {}),
      greaterIsBetter: metric.greaterIsBetter,
      ...(metric.range === undefined ? {} : { range: metric.range }),
      columns: Object.fromEntries(
        columns.flatMap((column) => (column.source === undefined ? [] : [[column.name, column.source]])),
      ),
      dependsOn: metric.dependsOn,
      ...(metric.aggregations === undefined
        ? {}
        : { aggregations: metric.aggregations.map(({ name, kind }) => ({ name, kind })) }),
      ...(metric.form === 'dataset' || metric.scoreColumn === false
        ? {}
        : { scoreColumn: metric.scoreColumn === undefined ? `${key}/score` : `${prefix}${metric.scoreColumn}` }),
      ...(metric.spec === undefined ? {} : { spec: metric.spec }),
      ...(metric.definition === undefined ? {} : { definition: metric.definition }),
    };
    const dependsOn = metric.dependsOn.map((name): readonly [string, number] => [name, index.get(name) ?? -1]);
    return { index: position, metric, planned, columns, dependsOn, level, services: services.get(metric.name) ?? {} };
  });
}

/** With the services that change the number: which one it is, and a hash of all else of it that can change an answer. */
function signatureWith({ signature, signedModels = [] }: Metric, services: Readonly<Record<string, Service>>): string {
  const signed = signedModels.flatMap((role) => {
    const service = services[role];
    return service === undefined ? [] : [`${role}:${service.id}#${sha256(canonicalJson(service.identity)).slice(0, 8)}`];
  });
  return [signature, ...signed].join('|');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * The same metrics in the order of a stored plan, whose scores are stored under their numbers; those that it does not have come after them.
 * @param stored names of the metrics in the stored plan
 */
export function inStoredOrder(metrics: readonly ResolvedMetric[], stored: readonly string[]): readonly ResolvedMetric[] {
  const place = ({ planned: { name } }: ResolvedMetric): number => (stored.includes(name) ? stored.indexOf(name) : stored.length);
  const ordered = metrics.toSorted((a, b) => place(a) - place(b));
  const index = new Map(ordered.map(({ planned: { name } }, position) => [name, position]));
  return ordered.map((metric, position) => ({
    ...metric,
    index: position,
    dependsOn: metric.dependsOn.map(([name]): readonly [string, number] => [name, index.get(name) ?? -1]),
  }));
}
