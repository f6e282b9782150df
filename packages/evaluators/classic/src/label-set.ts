import { type Skipped, skipped, TouchstoneError } from '@touchstone/core';
import { compareLabels, kindOf, type Label, listed, quoted } from './label.ts';

/** What the caller said of the labels. */
export interface LabelSetting {
  /** All labels, in the order of labels. Two of them make a binary classifier. */
  readonly labelList?: readonly Label[];
  /** The label of interest of a binary classifier; the last one unless said otherwise. */
  readonly posLabel?: Label;
}

/** The two labels of a binary classifier, where they are known beforehand: rows with another target are left out then. */
export function knownPair({ labelList }: LabelSetting): readonly Label[] | undefined {
  return labelList?.length === 2 ? labelList : undefined;
}

/** The labels of an evaluation, found as MLflow finds them: two are binary, with the last one positive; more are multiclass. */
export type LabelSet = BinaryLabels | MulticlassLabels;

export interface BinaryLabels {
  readonly kind: 'binary';
  readonly labels: readonly [first: Label, last: Label];
  readonly positive: Label;
  readonly negative: Label;
}

interface MulticlassLabels {
  readonly kind: 'multiclass';
  readonly labels: readonly Label[];
}

/** @param occurring labels of the data, in the order of labels */
export function labelSetOf(occurring: readonly Label[], { labelList, posLabel }: LabelSetting): LabelSet | Skipped {
  const found = labelList ?? occurring;
  if (found.length > 2) return { kind: 'multiclass', labels: found };
  const labels = posLabel === undefined || found.includes(posLabel) ? found : [...found, posLabel].sort(compareLabels);
  if (labels.length > 2) return skipped(`posLabel is ${quoted(posLabel ?? '')}, and the labels are ${listed(found)}`);
  const [first, last] = labels;
  if (first === undefined || last === undefined)
    return skipped(`there is only one label, ${listed(labels)}, and telling labels apart takes two (labelList can name them)`);
  const positive = posLabel ?? last;
  return { kind: 'binary', labels: [first, last], positive, negative: positive === first ? last : first };
}

/** @throws TouchstoneError `bad-option` */
export function checkLabelSetting({ labelList, posLabel }: LabelSetting): LabelSetting {
  const wrong = (sentence: string): TouchstoneError => new TouchstoneError('bad-option', `evaluatorConfig: ${sentence}`);
  if (labelList === undefined) return posLabel === undefined ? {} : { posLabel };
  if (labelList.length < 2) throw wrong(`labelList must name at least two labels, and it names ${labelList.length}.`);
  if (new Set(labelList.map(kindOf)).size > 1)
    throw wrong('labelList mixes texts, numbers and booleans, which are never equal: write all labels as in the data.');
  const labels = [...labelList].sort(compareLabels);
  const twice = labels.find((one, index) => one === labels[index + 1]);
  if (twice !== undefined) throw wrong(`labelList names ${quoted(twice)} twice.`);
  if (posLabel === undefined) return { labelList: labels };
  if (!labels.includes(posLabel)) throw wrong(`posLabel is ${quoted(posLabel)}, which is not in labelList: ${listed(labels)}.`);
  return { labelList: labels, posLabel };
}
