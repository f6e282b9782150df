/** Columns that hold JSON, by table. Those of later schemas are not listed where they hold something else. */
const JSON_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  run: ['name', 'experiment', 'key', 'reason', 'tags', 'origin', 'provenance', 'worker', 'params', 'parent'],
  evaluation: ['plan', 'snapshot'],
  row: ['key', 'cells', 'cluster'],
  prediction: ['columns', 'main', 'more', 'failed'],
  score: ['detail'],
  call: ['key', 'answer', 'service', 'purpose', 'row', 'sent'],
  shared_call: ['row', 'key'],
  reservation: ['name'],
  revision: ['signatures'],
  superseded_row: ['key', 'cells', 'cluster'],
  superseded_prediction: ['columns', 'main', 'more', 'failed'],
  superseded_score: ['detail'],
  annotation: ['name', 'value', 'author', 'reason'],
  cached: ['key', 'service'],
  cached_answer: ['answer'],
  cache_claim: ['key'],
  logged_metric: ['name'],
  logged_model: ['name', 'spec'],
  artifact: ['name'],
  model_version: ['name', 'model', 'run', 'stage'],
  model_alias: ['alias', 'name'],
};

export function jsonColumns(table: string): readonly string[] {
  return JSON_COLUMNS[table] ?? [];
}

export const TABLES_WITH_JSON: readonly string[] = Object.keys(JSON_COLUMNS);
