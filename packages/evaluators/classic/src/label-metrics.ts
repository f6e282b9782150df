import { defineMetric, type NamedAggregates, skipped, TouchstoneError } from '@touchstone/core';
import { named } from './class-sums.ts';
import { columnSetting, LABEL_SCORES, LABELS } from './classification-metrics.ts';
import { Confusion } from './confusion.ts';
import { type Label, listed, quoted } from './label.ts';
import { type Average, averagedScore, type LabelScore, scoreOfLabel } from './label-scores.ts';
import { metricHead, originAt } from './metric-head.ts';

/** Options of `precisionScore`, `recallScore` and `f1Score`, as of MLflow's functions of these names. */
export interface LabelScoreOptions {
  /** `binary` (default): of the positive one of two labels. `macro`, `weighted`: the mean over all labels, plain or by their rows. `micro`: of the sums over all labels. */
  readonly average: 'binary' | Average;
  /** The positive label of `binary`. Default: 1. */
  readonly posLabel: Label;
}

/** Share of the predictions of a label that are right, 0 to 1. */
export const precisionScore = define('precision');
/** Share of the rows of a label that were found, 0 to 1. */
export const recallScore = define('recall');
/** Harmonic mean of precision and recall, 0 to 1. */
export const f1Score = define('f1');

function define<const Score extends LabelScore>(score: Score) {
  const { name, exported, description } = LABEL_SCORES[score];
  return defineMetric({
    ...metricHead(name, exported, description, originAt(import.meta.url)),
    greaterIsBetter: true,
    range: [0, 1],
    options: { average: 'binary', posLabel: 1 } as LabelScoreOptions,
    needs: LABELS,
    signature: ({ average, posLabel }) => ({
      average: checkedAverage(name, average),
      positive: average === 'binary' ? JSON.stringify(checkedLabel(name, posLabel)) : undefined,
    }),
    tally,
    conclude: (confusion, { options }): NamedAggregates => {
      if (confusion.problem !== undefined) return confusion.problem;
      if (options.average !== 'binary') return named(name, averagedScore(score, confusion, options.average));
      const labels = [...confusion.totals.keys()];
      if (labels.length > 2)
        return skipped(`it compares two labels, and there are ${labels.length}: choose average: 'macro', 'micro' or 'weighted'`);
      if (labels.length === 2 && !labels.includes(options.posLabel))
        return skipped(`posLabel is ${quoted(options.posLabel)}, and the labels are ${listed(labels)}`);
      return named(name, scoreOfLabel(score, confusion.total(options.posLabel)));
    },
  });
}

/** One function for the three: they share a tally. */
function tally(): Confusion {
  return new Confusion(columnSetting);
}

function checkedAverage(name: string, average: LabelScoreOptions['average']): string {
  if (['binary', 'macro', 'micro', 'weighted'].includes(average)) return average;
  throw new TouchstoneError(
    'bad-option',
    `${name}: average must be 'binary', 'macro', 'micro' or 'weighted', and it is ${JSON.stringify(average)}.`,
  );
}

function checkedLabel(name: string, label: Label): Label {
  if (typeof label === 'string' || typeof label === 'boolean' || Number.isInteger(label)) return label;
  throw new TouchstoneError(
    'bad-option',
    `${name}: posLabel must be a text, a whole number, true or false, and it is ${JSON.stringify(label) ?? String(label)}.`,
  );
}
