import type { Json, Score, ScoreEntry } from '../contracts/index.ts';
import { type RowAtWork, recordScore } from '../run/score-rows.ts';
import type { MetricScores } from './thread-messages.ts';

/** New scores of a thread's rows, packed for the way back: an object a score would cost the main thread more than the scoring saves. */
export function packScores(rows: readonly RowAtWork[]): readonly MetricScores[] {
  const metrics = new Map<number, PackedMetric>();
  for (const [position, { entries }] of rows.entries()) {
    for (const entry of entries) {
      if (entry.type !== 'score') continue;
      let packed = metrics.get(entry.metric);
      if (packed === undefined) {
        packed = new PackedMetric(entry.metric, rows.length);
        metrics.set(entry.metric, packed);
      }
      packed.add(position, entry);
    }
  }
  return Array.from(metrics.values(), (packed) => packed.message());
}

class PackedMetric {
  readonly #metric: number;
  readonly #rows: number;
  readonly #numbers: Float64Array;
  readonly #others: [number, Score, (readonly number[])?][] = [];
  /** Those of the first score: nearly always those of all. `null`: it has none. */
  #names: readonly string[] | null | undefined;
  #details: Float64Array | undefined;

  constructor(metric: number, rows: number) {
    this.#metric = metric;
    this.#rows = rows;
    this.#numbers = new Float64Array(rows).fill(Number.NaN);
  }

  add(position: number, { score, statistics }: ScoreEntry): void {
    if (statistics !== undefined) this.#others.push([position, score, statistics]);
    else if (!this.#pack(position, score)) this.#others.push([position, score]);
  }

  message(): MetricScores {
    const names = this.#names ?? null;
    const details = names === null || this.#details === undefined ? {} : { details: { names, values: this.#details } };
    return { metric: this.#metric, numbers: this.#numbers, others: this.#others, ...details };
  }

  #pack(position: number, score: Score): boolean {
    if (score.status !== 'scored' || typeof score.value !== 'number') return false;
    if (score.justification !== undefined || score.flags !== undefined) return false;
    const details = score.details === undefined ? null : namedNumbers(score.details);
    if (details === undefined) return false;
    const names = details === null ? null : Object.keys(details);
    if (this.#names === undefined) this.#names = names;
    if (!sameNames(this.#names, names)) return false;
    if (details !== null && names !== null) {
      this.#details ??= new Float64Array(this.#rows * names.length);
      for (const [at, name] of names.entries()) this.#details[position * names.length + at] = details[name] ?? 0;
    }
    this.#numbers[position] = score.value;
    return true;
  }
}

function namedNumbers(details: Json): Readonly<Record<string, number>> | undefined {
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return undefined;
  return Object.values(details).every((value) => typeof value === 'number') ? (details as Record<string, number>) : undefined;
}

function sameNames(a: readonly string[] | null, b: readonly string[] | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((name, at) => name === b[at]);
}

/** Back in the main thread: each score into its row. */
export function unpackScores(metrics: readonly MetricScores[], rows: readonly RowAtWork[]): void {
  for (const { metric, numbers, details, others } of metrics) {
    for (const [position, row] of rows.entries()) {
      const value = numbers[position];
      if (value === undefined || Number.isNaN(value)) continue;
      const score = { status: 'scored', value } as const;
      recordScore(metric, row, details === undefined ? score : { ...score, details: detailsAt(details, position) });
    }
    for (const [position, score, statistics] of others) {
      const row = rows[position];
      if (row !== undefined) recordScore(metric, row, score, statistics);
    }
  }
}

function detailsAt({ names, values }: NonNullable<MetricScores['details']>, position: number): Readonly<Record<string, number>> {
  const details: Record<string, number> = {};
  let at = position * names.length;
  for (const name of names) details[name] = values[at++] ?? 0;
  return details;
}
