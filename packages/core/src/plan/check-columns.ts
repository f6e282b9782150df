import type { Row } from '../contracts/index.ts';
import { clusterLabel } from '../data/cluster-label.ts';
import type { OpenedData } from '../data/opened-data.ts';
import { createRowKeys } from '../data/row-key.ts';
import { type Problem, TouchstoneError } from '../errors/touchstone-error.ts';
import type { EvaluateRequest } from './evaluate-request.ts';
import { columnHint } from './map-columns.ts';

/** What each column of the data is for. */
export interface ColumnRoles {
  readonly targets: string | undefined;
  /** Of the data without a model, of the model's output with one. */
  readonly predictions: string | undefined;
  readonly inputs: readonly string[];
  readonly features: readonly string[];
}

export interface SeenData {
  readonly opened: OpenedData;
  /** As seen in `rows`. */
  readonly columns: readonly string[];
  /** The first rows; all of them when they are in memory. */
  readonly rows: readonly Row[];
}

/** The columns that the request and the data set name, checked against the rows; problems are collected. */
export function checkColumns(
  request: EvaluateRequest,
  seen: SeenData,
  mapping: Readonly<Record<string, string>>,
  problems: Problem[],
): ColumnRoles {
  const { opened, columns } = seen;
  const hasModel = request.model !== undefined && request.model !== null;
  const check = (option: string, column: string): void => {
    if (columns.includes(column)) return;
    const message = `${option} is '${column}', and the data has no such column.${columnHint(column, { data: columns })}`;
    problems.push({ code: 'unknown-column', message });
  };
  // MLflow's col_mapping translates these two names as well.
  const translated = (name: string | undefined): string | undefined =>
    name === undefined || columns.includes(name) ? name : (mapping[name] ?? name);

  const targets = translated(typeof request.targets === 'string' ? request.targets : opened.targets);
  const predictions = translated(request.predictions ?? opened.predictions);
  if (targets !== undefined) check('targets', targets);
  if (hasModel) checkOutput(predictions, columns, problems);
  else if (predictions !== undefined) check('predictions', predictions);
  else problems.push(nothingToEvaluate(columns, targets));
  if (request.id !== undefined) check('id', request.id);
  if (request.cluster !== undefined) check('cluster', request.cluster);
  const asked = request.inputs ?? opened.inputs;
  const inputs = typeof asked === 'string' ? [asked] : asked;
  for (const column of inputs ?? []) check('inputs', column);
  for (const column of request.featureNames ?? []) check('featureNames', column);
  if (targets !== undefined && request.featureNames?.includes(targets)) {
    problems.push({
      code: 'bad-feature-names',
      message: `featureNames lists '${targets}', which is the target: a model never sees it.`,
    });
  }
  problems.push(...rowProblems(request, seen));

  const taken = new Set([targets, hasModel ? undefined : predictions, request.id, request.cluster]);
  const features = request.featureNames ?? columns.filter((column) => !taken.has(column));
  const keyed = inputs ?? (features.includes('inputs') ? ['inputs'] : [...features].sort());
  return { targets, predictions, inputs: keyed, features };
}

function checkOutput(predictions: string | undefined, columns: readonly string[], problems: Problem[]): void {
  if (predictions === undefined || !columns.includes(predictions)) return;
  problems.push({
    code: 'ambiguous-predictions',
    message: `With a model, predictions names one of its outputs, and '${predictions}' is a column of the data: leave the model out, or rename one of them.`,
  });
}

function nothingToEvaluate(columns: readonly string[], targets: string | undefined): Problem {
  const others = columns.filter((column) => column !== targets);
  const likely = others.find((column) => /^(predictions?|outputs?|answers?|responses?|completions?)$/iu.test(column));
  const example = likely === undefined ? `predictions: '…' (the data has: ${columns.join(', ')})` : `predictions: '${likely}'`;
  return {
    code: 'nothing-to-evaluate',
    message: `There is neither a model nor predictions: pass a model, or say which column holds the outputs with ${example}.`,
  };
}

/** Ids and cluster labels of the rows that were read: said now, and not after half of the model's answers were paid. */
function rowProblems(request: EvaluateRequest, { columns, rows }: SeenData): readonly Problem[] {
  // Which rows a sample leaves out is not known yet, and what is wrong with those does not matter.
  if (request.sample !== undefined) return [];
  const chosen = rows.slice(0, request.limit ?? rows.length);
  const problems: Problem[] = [];
  const first = (check: (row: Row, ordinal: number) => void): void => {
    try {
      for (const [ordinal, row] of chosen.entries()) check(row, ordinal);
    } catch (error) {
      if (!TouchstoneError.isInstance(error)) throw error;
      problems.push(...error.problems);
    }
  };
  const { id, cluster } = request;
  if (id !== undefined && columns.includes(id)) {
    const keys = createRowKeys({ id, inputs: [] });
    first((row, ordinal) => keys.next(row, ordinal));
  }
  if (cluster !== undefined && columns.includes(cluster)) first((row, ordinal) => clusterLabel(cluster, row, ordinal));
  return problems;
}
