import type { Plan, Row } from '../contracts/index.ts';

/** The definitions that metrics keep with the run, by table: `genai_custom_metrics`. Equal ones of several evaluations stand there once. */
export function definitionTables(plans: readonly Plan[]): ReadonlyMap<string, readonly Row[]> {
  const tables = new Map<string, Map<string, Row>>();
  for (const { definition } of plans.flatMap(({ metrics }) => metrics)) {
    if (definition === undefined) continue;
    const rows = tables.get(definition.table) ?? new Map<string, Row>();
    rows.set(JSON.stringify(definition.row), definition.row);
    tables.set(definition.table, rows);
  }
  return new Map([...tables].map(([name, rows]) => [name, [...rows.values()]]));
}
