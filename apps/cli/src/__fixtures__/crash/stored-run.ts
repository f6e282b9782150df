import { DatabaseSync } from 'node:sqlite';
import { createTouchstone, type EvaluationResult, type PredictionResult, type Score } from '@touchstone/core';
import { sqlite } from '@touchstone/store-sqlite';
import { judgementIn } from './judgement.ts';

/** All that a store holds of its only run, by key and trial. */
export interface StoredRun {
  readonly id: string;
  readonly status: string;
  readonly rows: ReadonlySet<string>;
  /** By `<trial> <key>`. */
  readonly predictions: ReadonlyMap<string, PredictionResult>;
  /** By `<metric> <trial> <key>`. */
  readonly scores: ReadonlyMap<string, Score>;
  /** What the judge was asked, by the answers in the call log. */
  readonly calls: ReadonlySet<string>;
  /** Of how many trials a row's question has an answer in the call log, which names the row. */
  readonly answered: ReadonlyMap<string, number>;
}

/** `undefined` when no run is stored. @throws when there are several */
export async function readStoredRun(file: string): Promise<StoredRun | undefined> {
  await using store = sqlite(file);
  const [run, ...others] = await store.catalog.find({});
  if (others.length > 0) throw new Error(`the store holds ${others.length + 1} runs instead of one`);
  if (run === undefined) return undefined;
  const [rows, predictions, scores] = [new Set<string>(), new Map<string, PredictionResult>(), new Map<string, Score>()];
  const [evaluation] = await store.catalog.evaluations(run.id);
  if (evaluation !== undefined) {
    const names = evaluation.plan.metrics.map(({ name }) => name);
    for await (const chunk of (await store.catalog.reader(run.id, 1)).rows()) {
      for (const { key, trials } of chunk) {
        rows.add(key);
        for (const { trial, prediction, scores: ofTrial } of trials) {
          if (prediction !== undefined) predictions.set(`${trial} ${key}`, prediction);
          for (const [metric, score] of ofTrial) scores.set(`${names[metric]} ${trial} ${key}`, score);
        }
      }
    }
  }
  return { id: run.id, status: run.status, rows, predictions, scores, ...readCalls(file) };
}

function readCalls(file: string): Pick<StoredRun, 'calls' | 'answered'> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const values = database
      .prepare('SELECT answer FROM call')
      .all()
      .map(({ answer }) => JSON.parse(String(answer)).answer.value);
    const answered = new Map<string, number>();
    for (const { text } of values) {
      const [, id] = /\[(q\d+)\]$/u.exec(text ?? '') ?? [];
      if (id !== undefined) answered.set(id, (answered.get(id) ?? 0) + 1);
    }
    return { calls: new Set(values.flatMap(({ of, text }) => of ?? judgementIn(text ?? '')?.of ?? [])), answered };
  } finally {
    database.close();
  }
}

/** Counted by SQL, without our own readers: how many there are of each kind, and how many keys occur twice. */
export function countStored(file: string): Readonly<Record<string, number>> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const count = (sql: string): number => Number(database.prepare(sql).get()?.n);
    const twice = (table: string, key: string): number =>
      count(`SELECT count(*) AS n FROM (SELECT 1 FROM ${table} GROUP BY ${key} HAVING count(*) > 1)`);
    return {
      runs: count('SELECT count(*) AS n FROM run'),
      evaluations: count('SELECT count(*) AS n FROM evaluation'),
      rows: count('SELECT count(*) AS n FROM row'),
      predictions: count('SELECT count(*) AS n FROM prediction'),
      scores: count('SELECT count(*) AS n FROM score'),
      rowsTwice: twice('row', 'evaluation, key'),
      predictionsTwice: twice('prediction', 'evaluation, ordinal, trial'),
      scoresTwice: twice('score', 'evaluation, ordinal, trial, metric'),
    };
  } finally {
    database.close();
  }
}

/** What must not depend on crashes, as text. */
export interface Comparable {
  /** The result but for the run's id, name and times, and the calls of the last process. */
  readonly result: string;
  readonly table: string;
  readonly scores: string;
  /** What the judge was asked. */
  readonly calls: readonly string[];
}

export async function comparable(file: string): Promise<Comparable> {
  const touchstone = createTouchstone({ store: sqlite(file) });
  try {
    const result = await touchstone.result('@last');
    const table = (await Array.fromAsync(result.tables.eval_results_table.toSplitJSON())).join('');
    return { result: withoutRun(result.toJSON()), table, scores: await scoresOf(result), calls: [...readCalls(file).calls].sort() };
  } finally {
    await touchstone.close();
  }
}

export function withoutRun(document: ReturnType<EvaluationResult['toJSON']>): string {
  const { run, usage: _, ...rest } = document;
  return JSON.stringify({ status: run.status, reason: run.reason ?? null, rows: run.rows, ...rest }, null, 1);
}

async function scoresOf(result: EvaluationResult): Promise<string> {
  const rows = await Array.fromAsync(result.rows());
  return rows.map(({ ordinal, key, trial, scores }) => JSON.stringify([ordinal, key, trial, scores])).join('\n');
}
