import { artifactFiles } from './artifact-files.ts';
import { definitionTables } from './definition-tables.ts';
import { ownerOf } from './owner-of.ts';
import type { ResultDocument, ResultEvaluation, ResultParts, ResultRun, StoredEvaluation } from './result-parts.ts';
import { evaluationTable, type ResultTable, tableOfRows } from './result-table.ts';
import { scoredRows } from './scored-rows.ts';
import type { Coverage, ResultInterval } from './summary.ts';
import { outputColumns } from './table-line.ts';
import { addUsage, noUsage } from './usage.ts';

/**
 * The evaluations of a run as one result. Usage is summed; where two evaluations computed a metric of the same key,
 * the later one's aggregates, coverage and signature are shown, and a warning says so. The same holds for evaluators' tables and artifacts.
 */
export function mergeEvaluations(run: ResultRun, stored: readonly StoredEvaluation[]): ResultParts {
  const evaluations = stored.map((one, position): ResultEvaluation => {
    const { index, plan, reader, said } = one;
    return {
      index,
      plan,
      table: tableName(position),
      prediction: async () => (await outputColumns(reader, plan)).prediction,
      rows: () => scoredRows(reader, plan, said),
    };
  });
  const warnings: string[] = [];
  const several = stored.length > 1;
  const merged: Merged = {
    metrics: new Map(),
    intervals: new Map(),
    coverage: new Map(),
    signatures: new Map(),
    owners: new Map(),
    tables: new Map(),
    contents: new Map(),
  };
  for (const [position, one] of stored.entries()) {
    warnings.push(...one.summary.warnings.map((warning) => (several ? `Evaluation ${one.index}: ${warning}` : warning)));
    warnings.push(...takeScores(merged, one), ...takeTables(merged, one, tableName(position)));
  }
  const { tables, contents } = merged;
  for (const [name, rows] of definitionTables(stored.map(({ plan }) => plan))) {
    if (!tables.has(name) && !contents.has(name)) tables.set(name, tableOfRows(name, rows));
  }
  const skippedMetrics = uniqueBy(
    stored.flatMap(({ summary }) => summary.skippedMetrics),
    ({ name, reason }) => `${name}\n${reason}`,
  );
  const document: ResultDocument = {
    run,
    metrics: Object.fromEntries(merged.metrics),
    intervals: Object.fromEntries(merged.intervals),
    coverage: Object.fromEntries(merged.coverage),
    signatures: Object.fromEntries(merged.signatures),
    skippedMetrics,
    usage: stored.reduce((sum, { summary }) => addUsage(sum, summary.usage), noUsage),
    artifacts: artifactFiles(
      [...tables.keys()],
      [...contents.keys()],
      new Map(stored.map(({ plan }, position) => [tableName(position), plan.metricPrefix ?? ''])),
    ),
    warnings,
  };
  const { eval_results_table = tableOfRows('eval_results_table', []), ...rest } = Object.fromEntries(tables);
  return { document, evaluations, tables: { eval_results_table, ...rest }, contents };
}

interface Merged {
  readonly metrics: Map<string, number>;
  readonly intervals: Map<string, ResultInterval>;
  readonly coverage: Map<string, Coverage>;
  readonly signatures: Map<string, string>;
  /** Aggregate → key of its metric; `undefined` for what an evaluator concluded. */
  readonly owners: Map<string, string | undefined>;
  readonly tables: Map<string, ResultTable>;
  readonly contents: Map<string, () => Promise<Uint8Array>>;
}

function tableName(position: number): string {
  return position === 0 ? 'eval_results_table' : `eval_results_table_${position + 1}`;
}

/** Replaces a metric as a whole, so that its aggregates and its coverage always belong to one evaluation. */
function takeScores(merged: Merged, { index, plan, summary }: StoredEvaluation): readonly string[] {
  const repeated = plan.metrics.flatMap(({ key }) => (merged.signatures.has(key) ? [key] : []));
  for (const [aggregate, owner] of merged.owners) {
    if (owner === undefined || !repeated.includes(owner)) continue;
    merged.metrics.delete(aggregate);
    merged.intervals.delete(aggregate);
    merged.owners.delete(aggregate);
  }
  const concluded = Object.keys(summary.metrics).filter((aggregate) => merged.metrics.has(aggregate));
  for (const aggregate of Object.keys(summary.metrics)) merged.owners.set(aggregate, ownerOf(aggregate, plan));
  for (const [aggregate, value] of Object.entries(summary.metrics)) merged.metrics.set(aggregate, value);
  for (const [aggregate, interval] of Object.entries(summary.intervals)) merged.intervals.set(aggregate, interval);
  for (const [key, coverage] of Object.entries(summary.coverage)) merged.coverage.set(key, coverage);
  for (const { key, signature } of plan.metrics) merged.signatures.set(key, signature);
  const twice = [...repeated, ...concluded];
  if (twice.length === 0) return [];
  const them = twice.length === 1 ? 'it' : 'them';
  return [
    `${twice.join(', ')}: an earlier evaluation of this run computed ${them} as well; the result shows evaluation ${index}.`,
  ];
}

function takeTables(merged: Merged, one: StoredEvaluation, table: string): readonly string[] {
  const warnings: string[] = [];
  merged.tables.set(table, evaluationTable(table, one.reader, one.plan, one.said));
  for (const [name, rows] of Object.entries(one.tables ?? {})) {
    if (RESULT_TABLE.test(name)) {
      warnings.push(`An evaluator gave a table named '${name}', which is the name of a result table; it was left out.`);
      continue;
    }
    if (merged.tables.has(name) || merged.contents.has(name)) warnings.push(replacedBy(name, one.index));
    merged.contents.delete(name);
    merged.tables.set(name, tableOfRows(name, rows));
  }
  for (const [name, content] of Object.entries(one.artifacts ?? {})) {
    if (RESULT_TABLE.test(name) || Object.hasOwn(one.tables ?? {}, name)) {
      warnings.push(`An evaluator gave an artifact named '${name}', which is the name of a table; it was left out.`);
      continue;
    }
    if (merged.tables.has(name) || merged.contents.has(name)) warnings.push(replacedBy(name, one.index));
    merged.tables.delete(name);
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    merged.contents.set(name, async () => bytes);
  }
  return warnings;
}

const RESULT_TABLE = /^eval_results_table(?:_\d+)?$/u;

function replacedBy(name: string, index: number): string {
  return `'${name}' was given by several evaluations of this run; the result holds that of evaluation ${index}.`;
}

function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}
