import { fileURLToPath } from 'node:url';
import type { Metric, ModuleOrigin, Spec } from '../contracts/index.ts';
import { loadUserExport } from '../modules/load-user-module.ts';
import type { ResolvedColumn, ResolvedMetric } from '../plan/resolved-metric.ts';
import type { ThreadMetric } from './thread-messages.ts';

/** The metric as the plan has it, made again from its spec; `undefined` when that gives nothing, or another metric. */
export async function rebuildMetric(wanted: ThreadMetric): Promise<ResolvedMetric | undefined> {
  const { index, planned, dependsOn, level } = wanted;
  const metric = await makeAgain(wanted).catch(() => undefined);
  if (metric === undefined || metric.signature !== planned.signature || metric.form !== planned.form) return undefined;
  const columns = metric.needs.map((need): ResolvedColumn => {
    const source = Object.hasOwn(planned.columns, need.name) ? planned.columns[need.name] : undefined;
    return source === undefined ? need : { ...need, source };
  });
  return { index, metric, planned, columns, dependsOn, level, services: {} };
}

async function makeAgain({ spec, origin }: ThreadMetric): Promise<Metric | undefined> {
  const exported = await loadExport(spec, origin);
  const made: unknown = typeof exported === 'function' ? exported(spec.options ?? undefined) : exported;
  return isMetric(made) ? made : undefined;
}

async function loadExport(spec: Spec, { url, alias }: ModuleOrigin): Promise<unknown> {
  if (alias === undefined) {
    const exports: Readonly<Record<string, unknown>> = await import(url);
    return Object.hasOwn(exports, spec.export) ? exports[spec.export] : undefined;
  }
  const loaded = await loadUserExport(`${fileURLToPath(url)}#${spec.export}`, { alias });
  // Changed since the run was planned: what was planned is only in the main thread.
  return loaded.spec.sourceHash === spec.sourceHash ? loaded.value : undefined;
}

function isMetric(made: unknown): made is Metric {
  return typeof made === 'object' && made !== null && 'form' in made && 'signature' in made && 'needs' in made;
}
