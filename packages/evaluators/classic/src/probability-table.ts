import { type Item, type Score, type Skipped, skipped } from '@touchstone/core';
import { type ClassSetting, type LabelledRow, severalKinds, unknownLabel } from './confusion.ts';
import { averagePrecision, rocArea } from './curves.ts';
import { compareLabels, kindOf, type Label, type LabelKind, listed, quoted } from './label.ts';
import { knownPair, type LabelSet, labelSetOf } from './label-set.ts';
import { NumberList } from './number-list.ts';
import type { Probabilities } from './probability-cell.ts';
import { type RankedScores, rankScores } from './ranked-scores.ts';
import { cannotWeigh } from './weighing.ts';

export interface ProbabilityRow extends LabelledRow {
  readonly probabilities: Probabilities;
}

/** The probabilities of all rows, one column a label: 8 bytes a probability, and 16 a row. */
export class ProbabilityTable {
  readonly #setting: ClassSetting;
  readonly #pair: readonly Label[] | undefined;
  readonly #labels = new Map<Label, number>();
  readonly #kinds = new Set<LabelKind>();
  /** Of each row, the number of its target in `#labels`. */
  readonly #targets = new NumberList();
  readonly #weights = new NumberList();
  #weighted = 0;
  #form: Probabilities['form'] | undefined;
  /** By label text, by position, or the only one: as the rows have them. */
  readonly #columns = new Map<string, NumberList>();
  #read: LabelledProbabilities | Skipped | undefined;

  constructor(setting: ClassSetting) {
    this.#setting = setting;
    this.#pair = knownPair(setting);
  }

  add({ predictions, targets, probabilities, sample_weights }: ProbabilityRow, item: Pick<Item, 'work'>): Score | undefined {
    if (this.#pair?.includes(targets) === false) return unknownLabel(targets, this.#pair);
    const wrong = this.#wrongShape(probabilities);
    if (wrong !== undefined) return skipped(wrong, 'uneven-probabilities');
    const weight = this.#setting.weighing.of({ sample_weights }, item);
    if (weight !== undefined) this.#weighted++;
    this.#weights.push(weight ?? 1);
    this.#number(predictions);
    this.#targets.push(this.#number(targets));
    for (const [key, value] of entriesOf(probabilities)) this.#column(key).push(value);
    // A label that an object does not name has probability 0.
    for (const column of this.#columns.values()) column.fill(this.rows);
    return undefined;
  }

  get rows(): number {
    return this.#targets.length;
  }

  /** The columns of the labels, or why there are none. After the last row. */
  read(): LabelledProbabilities | Skipped {
    this.#read ??= this.#labelled();
    return this.#read;
  }

  #labelled(): LabelledProbabilities | Skipped {
    const weights = this.#weights.values;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const problem = severalKinds(this.#kinds) ?? cannotWeigh(this.#weighted, this.rows, total);
    if (problem !== undefined) return problem;
    const labels = labelSetOf([...this.#labels.keys()].sort(compareLabels), this.#setting);
    if ('status' in labels) return labels;
    const columns = this.#columnsOf(labels);
    if ('status' in columns) return columns;
    const targets = this.#targets.values;
    const weighing = this.#weighted > 0 ? { weights, total } : { weights: undefined, total: this.rows };
    return new LabelledProbabilities(labels, columns, { numbers: this.#labels, targets }, weighing);
  }

  #wrongShape(given: Probabilities): string | undefined {
    this.#form ??= given.form;
    if (given.form !== this.#form) return `it is ${FORMS[given.form]} where the rows before had ${FORMS[this.#form]}`;
    if (given.form === 'list' && this.rows > 0 && given.values.length !== this.#columns.size)
      return `it has ${given.values.length} probabilities where the rows before had ${this.#columns.size}`;
    return undefined;
  }

  #number(label: Label): number {
    let number = this.#labels.get(label);
    if (number === undefined) {
      number = this.#labels.size;
      this.#labels.set(label, number);
      this.#kinds.add(kindOf(label));
    }
    return number;
  }

  #column(key: string): NumberList {
    let column = this.#columns.get(key);
    if (column === undefined) {
      column = new NumberList();
      column.fill(this.rows - 1);
      this.#columns.set(key, column);
    }
    return column;
  }

  #columnsOf(set: LabelSet): ReadonlyMap<Label, Float64Array> | Skipped {
    const { labels } = set;
    const column = (key: string): Float64Array => this.#columns.get(key)?.values ?? new Float64Array(this.rows);
    if (this.#form === 'list') {
      if (this.#columns.size !== labels.length)
        return skipped(
          `a row has ${this.#columns.size} probabilities, and there are ${labels.length} labels: ${listed(labels)} (labelList can name them; the probabilities are in the order of labels)`,
        );
      return new Map(labels.map((label, index) => [label, column(String(index))]));
    }
    if (this.#form === 'named') {
      const known = new Set(labels.map(String));
      const unknown = [...this.#columns.keys()].find((key) => !known.has(key));
      if (unknown !== undefined)
        return skipped(`some rows have a probability of '${unknown}', which is none of the labels: ${listed(labels)}`);
      return new Map(labels.map((label) => [label, column(String(label))]));
    }
    if (set.kind !== 'binary')
      return skipped(`a row has one probability, and there are ${labels.length} labels: write a list or an object of them`);
    const positive = column('');
    return new Map([
      [set.positive, positive],
      [set.negative, positive.map((value) => 1 - value)],
    ]);
  }
}

const FORMS = { positive: 'one probability', list: 'a list', named: 'an object' } as const;

function entriesOf(given: Probabilities): readonly (readonly [string, number])[] {
  if (given.form === 'positive') return [['', given.value]];
  return Object.entries(given.values);
}

/** What the probabilities say of each label. */
export class LabelledProbabilities {
  readonly labels: LabelSet;
  readonly #columns: ReadonlyMap<Label, Float64Array>;
  readonly #numbers: ReadonlyMap<Label, number>;
  readonly #targets: Float64Array;
  readonly #weights: Float64Array | undefined;
  readonly #total: number;
  readonly #ranked = new Map<string, RankedScores>();

  constructor(
    labels: LabelSet,
    columns: ReadonlyMap<Label, Float64Array>,
    rows: { readonly numbers: ReadonlyMap<Label, number>; readonly targets: Float64Array },
    weighing: { readonly weights: Float64Array | undefined; readonly total: number },
  ) {
    this.labels = labels;
    this.#columns = columns;
    this.#numbers = rows.numbers;
    this.#targets = rows.targets;
    this.#weights = weighing.weights;
    this.#total = weighing.total;
  }

  get weights(): Float64Array | undefined {
    return this.#weights;
  }

  column(label: Label): Float64Array {
    return this.#columns.get(label) ?? new Float64Array(this.#targets.length);
  }

  isTarget(label: Label): (row: number) => boolean {
    const number = this.#numbers.get(label) ?? -1;
    return (row) => this.#targets[row] === number;
  }

  /** Rows ranked by the probability of `label`; `positive` are those whose target is `positive`, the same label unless said otherwise. */
  ranked(label: Label, positive: Label = label): RankedScores {
    const key = JSON.stringify([label, positive]);
    let ranked = this.#ranked.get(key);
    if (ranked === undefined) {
      ranked = rankScores(this.column(label), this.isTarget(positive), this.#weights);
      this.#ranked.set(key, ranked);
    }
    return ranked;
  }

  /** The mean of −ln(probability of the target), each probability at least 2⁻⁵² and at most 1 − 2⁻⁵². Values of scikit-learn's log_loss. */
  logLoss(): number {
    const columns = new Map([...this.#columns].map(([label, column]) => [this.#numbers.get(label), column]));
    let sum = 0;
    for (const [row, target] of this.#targets.entries()) {
      const probability = columns.get(target)?.[row] ?? 0;
      const clipped = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probability));
      sum -= Math.log(clipped) * (this.#weights?.[row] ?? 1);
    }
    return sum / this.#total;
  }

  /** As MLflow: of the last label for two, else of each label against the others, averaged. */
  rocAuc(average: 'macro' | 'weighted'): number | Skipped {
    if (this.labels.kind === 'binary') {
      const [, last] = this.labels.labels;
      return rocArea(this.ranked(last)) ?? skipped('the targets are all of one label, and a ranking needs both');
    }
    let [sum, whole] = [0, 0];
    for (const label of this.labels.labels) {
      const ranked = this.ranked(label);
      const area = rocArea(ranked);
      if (area === undefined)
        return skipped(`no target is ${quoted(label)}, or all are, so it cannot be ranked against the other labels`);
      const weight = average === 'macro' ? 1 : (ranked.positives.at(-1) ?? 0);
      sum += area * weight;
      whole += weight;
    }
    return sum / whole;
  }

  /**
   * Average precision of a binary classifier. As MLflow, which counts as positive what `posLabel` says, and ranks by the
   * probability of the last label whatever it says.
   */
  precisionRecallAuc(): number | Skipped | undefined {
    if (this.labels.kind !== 'binary') return undefined;
    const [, last] = this.labels.labels;
    return averagePrecision(this.ranked(last, this.labels.positive));
  }
}
