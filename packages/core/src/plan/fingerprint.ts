import { createHash } from 'node:crypto';
import type { Json, Plan } from '../contracts/index.ts';
import { canonicalJson } from '../data/canonical-json.ts';

/** What must be equal for two evaluations to give the same scores for the same answers: not limits, names or versions of packages. */
export function fingerprintOf(plan: Omit<Plan, 'fingerprint'>): string {
  const parts: Json = Object.fromEntries(Object.entries(identityOf(plan)).map(([part, value]) => [part, value ?? null]));
  return createHash('sha256').update(canonicalJson(parts)).digest('hex');
}

/** What differs between two plans, in a sentence that goes on a list. */
export interface PlanDifference {
  readonly part: keyof Identity;
  readonly text: string;
}

/** What differs between a stored plan and this one; empty when nothing that matters does. */
export function planDifferences(stored: Plan, now: Plan): readonly PlanDifference[] {
  const [before, after] = [identityOf(stored), identityOf(now)];
  return PARTS.flatMap(([part, text]) =>
    canonicalJson(before[part] ?? null) === canonicalJson(after[part] ?? null) ? [] : [{ part, text: text(stored, now) }],
  );
}

const PARTS: readonly (readonly [keyof Identity, (stored: Plan, now: Plan) => string])[] = [
  [
    'model',
    (stored, now) =>
      `the model: ${stored.model?.id ?? 'none'} then, ${now.model?.id ?? 'none'} now${stored.model?.id === now.model?.id ? ', with other code or settings' : ''}`,
  ],
  ['data', (stored) => `the data: ${stored.data.source ?? stored.data.name} has other content now`],
  ['columns', columnsDifference],
  ['selection', (stored, now) => `the selection of rows: ${selectionText(stored)} then, ${selectionText(now)} now`],
  ['trials', (stored, now) => `the trials: ${stored.trials} then, ${now.trials} now`],
  ['metrics', metricsText],
];

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

function columnsDifference(stored: Plan, now: Plan): string {
  const [then, after] = [columnsText(stored), columnsText(now)];
  if (then !== after) return `the columns: ${then} then, ${after} now`;
  return `the columns: features ${stored.data.features.join(', ')} then, ${now.data.features.join(', ')} now`;
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
