import type { SkippedMetric } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import type { Problem } from '../errors/touchstone-error.ts';
import type { MappedMetric } from './map-columns.ts';

export interface OrderedMetrics {
  /** Every metric after those it reads; otherwise in the order given. */
  readonly ordered: readonly MappedMetric[];
  readonly skipped: readonly SkippedMetric[];
  readonly problems: readonly Problem[];
}

/**
 * Orders metrics by what they read of each other, and names what is missing and what goes in circles.
 * @param refused metrics of which it was said already that they cannot be computed
 */
export function orderMetrics(metrics: readonly MappedMetric[], refused: ReadonlySet<string>): OrderedMetrics {
  const byName = new Map(metrics.map((one) => [one.metric.name, one]));
  const problems: Problem[] = [];
  const skipped: SkippedMetric[] = [];
  const ordered: MappedMetric[] = [];
  const state = new Map<string, 'open' | 'placed' | 'left out'>();
  const path: string[] = [];

  const place = (one: MappedMetric): void => {
    const name = one.metric.name;
    if (state.has(name)) {
      if (state.get(name) === 'open') {
        const circle = [...path.slice(path.indexOf(name)), name].join(' → ');
        problems.push({
          code: 'circular-metrics',
          message: `These metrics read each other's scores in a circle: ${circle}. Take one dependsOn out.`,
        });
      }
      return;
    }
    state.set(name, 'open');
    path.push(name);
    let complete = true;
    for (const dependency of one.metric.dependsOn) {
      const other = byName.get(dependency);
      if (other !== undefined) place(other);
      if (other !== undefined && other.metric.form !== 'row') {
        complete = false;
        const why = `reads the scores of '${dependency}', which is computed over all rows together, and only what scores row by row can be read`;
        if (one.asked) problems.push({ code: 'missing-metric', message: `${name} ${why}: take it out of dependsOn.` });
        else skipped.push({ name, reason: `it ${why}` });
        continue;
      }
      if (other !== undefined && state.get(dependency) !== 'left out') continue;
      complete = false;
      if (refused.has(dependency)) continue;
      const hint =
        other === undefined
          ? suggestion(
              dependency,
              [...byName.keys()].filter((known) => known !== name),
              { list: 'Computed are' },
            )
          : '';
      if (one.asked)
        problems.push({
          code: 'missing-metric',
          message: `${name} reads the scores of '${dependency}', which is not computed here.${hint} Add it to extraMetrics.`,
        });
      else skipped.push({ name, reason: `it reads the scores of ${dependency}, which is not computed here` });
    }
    path.pop();
    state.set(name, complete ? 'placed' : 'left out');
    if (complete) ordered.push(one);
  };
  for (const one of metrics) place(one);
  return { ordered, skipped, problems };
}
