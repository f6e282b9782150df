import { closest, configValue, TouchstoneError } from '@touchstone/core';
import type { Label } from './label.ts';
import type { Average } from './label-scores.ts';
import { checkLabelSetting, type LabelSetting } from './label-set.ts';
import { shown } from './number-cell.ts';
import { columnWeights, listWeights, type Weighing } from './weighing.ts';

/** How much rows count: the name of a column, or a list in the order of the data. Default: the column `sample_weights`, if there is one. */
export type SampleWeights = string | readonly number[];

export interface RegressorOptions {
  readonly sampleWeights?: SampleWeights;
}

export interface ClassifierOptions {
  readonly sampleWeights?: SampleWeights;
  /** The label of interest of two. Default: the last one, in the order of labels. */
  readonly posLabel?: Label;
  /** All labels. Two make a binary classifier, whatever else is predicted. Default: those that occur. */
  readonly labelList?: readonly Label[];
  /** How the scores of more than two labels become one. Default: `weighted`, by their rows. */
  readonly average?: Average;
  /** The column of probabilities. Default: `probabilities`, if there is one. */
  readonly probabilities?: string;
  /** Curves of each label are drawn up to this many labels. Default: 10. */
  readonly maxClassesForMulticlassRocPr?: number;
}

/** Weights and where they come from. */
export interface WeightSource {
  readonly weighing: Weighing;
  /** Mapping of the metrics' columns. */
  readonly columns: { readonly sample_weights?: string };
  /** How many weights were listed. */
  readonly listed?: number;
}

export interface ClassifierSetting extends LabelSetting {
  readonly weights: WeightSource;
  readonly average: Average;
  readonly probabilities: string | undefined;
  readonly mostCurves: number;
  readonly prefix: string;
}

type Config = Readonly<Record<string, unknown>>;

/**
 * The options of the evaluator, and the config over them, in our spelling or MLflow's.
 * @throws TouchstoneError `bad-option`
 */
export function readClassifierConfig(options: ClassifierOptions, config: Config): ClassifierSetting {
  refuseNearMisses(config, CLASSIFIER_KEYS);
  const read = (key: keyof ClassifierOptions): unknown => configValue(config, key) ?? options[key];
  const [posLabel, labelList] = [read('posLabel'), read('labelList')];
  if (posLabel !== undefined && !isLabel(posLabel))
    throw bad(`posLabel must be a text, a whole number, true or false, and it is ${shown(posLabel)}.`);
  if (labelList !== undefined && !(Array.isArray(labelList) && labelList.every(isLabel)))
    throw bad(`labelList must be a list of texts, whole numbers or booleans, and it is ${shown(labelList)}.`);
  const labels = checkLabelSetting({
    ...(posLabel === undefined ? {} : { posLabel }),
    ...(labelList === undefined ? {} : { labelList }),
  });
  const average = read('average') ?? 'weighted';
  if (average !== 'macro' && average !== 'micro' && average !== 'weighted')
    throw bad(`average must be 'macro', 'micro' or 'weighted', and it is ${shown(average)}.`);
  const probabilities = read('probabilities');
  if (probabilities !== undefined && typeof probabilities !== 'string')
    throw bad(`probabilities must be the name of a column, and it is ${shown(probabilities)}.`);
  const mostCurves = read('maxClassesForMulticlassRocPr') ?? 10;
  if (!(typeof mostCurves === 'number' && Number.isSafeInteger(mostCurves) && mostCurves >= 0))
    throw bad(`maxClassesForMulticlassRocPr must be a whole number of at least 0, and it is ${shown(mostCurves)}.`);
  return { ...labels, weights: readWeights(read('sampleWeights')), average, probabilities, mostCurves, prefix: prefixOf(config) };
}

/** @throws TouchstoneError `bad-option` */
export function readRegressorConfig(options: RegressorOptions, config: Config): WeightSource {
  refuseNearMisses(config, ['sampleWeights']);
  return readWeights(configValue(config, 'sampleWeights') ?? options.sampleWeights);
}

function readWeights(given: unknown): WeightSource {
  if (given === undefined) return { weighing: columnWeights, columns: {} };
  if (typeof given === 'string') return { weighing: columnWeights, columns: { sample_weights: given } };
  if (Array.isArray(given)) return { weighing: listWeights(given), columns: {}, listed: given.length };
  throw bad(
    `sampleWeights must be the name of a column, or a list of weights in the order of the data, and it is ${shown(given)}.`,
  );
}

const CLASSIFIER_KEYS: readonly (keyof ClassifierOptions)[] = [
  'sampleWeights',
  'posLabel',
  'labelList',
  'average',
  'probabilities',
  'maxClassesForMulticlassRocPr',
];

/** Other evaluators and metrics read the same config, so a key that is strange may be theirs; one that is nearly ours is a slip of the pen. */
function refuseNearMisses(config: Config, keys: readonly string[]): void {
  for (const key of Object.keys(config)) {
    const meant = closest(key, keys);
    if (meant !== undefined && configValue(config, meant) === undefined && config[key] !== undefined && !keys.includes(key))
      throw bad(`There is no '${key}'. Did you mean '${meant}'?`);
  }
}

/** The metrics' keys get it from the plan; tables and pictures are named here. */
function prefixOf(config: Config): string {
  const prefix = configValue(config, 'metricPrefix');
  return typeof prefix === 'string' ? prefix : '';
}

function isLabel(value: unknown): value is Label {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isInteger(value);
}

function bad(sentence: string): TouchstoneError {
  return new TouchstoneError('bad-option', `evaluatorConfig: ${sentence}`);
}
