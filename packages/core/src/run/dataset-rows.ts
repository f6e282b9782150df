import type { Item, JournalReader, RowTask, Score, StoredRow } from '../contracts/index.ts';
import { messageOf } from '../errors/touchstone-error.ts';
import type { PreparedEvaluation } from '../plan/prepare-evaluation.ts';
import type { ResolvedMetric } from '../plan/resolved-metric.ts';
import type { Coverage } from '../results/summary.ts';
import { failed } from './check-score.ts';
import { RunWork, type WorkSetting } from './run-work.ts';
import { codeOf, itemOf } from './score-rows.ts';

/** The stored rows as a dataset metric sees them, once a trial; counts those that it can use, and why it cannot use the others. */
export class DatasetRows {
  readonly #metric: ResolvedMetric;
  readonly #prepared: PreparedEvaluation;
  readonly #journal: JournalReader;
  readonly #setting: WorkSetting;
  readonly #reasons: Record<string, number> = {};
  readonly #counts = { scored: 0, skipped: 0, failed: 0 };
  #closed = false;

  constructor(metric: ResolvedMetric, prepared: PreparedEvaluation, journal: JournalReader, setting: WorkSetting) {
    this.#metric = metric;
    this.#prepared = prepared;
    this.#journal = journal;
    this.#setting = setting;
  }

  /** Of all trials that were read. */
  get counts(): Coverage {
    return { ...this.#counts, reasons: { ...this.#reasons } };
  }

  /** Nobody waits for the metric any more: there are no further rows. */
  close(): void {
    this.#closed = true;
  }

  /** The usable rows of a trial, one by one. */
  async *items(trial: number): AsyncGenerator<Item> {
    for await (const chunk of this.#journal.rows()) {
      for (const row of chunk) {
        if (this.#closed) return;
        const item = this.#usable(row, trial);
        if (item !== undefined) yield item;
      }
    }
  }

  /** Hands every usable row of a trial to `take`, which may say why it is left out. A row over which it throws has failed. */
  async each(trial: number, take: (item: Item) => Score | undefined): Promise<void> {
    for await (const chunk of this.#journal.rows()) {
      if (this.#closed) return;
      for (const row of chunk) {
        const item = this.#usable(row, trial);
        if (item === undefined) continue;
        const score = outcomeOf(item, take);
        if (score === undefined || score.status === 'scored') continue;
        this.#counts.scored--;
        this.#leaveOut(score);
      }
    }
  }

  /** Counted as scored; what cannot be used is counted as what it is instead. */
  #usable(row: StoredRow, trial: number): Item | undefined {
    const item = itemOfStored(this.#metric, this.#prepared, row, trial, this.#setting);
    if (item === undefined) return undefined;
    if ('status' in item) {
      this.#leaveOut(item);
      return undefined;
    }
    this.#counts.scored++;
    return item;
  }

  #leaveOut(score: Score): void {
    const code = score.status === 'skipped' ? score.code : score.status === 'failed' ? score.error.code : 'scored';
    if (score.status === 'failed') this.#counts.failed++;
    else this.#counts.skipped++;
    this.#reasons[code] = (this.#reasons[code] ?? 0) + 1;
  }
}

function outcomeOf(item: Item, take: (item: Item) => Score | undefined): Score | undefined {
  try {
    return take(item);
  } catch (error) {
    return failed(codeOf(error), messageOf(error));
  }
}

function itemOfStored(
  metric: ResolvedMetric,
  prepared: PreparedEvaluation,
  row: StoredRow,
  trial: number,
  setting: WorkSetting,
): Item | Score | undefined {
  const stored = row.trials.find((one) => one.trial === trial);
  const prediction =
    stored?.prediction ??
    (prepared.plan.model === undefined
      ? { columns: row.row, main: prepared.plan.data.predictions ?? 'predictions', latencyMs: 0 }
      : undefined);
  if (prediction === undefined) return undefined;
  const scores: (Score | undefined)[] = [];
  for (const [, index] of metric.dependsOn) scores[index] = stored?.scores.get(index);
  const task: RowTask = { ordinal: row.ordinal, key: row.key, trial, row: row.row };
  return itemOf(metric, {
    task,
    work: new RunWork(setting, row.ordinal, row.key, trial, metric.planned.name),
    prediction,
    scores,
  });
}
