import type { ColumnSource, Metric, Row, SkippedMetric } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import type { Problem } from '../errors/touchstone-error.ts';
import type { ChosenMetric } from './choose-metrics.ts';
import type { ResolvedColumn } from './resolved-metric.ts';

/** What metrics can be given. */
export interface ColumnSpace {
  /** Columns of the data, as seen in the rows that were read for the plan. */
  readonly data: readonly string[];
  /** Those rows, to see the kinds of cells. */
  readonly sample: readonly Row[];
  readonly targets: string | undefined;
  /** The requested output: a column of the data, or with a model one of its outputs. */
  readonly predictions: string | undefined;
  readonly inputs: readonly string[];
  readonly hasModel: boolean;
  /** Needed name → column, for all metrics. */
  readonly mapping: Readonly<Record<string, string>>;
}

export interface MappedMetric extends ChosenMetric {
  readonly columns: readonly ResolvedColumn[];
}

export interface MappedMetrics {
  readonly mapped: readonly MappedMetric[];
  readonly skipped: readonly SkippedMetric[];
  readonly problems: readonly Problem[];
}

/** Finds each needed column, in MLflow's order: targets, prediction, a column of the data, `inputs`, another output of the model. */
export function mapColumns(chosen: readonly ChosenMetric[], space: ColumnSpace): MappedMetrics {
  const mapped: MappedMetric[] = [];
  const skipped: SkippedMetric[] = [];
  const problems: Problem[] = [];
  for (const one of chosen) {
    const columns: ResolvedColumn[] = [];
    const missing: string[] = [];
    for (const need of one.metric.needs) {
      const column = one.metric.columns[need.name] ?? space.mapping[need.name] ?? need.name;
      const source = find(column, space);
      const wrong = source === undefined ? undefined : wrongKind(one.metric, need.name, need.type === 'text', source, space);
      if (wrong !== undefined) missing.push(wrong);
      if (source !== undefined) columns.push({ ...need, source });
      else if (need.optional) columns.push(need);
      else missing.push(describeMissing(one.metric, need.name, column, space));
    }
    if (missing.length === 0) mapped.push({ ...one, columns });
    else if (one.asked) problems.push(...missing.map((message) => ({ code: 'missing-column', message })));
    else skipped.push({ name: one.metric.name, reason: missing.map(shorten).join('; ') });
  }
  return { mapped, skipped, problems };
}

/** What is wrong with the mapping itself: names that nobody needs, columns that are not there. */
export function checkMapping(chosen: readonly ChosenMetric[], space: ColumnSpace): readonly Problem[] {
  const needed = new Set(chosen.flatMap(({ metric }) => metric.needs.map((need) => need.name)));
  return Object.entries(space.mapping).flatMap(([name, column]): readonly Problem[] => {
    if (!needed.has(name)) {
      const hint = suggestion(name, needed, { list: 'They need' });
      return [{ code: 'unknown-column', message: `columns maps '${name}', which no metric of this evaluation needs.${hint}` }];
    }
    return find(column, space) === undefined
      ? [
          {
            code: 'unknown-column',
            message: `columns maps '${name}' to '${column}', and there is no such column.${columnHint(column, space)}`,
          },
        ]
      : [];
  });
}

function find(column: string, space: ColumnSpace): ColumnSource | undefined {
  if (column === 'targets' || column === space.targets) {
    if (space.targets !== undefined) return { from: 'target', column: space.targets };
  }
  if (column === 'predictions' || column === space.predictions)
    return { from: 'prediction', column: space.predictions ?? 'outputs' };
  if (space.data.includes(column)) return { from: 'data', column };
  if (column === 'inputs' && space.inputs.length > 0) return { from: 'inputs', columns: space.inputs };
  // What else the model returns is known with its first answer.
  if (column !== 'targets' && space.hasModel) return { from: 'output', column };
  return undefined;
}

function describeMissing(metric: Metric, name: string, column: string, space: ColumnSpace): string {
  if (column === 'targets')
    return `${metric.name} needs targets: say which column holds them, e.g. targets: '${space.data.find((one) => /truth|target|expected|reference|answer|label/iu.test(one)) ?? space.data[0] ?? 'ground_truth'}'.`;
  const mapped = column === name ? `needs column '${name}'` : `needs column '${name}', which is mapped to '${column}'`;
  const hint = suggestion(column, space.data, { list: 'The data has' });
  return `${metric.name} ${mapped}, and there is none.${hint} Add it, or map it with columns: { ${name}: '…' }.`;
}

/** A text metric on a column without a single text would skip every row. */
function wrongKind(metric: Metric, name: string, isText: boolean, source: ColumnSource, space: ColumnSpace): string | undefined {
  if (!isText || source.from === 'output' || source.from === 'inputs') return undefined;
  if (source.from === 'prediction' && space.hasModel) return undefined;
  const cells = space.sample.map((row) => row[source.column]).filter((cell) => cell !== null && cell !== undefined);
  const [first] = cells;
  if (first === undefined || cells.some((cell) => typeof cell === 'string')) return undefined;
  const kind = Array.isArray(first)
    ? 'lists'
    : typeof first === 'object'
      ? 'objects'
      : typeof first === 'number'
        ? 'numbers'
        : 'booleans';
  return `${metric.name} reads text in '${name}', and the column '${source.column}' holds ${kind}.`;
}

function shorten(message: string): string {
  return message.replace(/\.$/u, '').replace(/^\S+ /u, '');
}

export function columnHint(column: string, space: Pick<ColumnSpace, 'data'>): string {
  return suggestion(column, space.data, { list: 'The data has' });
}
