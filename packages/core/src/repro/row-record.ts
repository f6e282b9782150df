import type {
  Annotation,
  Answer,
  CallEntry,
  CallRecord,
  JournalReader,
  Json,
  Plan,
  PredictionResult,
  RunRecord,
  RunStore,
  Score,
  StoredRow,
} from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { chosenEvaluation } from '../results/chosen-evaluation.ts';

/** A row of a stored run with all that is known of it. */
export interface RowRecord {
  readonly run: RunRecord;
  /** From 1. */
  readonly evaluation: number;
  readonly plan: Plan;
  readonly row: Omit<StoredRow, 'trials'>;
  /** Ascending; only trials of which something is stored. */
  readonly trials: readonly RowTrial[];
  /**
   * The calls that were made for it, and those that another row had made before: of the model, then of each metric in the order of the
   * plan; of one asker by trial and repeat.
   */
  readonly calls: readonly RowCall[];
  /** `false`: the run was recorded by a version that kept answers, and not what was asked. */
  readonly keepsSent: boolean;
}

export interface RowTrial {
  readonly trial: number;
  readonly prediction?: PredictionResult;
  /** By metric name, as the metrics gave them; what people said in their place is in `annotations`. */
  readonly scores: Readonly<Record<string, Score>>;
  readonly annotations: readonly Annotation[];
}

/** A recorded call. */
export interface RowCall extends Omit<CallRecord, 'reservation'> {
  /** Its key in the call log. */
  readonly key: string;
  readonly answer: Answer<Json>;
}

/** Which row: by its key, or by its position in the data, from 0. */
export type RowPlace = { readonly key: string } | { readonly ordinal: number };

/** @throws TouchstoneError `row-not-found`, `evaluation-not-chosen`, `evaluation-not-found` */
export async function rowRecord(
  store: RunStore,
  run: RunRecord,
  place: RowPlace,
  evaluation: number | undefined,
): Promise<RowRecord> {
  const { index, plan } = chosenEvaluation(await store.catalog.evaluations(run.id), run, evaluation);
  const found = await storedRow(await store.catalog.reader(run.id, index), place);
  if (found === undefined) {
    const which = 'key' in place ? `with the key '${place.key}'` : `at position ${place.ordinal} (ordinal, from 0)`;
    throw new TouchstoneError('row-not-found', `Run ${run.name} has no row ${which}: results.rows() tells both.`);
  }
  const { trials, ...row } = found;
  const annotations = (await store.catalog.annotations(run.id, index)).filter(({ ordinal }) => ordinal === row.ordinal);
  const log = store.calls(run.id);
  const ofPredictions = trials.flatMap(({ prediction }) =>
    prediction === undefined || 'failed' in prediction ? [] : (prediction.calls ?? []),
  );
  const wanted = new Set(ofPredictions);
  const entries = await log.find({ row: row.key, keys: ofPredictions });
  const own = entries.filter(({ key, record }) => wanted.has(key) || record.evaluation === index);
  return {
    run,
    evaluation: index,
    plan,
    row,
    trials: trials.map(({ trial, prediction, scores }) => ({
      trial,
      ...(prediction === undefined ? {} : { prediction }),
      scores: Object.fromEntries([...scores].map(([metric, score]) => [plan.metrics[metric]?.name ?? String(metric), score])),
      annotations: annotations.filter((one) => one.trial === trial),
    })),
    calls: inOrder(own, plan),
    keepsSent: own.length > 0 ? own.every(({ record }) => record.sent !== undefined) : await keepsSent(log),
  };
}

async function storedRow(reader: JournalReader, place: RowPlace): Promise<StoredRow | undefined> {
  if ('ordinal' in place) {
    const { ordinal } = place;
    const isPosition = Number.isSafeInteger(ordinal) && ordinal >= 0;
    return isPosition ? (await reader.stored(ordinal, ordinal + 1))[0] : undefined;
  }
  for await (const rows of reader.rows()) {
    const found = rows.find(({ key }) => key === place.key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whoever asked first was settled first: within a trial and repeat, calls stay in that order. */
function inOrder(entries: readonly CallEntry[], { metrics }: Plan): readonly RowCall[] {
  const askers = ['model', ...metrics.map(({ name }) => name)];
  const rank = (purpose: string): number => (askers.includes(purpose) ? askers.indexOf(purpose) : askers.length);
  return entries
    .map(toCall)
    .sort(
      (a, b) =>
        rank(a.purpose) - rank(b.purpose) ||
        (a.sent?.trial ?? 0) - (b.sent?.trial ?? 0) ||
        (a.sent?.repeat ?? 0) - (b.sent?.repeat ?? 0),
    );
}

function toCall({ key, answer, record: { reservation: _, ...record } }: CallEntry): RowCall {
  return { key, answer: isAnswered(answer) ? answer.answer : { value: answer }, ...record };
}

/** As the door writes answers down. */
function isAnswered(entry: Json): entry is { readonly answer: Answer<Json> & Json } {
  return typeof entry === 'object' && entry !== null && 'answer' in entry;
}

/** The first calls of the run tell which version recorded it. */
async function keepsSent(log: ReturnType<RunStore['calls']>): Promise<boolean> {
  for await (const entries of log.entries()) return entries.every(({ record }) => record.sent !== undefined);
  return true;
}
