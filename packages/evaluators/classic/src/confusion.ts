import { type Item, type Score, type Skipped, skipped } from '@touchstone/core';
import { compareLabels, kindOf, type Label, type LabelKind, listed, quoted } from './label.ts';
import { knownPair, type LabelSetting } from './label-set.ts';
import { cannotWeigh, type Weighing, type WeightedRow } from './weighing.ts';

/** What holds for all metrics of a classifier. */
export interface ClassSetting extends LabelSetting {
  readonly weighing: Weighing;
}

export interface LabelledRow extends WeightedRow {
  readonly predictions: Label;
  readonly targets: Label;
}

/** How often a target was answered with a prediction. */
export interface ConfusionCell {
  readonly target: Label;
  readonly prediction: Label;
  rows: number;
  /** Rows, each as much as it weighs. */
  weight: number;
}

/** What happened to the rows of a label, in rows and in weight. */
export interface LabelTotal {
  readonly label: Label;
  /** Whose target it is. */
  readonly support: Amount;
  /** Whose prediction it is. */
  readonly predicted: Amount;
  /** Both. */
  readonly hits: Amount;
}

export interface Amount {
  readonly rows: number;
  readonly weight: number;
}

/** Which targets were answered with which predictions. Holds the pairs that occur, so 10,000 labels cost no more than their rows. */
export class Confusion {
  rows = 0;
  weighted = 0;
  weight = 0;
  readonly #weighing: Weighing;
  readonly #pair: readonly Label[] | undefined;
  readonly #cells = new Map<Label, Map<Label, ConfusionCell>>();
  readonly #kinds = new Set<LabelKind>();
  #totals: ReadonlyMap<Label, LabelTotal> | undefined;

  constructor({ weighing, ...labels }: ClassSetting) {
    this.#weighing = weighing;
    this.#pair = knownPair(labels);
  }

  add({ predictions, targets, sample_weights }: LabelledRow, item: Pick<Item, 'work'>): Score | undefined {
    if (this.#pair?.includes(targets) === false) return unknownLabel(targets, this.#pair);
    const given = this.#weighing.of({ sample_weights }, item);
    const weight = given ?? 1;
    this.rows++;
    this.weight += weight;
    if (given !== undefined) this.weighted++;
    const cell = this.#cell(targets, predictions);
    cell.rows++;
    cell.weight += weight;
    this.#totals = undefined;
    return undefined;
  }

  /** Why nothing can be said of these rows, if so. */
  get problem(): Skipped | undefined {
    return severalKinds(this.#kinds) ?? cannotWeigh(this.#weighing, this.weighted, this.rows, this.weight);
  }

  *cells(): Generator<ConfusionCell> {
    for (const predictions of this.#cells.values()) yield* predictions.values();
  }

  cell(target: Label, prediction: Label): Amount {
    return this.#cells.get(target)?.get(prediction) ?? NOTHING;
  }

  /** One a label that occurs as a target or a prediction, in the order of labels. */
  get totals(): ReadonlyMap<Label, LabelTotal> {
    this.#totals ??= totalsOf(this.cells());
    return this.#totals;
  }

  total(label: Label): LabelTotal {
    return this.totals.get(label) ?? { label, support: NOTHING, predicted: NOTHING, hits: NOTHING };
  }

  #cell(target: Label, prediction: Label): ConfusionCell {
    let row = this.#cells.get(target);
    if (row === undefined) {
      row = new Map();
      this.#cells.set(target, row);
    }
    let cell = row.get(prediction);
    if (cell === undefined) {
      cell = { target, prediction, rows: 0, weight: 0 };
      row.set(prediction, cell);
      this.#kinds.add(kindOf(target)).add(kindOf(prediction));
    }
    return cell;
  }
}

const NOTHING: Amount = { rows: 0, weight: 0 };

export function unknownLabel(target: Label, pair: readonly Label[]): Skipped {
  return skipped(`the target is ${quoted(target)}, and labelList has ${listed(pair)}`, 'unknown-label');
}

/** Labels of two kinds are never equal, and their number would say 0 with an earnest face. */
export function severalKinds(kinds: Iterable<LabelKind>): Skipped | undefined {
  const all = [...kinds].sort();
  if (all.length < 2) return undefined;
  return skipped(`some labels are ${all.join(', others are ')}, and these are never equal: write targets and predictions alike`);
}

function totalsOf(cells: Iterable<ConfusionCell>): ReadonlyMap<Label, LabelTotal> {
  type Growing = { rows: number; weight: number };
  const totals = new Map<Label, { readonly label: Label; support: Growing; predicted: Growing; hits: Growing }>();
  const of = (label: Label) => {
    let total = totals.get(label);
    if (total === undefined) {
      total = { label, support: { ...NOTHING }, predicted: { ...NOTHING }, hits: { ...NOTHING } };
      totals.set(label, total);
    }
    return total;
  };
  const grow = (amount: Growing, { rows, weight }: Amount): void => {
    amount.rows += rows;
    amount.weight += weight;
  };
  for (const cell of cells) {
    grow(of(cell.target).support, cell);
    grow(of(cell.prediction).predicted, cell);
    if (cell.target === cell.prediction) grow(of(cell.target).hits, cell);
  }
  return new Map([...totals].sort(([a], [b]) => compareLabels(a, b)));
}
