import type { Plan } from '../contracts/index.ts';

/** Key of the metric that an aggregate belongs to. @returns undefined for what an evaluator concluded */
export function ownerOf(aggregate: string, plan: Pick<Plan, 'metrics'>): string | undefined {
  const owners = plan.metrics.filter(({ key }) => aggregate === key || aggregate.startsWith(`${key}/`));
  // `tone` and `tone/v1` can both be keys; the longer one is meant.
  return owners.toSorted((a, b) => b.key.length - a.key.length)[0]?.key;
}
