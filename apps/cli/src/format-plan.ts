import { type ColumnSource, groupSkipped, type Plan, type PlannedCache, type PlannedCassette } from '@touchstone/core';

/** A plan for people: what will be evaluated, by what, on which columns, and what will not be. */
export function formatPlan(plan: Plan, options: { readonly verbose: boolean }): string {
  const { data, limits } = plan;
  const rows = data.rows === undefined ? 'rows: as many as there are' : `rows: ${data.rows}`;
  const trials = plan.trials === 1 ? '' : ` × ${plan.trials} trials`;
  const selection = [
    data.limit === undefined ? '' : `the first ${data.limit}`,
    data.sample === undefined ? '' : `a sample of ${data.sample} with seed ${data.seed}`,
  ].filter((part) => part !== '');
  const lines = [
    `data: ${data.source ?? data.name}`,
    `${rows}${trials}${selection.length === 0 ? '' : ` (${selection.join(', ')})`}`,
    plan.model === undefined
      ? `predictions: column ${data.predictions ?? ''}`
      : `model: ${plan.model.id}${plan.model.logged === undefined ? '' : `, logged as ${plan.model.logged}`}${data.predictions === undefined ? '' : `, its output ${data.predictions}`}`,
    ...(data.targets === undefined ? [] : [`targets: column ${data.targets}`]),
    `inputs: ${data.inputs.join(', ')}`,
    ...(data.id === undefined ? [] : [`id: column ${data.id}`]),
    ...(data.cluster === undefined ? [] : [`cluster: column ${data.cluster}`]),
    ...(plan.evaluators.every((name) => name === 'default') ? [] : [`evaluators: ${plan.evaluators.join(', ')}`]),
    `metrics: ${plan.metrics.length}`,
    ...plan.metrics.map((metric) => `  ${metric.key}  ${metric.signature}${options.verbose ? columnsText(metric.columns) : ''}`),
    ...(plan.skippedMetrics.length === 0
      ? []
      : [
          'skipped metrics:',
          ...groupSkipped(plan.skippedMetrics).map(
            ({ name, reason, hint }) => `  ${name}: ${reason}${hint === undefined ? '' : ` (${hint})`}`,
          ),
        ]),
    `limits: ${limits.concurrency} rows in flight, ${limits.timeoutMs / 1000} s a call${limits.errorBudget < 1 ? `, stop when more than ${limits.errorBudget * 100} % of the rows failed` : ''}`,
    `model calls: ${plan.model === undefined ? '0' : data.rows === undefined ? 'one a row' : String(data.rows * plan.trials)}`,
    ...plan.services.map(serviceText),
    ...(limits.maxUsd === undefined ? [] : [`cap: ${limits.maxUsd} USD`]),
    ...(plan.cassette === undefined ? [] : [cassetteText(plan.cassette)]),
    ...(plan.cache === undefined || plan.services.length === 0 ? [] : [cacheText(plan.cache)]),
    `fingerprint: ${plan.fingerprint.slice(0, 16)}`,
  ];
  return lines.join('\n');
}

/** What several plans ask for together; `undefined` where nothing is asked, or not all of it is known. */
export function totalText(plans: readonly Plan[]): string | undefined {
  const estimates = plans.flatMap(({ services }) => services.map(({ estimate }) => estimate));
  if (estimates.length === 0) return undefined;
  let [calls, low, high] = [0, 0, 0];
  for (const estimate of estimates) {
    if (estimate?.usd === undefined) return undefined;
    calls += estimate.calls;
    low += estimate.usd[0];
    high += estimate.usd[1];
  }
  return `all ${plans.length}: ${calls.toLocaleString('en-US')} calls, ${[...new Set([low, high])].map((usd) => usd.toPrecision(2)).join('–')} USD`;
}

function serviceText({ id, purpose, estimate }: Plan['services'][number]): string {
  const asked = `${id} (${purpose})`;
  if (estimate === undefined) return `${asked}: calls and cost are not known before`;
  const { calls, inputTokens, outputTokens, usd } = estimate;
  const range = ([low, high]: readonly [number, number], text: (n: number) => string): string =>
    low === high ? text(low) : `${text(low)}–${text(high)}`;
  const count = (n: number): string => n.toLocaleString('en-US');
  const cost = usd === undefined ? 'price not known' : `${range(usd, (n) => n.toPrecision(2))} USD`;
  return `${asked}: ${count(calls)} calls, about ${count(inputTokens)} tokens in, ${range(outputTokens, count)} out, ${cost}`;
}

const CASSETTE_MODES: Readonly<Record<PlannedCassette['mode'], string>> = {
  auto: 'these are replayed; others are asked for, and recorded',
  record: 'all is asked for anew, and replaces them',
  replay: 'these are replayed, and nothing is sent',
};

function cassetteText({ file, mode, recorded }: PlannedCassette): string {
  const calls = `${recorded.toLocaleString('en-US')} ${recorded === 1 ? 'call' : 'calls'} recorded`;
  return `cassette: ${file}, ${mode} (${calls}: ${CASSETTE_MODES[mode]})`;
}

function cacheText({ refresh, maxAgeMs }: PlannedCache): string {
  if (refresh) return 'cache: everything is asked for anew, and kept';
  const young = maxAgeMs === undefined ? '' : ` of the last ${maxAgeMs / 1000} s`;
  return `cache: answers${young} that the store has are taken, others are asked for and kept`;
}

function columnsText(columns: Readonly<Record<string, ColumnSource>>): string {
  const parts = Object.entries(columns).map(
    ([name, source]) => `${name} ← ${source.from === 'inputs' ? source.columns.join(' + ') : `${source.from} ${source.column}`}`,
  );
  return parts.length === 0 ? '' : `\n    ${parts.join(', ')}`;
}
