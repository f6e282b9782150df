import type { Column, ColumnSource, Json, Metric, Row, SkippedMetric, StandardSchemaV1 } from '../contracts/index.ts';
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
  /** Names of metrics that were asked for and cannot be computed: `problems` says why. */
  readonly refused: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** Finds each needed column, in MLflow's order: targets, prediction, a column of the data, `inputs`, another output of the model. */
export function mapColumns(chosen: readonly ChosenMetric[], space: ColumnSpace): MappedMetrics {
  const mapped: MappedMetric[] = [];
  const skipped: SkippedMetric[] = [];
  const refused = new Set<string>();
  const problems: Problem[] = [];
  for (const one of chosen) {
    const columns: ResolvedColumn[] = [];
    const missing: string[] = unknownNeeds(one.metric);
    for (const need of one.metric.needs) {
      const column = one.metric.columns[need.name] ?? space.mapping[need.name] ?? need.name;
      const source = find(column, space);
      const wrong = source === undefined ? undefined : wrongKind(one.metric, need, source, space);
      if (wrong !== undefined) missing.push(wrong);
      if (source !== undefined) columns.push({ ...need, source });
      // A name that the metric was told to read is not optional any more.
      else if (need.optional && one.metric.columns[need.name] === undefined) columns.push(need);
      else missing.push(describeMissing(one.metric, need.name, column, space));
    }
    if (missing.length === 0) mapped.push({ ...one, columns });
    else if (one.asked) {
      refused.add(one.metric.name);
      problems.push(...missing.map((message) => ({ code: 'missing-column', message })));
    } else skipped.push({ name: one.metric.name, reason: missing.map(shorten).join('; ') });
  }
  return { mapped, skipped, refused, problems };
}

/**
 * What is wrong with the mapping itself: names that nobody needs, columns that are not there.
 * @param roles the names of targets and predictions, which a mapping may translate as well
 * @param lenient says nothing of names that nobody needs
 */
export function checkMapping(
  chosen: readonly ChosenMetric[],
  space: ColumnSpace,
  roles: readonly unknown[],
  lenient: boolean,
): readonly Problem[] {
  const needed = new Set(chosen.flatMap(({ metric }) => metric.needs.map((need) => need.name)));
  return Object.entries(space.mapping).flatMap(([name, column]): readonly Problem[] => {
    if (!needed.has(name)) {
      if (lenient || roles.includes(name)) return [];
      const hint = suggestion(name, needed, { list: 'They need' });
      return [{ code: 'unknown-column', message: `columns maps '${name}', which no metric of this evaluation needs.${hint}` }];
    }
    if (find(column, space) !== undefined) return [];
    const message = `columns maps '${name}' to '${column}', and there is no such column.${columnHint(column, space)}`;
    return [{ code: 'unknown-column', message }];
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
    return `${metric.name} needs targets: say which column holds them, e.g. targets: '${likelyTargets(space)}'.`;
  const mapped = column === name ? `needs column '${name}'` : `needs column '${name}', which is mapped to '${column}'`;
  const hint = suggestion(column, space.data, { list: 'The data has' });
  return `${metric.name} ${mapped}, and there is none.${hint} Add it, or map it with columns: { ${name}: '…' }.`;
}

/** By its name, else any column that is neither an input nor the output; where there is none, what MLflow's data call it. */
function likelyTargets({ data, inputs, predictions }: ColumnSpace): string {
  const free = data.filter((column) => !inputs.includes(column) && column !== predictions);
  return free.find((column) => /truth|target|expected|reference|answer|label/iu.test(column)) ?? free[0] ?? 'ground_truth';
}

/** A metric's own mapping of names that it does not have. */
function unknownNeeds(metric: Metric): string[] {
  const needed = metric.needs.map((need) => need.name);
  return Object.keys(metric.columns)
    .filter((name) => !needed.includes(name))
    .map((name) => `${metric.name} maps '${name}', which it does not need.${suggestion(name, needed, { list: 'It needs' })}`);
}

/** A metric on a column of which it could read no cell would skip every row. */
function wrongKind(metric: Metric, need: Column, source: ColumnSource, space: ColumnSpace): string | undefined {
  if (need.type === 'any' || source.from === 'output' || source.from === 'inputs') return undefined;
  if (source.from === 'prediction' && space.hasModel) return undefined;
  const accepts = need.type === 'text' ? isText : accepting(need.type);
  let wrong: { readonly cell: Json; readonly issue: string } | undefined;
  for (const row of space.sample) {
    const cell = row[source.column];
    if (cell === null || cell === undefined) continue;
    const issue = accepts(cell);
    if (issue === undefined) return undefined;
    wrong ??= { cell, issue };
  }
  if (wrong === undefined) return undefined;
  if (need.type === 'text')
    return `${metric.name} reads text in '${need.name}', and the column '${source.column}' holds ${kindsOf(wrong.cell)}.`;
  return `${metric.name} cannot read '${need.name}' in any row, because the column '${source.column}' holds something else: ${wrong.issue}.`;
}

/** `undefined`, or why not. */
type Accepts = (cell: Json) => string | undefined;

const isText: Accepts = (cell) => (typeof cell === 'string' ? undefined : 'it is no text');

function accepting(schema: StandardSchemaV1): Accepts {
  return (cell) => {
    try {
      const result = schema['~standard'].validate(cell);
      if (result instanceof Promise) {
        result.catch(() => undefined);
        return 'its schema validates asynchronously, which a column type cannot';
      }
      return result.issues?.map(({ message }) => message.replace(/\.$/u, '')).join('; ');
    } catch {
      // A schema that throws fails rows, and is no statement about the column.
      return undefined;
    }
  };
}

function kindsOf(cell: Json): string {
  if (Array.isArray(cell)) return 'lists';
  if (typeof cell === 'object') return 'objects';
  return typeof cell === 'number' ? 'numbers' : 'booleans';
}

function shorten(message: string): string {
  return message.replace(/\.$/u, '').replace(/^\S+ /u, '');
}

export function columnHint(column: string, space: Pick<ColumnSpace, 'data'>): string {
  return suggestion(column, space.data, { list: 'The data has' });
}
