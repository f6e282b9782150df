import { type Item, type Score, type Skipped, skipped } from '@touchstone/core';
import { type ClassSetting, type LabelledRow, severalKinds, unknownLabel } from './confusion.ts';
import { compareLabels, kindOf, type Label, type LabelKind, listed, quoted } from './label.ts';
import { knownPair, type LabelSet, labelSetOf } from './label-set.ts';
import { LabelledProbabilities } from './labelled-probabilities.ts';
import { NumberList } from './number-list.ts';
import type { Probabilities } from './probability-cell.ts';
import { cannotWeigh } from './weighing.ts';

export interface ProbabilityRow extends LabelledRow {
  readonly probabilities: Probabilities;
}

/** More probabilities than this (400 MB) are not held in memory. */
const MOST_PROBABILITIES = 50_000_000;

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
  #tooMany = false;
  #read: LabelledProbabilities | Skipped | undefined;

  constructor(setting: ClassSetting) {
    this.#setting = setting;
    this.#pair = knownPair(setting);
  }

  add({ predictions, targets, probabilities, sample_weights }: ProbabilityRow, item: Pick<Item, 'work'>): Score | undefined {
    if (this.#pair?.includes(targets) === false) return unknownLabel(targets, this.#pair);
    const wrong = this.#wrongShape(probabilities);
    if (wrong !== undefined) return skipped(wrong, 'uneven-probabilities');
    if (this.#columns.size * this.rows > MOST_PROBABILITIES) {
      this.#tooMany = true;
      return skipped('there are too many probabilities', 'too-many-probabilities');
    }
    const weight = this.#setting.weighing.of({ sample_weights }, item);
    if (weight !== undefined) this.#weighted++;
    this.#weights.push(weight ?? 1);
    this.#number(predictions);
    this.#targets.push(this.#number(targets));
    for (const [key, value] of entriesOf(probabilities)) this.#column(key).push(value);
    // A label that an object does not name has probability 0.
    if (probabilities.form === 'named') for (const column of this.#columns.values()) column.fill(this.rows);
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
    if (this.#tooMany)
      return skipped(
        `rows × labels are more than ${MOST_PROBABILITIES.toLocaleString('en')}, and so many probabilities are not held in memory`,
      );
    const weights = this.#weights.values;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const problem = severalKinds(this.#kinds) ?? cannotWeigh(this.#setting.weighing, this.#weighted, this.rows, total);
    if (problem !== undefined) return problem;
    const labels = labelSetOf([...this.#labels.keys()].sort(compareLabels), this.#setting);
    if ('status' in labels) return labels;
    const targets = this.#targets.values;
    const unlisted = this.#unlistedTarget(labels, targets);
    if (unlisted !== undefined) return unlisted;
    const columns = this.#columnsOf(labels);
    if ('status' in columns) return columns;
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

  #unlistedTarget({ labels }: LabelSet, targets: Float64Array): Skipped | undefined {
    const [listedLabels, occurring] = [new Set(labels), new Set(targets)];
    for (const [label, number] of this.#labels) {
      if (occurring.has(number) && !listedLabels.has(label))
        return skipped(`some targets are ${quoted(label)}, which is not in labelList: ${listed(labels)}`);
    }
    return undefined;
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
        return skipped(
          `some rows have a probability of '${unknown}', which is none of the labels: ${listed(labels)} (labelList can name it)`,
        );
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
