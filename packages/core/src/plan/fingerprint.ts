import { createHash } from 'node:crypto';
import type { Json, Plan } from '../contracts/index.ts';
import { canonicalJson } from '../data/canonical-json.ts';

/** What must be equal for two evaluations to give the same scores for the same answers: not limits, names or versions of packages. */
export function fingerprintOf(plan: Omit<Plan, 'fingerprint'>): string {
  const parts: Json = Object.fromEntries(Object.entries(identityOf(plan)).map(([part, value]) => [part, value ?? null]));
  return createHash('sha256').update(canonicalJson(parts)).digest('hex');
}

/** Sentences that say what differs between a stored plan and this one; empty when nothing that matters does. */
export function planDifferences(stored: Plan, now: Plan): readonly string[] {
  const [before, after] = [identityOf(stored), identityOf(now)];
  const differs = (part: keyof Identity): boolean => canonicalJson(before[part] ?? null) !== canonicalJson(after[part] ?? null);
  const differences: string[] = [];
  if (differs('model'))
    differences.push(
      `the model: ${stored.model?.id ?? 'none'} then, ${now.model?.id ?? 'none'} now${stored.model?.id === now.model?.id ? ', with other code or settings' : ''}`,
    );
  if (differs('data')) differences.push(`the data: ${stored.data.source ?? stored.data.name} has other content now`);
  if (differs('columns')) differences.push(`the columns: ${columnsText(stored)} then, ${columnsText(now)} now`);
  if (differs('selection')) differences.push(`the selection of rows: ${selectionText(stored)} then, ${selectionText(now)} now`);
  if (differs('trials')) differences.push(`the trials: ${stored.trials} then, ${now.trials} now`);
  if (differs('metrics')) differences.push(metricsText(stored, now));
  return differences;
}

interface Identity {
  readonly model: Json | undefined;
  readonly data: Json | undefined;
  readonly columns: Json;
  readonly selection: Json;
  readonly trials: number;
  readonly metrics: Json;
}

function identityOf(plan: Omit<Plan, 'fingerprint'>): Identity {
  const { data, model } = plan;
  return {
    model: model === undefined ? undefined : { id: model.id, identity: model.identity },
    data: data.fingerprint,
    columns: {
      inputs: data.inputs,
      features: data.features,
      targets: data.targets ?? null,
      predictions: data.predictions ?? null,
      id: data.id ?? null,
      cluster: data.cluster ?? null,
    },
    selection: { limit: data.limit ?? null, sample: data.sample ?? null, seed: data.seed },
    trials: plan.trials,
    metrics: plan.metrics.map(({ key, form, signature, columns, dependsOn, spec }) => ({
      key,
      form,
      signature,
      source: spec?.sourceHash ?? null,
      columns: JSON.parse(JSON.stringify(columns)),
      dependsOn,
    })),
  };
}

function columnsText({ data }: Plan): string {
  const named = Object.entries({
    inputs: data.inputs.join(' + '),
    targets: data.targets,
    predictions: data.predictions,
    id: data.id,
    cluster: data.cluster,
  });
  return named.flatMap(([name, column]) => (column === undefined || column === '' ? [] : [`${name} ${column}`])).join(', ');
}

function selectionText({ data }: Plan): string {
  const parts = [data.limit === undefined ? 'all rows' : `the first ${data.limit}`];
  if (data.sample !== undefined) parts.push(`a sample of ${data.sample}`);
  return `${parts.join(', ')}, seed ${data.seed}`;
}

function metricsText(stored: Plan, now: Plan): string {
  const before = new Map(stored.metrics.map((metric) => [metric.key, metric]));
  const after = new Map(now.metrics.map((metric) => [metric.key, metric]));
  const gone = [...before.keys()].filter((key) => !after.has(key));
  const added = [...after.keys()].filter((key) => !before.has(key));
  const changed = [...after].filter(([key, metric]) => before.has(key) && before.get(key)?.signature !== metric.signature);
  const rewritten = [...after].filter(([key, { signature, spec }]) => {
    const old = before.get(key);
    return old !== undefined && old.signature === signature && old.spec?.sourceHash !== spec?.sourceHash;
  });
  const parts = [
    ...(gone.length > 0 ? [`without ${gone.join(', ')}`] : []),
    ...(added.length > 0 ? [`with ${added.join(', ')} besides`] : []),
    ...changed.map(([key, metric]) => `${key} is ${metric.signature} and was ${before.get(key)?.signature}`),
    ...rewritten.map(([key, { spec }]) => `${key} has other code${spec === undefined ? '' : ` (${spec.module})`}`),
  ];
  return `the metrics: ${parts.length > 0 ? parts.join('; ') : 'in another order or with other columns'}`;
}
