import { type LanguageModel, type ServiceRef, TouchstoneError } from '@touchstone/core';
import { checkJudgeOptions, type JudgeOptions, judgeRef, type Scale } from '@touchstone/judging';

/** How the scores of a panel become one. */
export type Pool = 'mean' | 'median' | 'majority' | 'reliability';

/** Options of judge metrics: one judge or a panel of several, and how they are asked. */
export interface PanelOptions extends Omit<JudgeOptions, 'model'> {
  /** The judge: a URI such as `'openai:/gpt-5'`, or a language model. Several: a panel. Default: the judge of the evaluation, or of the plug-in. */
  readonly model?: string | LanguageModel | readonly (string | LanguageModel)[] | undefined;
  /**
   * `mean`, the default for numbers; `median`, which one wild judge does not move; `majority`, the default for labels and yes or no, where
   * a tie is skipped; `reliability`: the default, and besides `reliability_mean`, in which each judge counts as much as it agrees with the others.
   */
  readonly pool?: Pool | undefined;
  /** One weight a judge, from 0 up, in their order; e.g. what `reliability` came to in an earlier run. Default: all equal. */
  readonly weights?: readonly number[] | undefined;
  /** Fewest judges that must give a score. Default: more than half of them. */
  readonly quorum?: number | undefined;
  /** Judgements that each judge gives of a row, from 1 to 50; its score is their mean, or what most of them say. Default: 1. */
  readonly repeats?: number | undefined;
}

/** Who judges a metric. */
export interface Panel {
  /** Roles of the metric, one a judge: `judge`, or `judge_1`, `judge_2`, …. */
  readonly models: Readonly<Record<string, ServiceRef>>;
  /** One a row; undefined where one judge gives one judgement, and nothing is pooled. */
  readonly pooling: Pooling | undefined;
}

export interface Pooling {
  readonly pool: Exclude<Pool, 'reliability'>;
  /** Whether weights by agreement are worked out at the end. */
  readonly byReliability: boolean;
  readonly weights: readonly number[] | undefined;
  readonly quorum: number;
  readonly repeats: number;
}

/** Names of what a panel takes besides a judge. */
export const panelOptions = ['pool', 'weights', 'quorum', 'repeats'] as const;

/** Options of the command line and of files were not checked by a compiler. @throws TouchstoneError `bad-option`, `unknown-option` */
export function checkPanelOptions(name: string, options: PanelOptions): void {
  const { model, pool, weights, quorum, repeats, ...asked } = options;
  const judges = judgesOf(options);
  checkJudgeOptions(name, { ...asked, ...(judges.length === 1 ? { model: judges[0] } : {}) });
  if (judges.length > 1) for (const one of judges) checkJudgeOptions(name, { model: one });
  const count = judges.length;
  const ids = judges.map((one) => (typeof one === 'string' ? one : one?.id));
  const twice = ids.find((id, at) => id !== undefined && ids.indexOf(id) !== at);
  const whole = (value: number, least: number, most: number): boolean =>
    Number.isInteger(value) && value >= least && value <= most;
  const wrong = [
    ...(count > 0 ? [] : ['model is an empty list: name at least one judge']),
    ...(twice === undefined
      ? []
      : [`model names ${twice} twice, and would hear the same answer twice: repeats: 2 asks a judge anew`]),
    ...(pool === undefined || POOLS.includes(pool)
      ? []
      : [`pool must be one of ${POOLS.join(', ')}, not ${JSON.stringify(pool)}`]),
    ...(weights === undefined || areWeights(weights, count)
      ? []
      : [
          `weights must be ${count === 1 ? 'one number' : `${count} numbers`} from 0, one a judge and not all 0, not ${JSON.stringify(weights)}`,
        ]),
    ...(quorum === undefined || whole(quorum, 1, count)
      ? []
      : [`quorum must be a whole number from 1 to the number of judges (${count}), not ${JSON.stringify(quorum)}`]),
    ...(repeats === undefined || whole(repeats, 1, MOST_REPEATS)
      ? []
      : [`repeats must be a whole number from 1 to ${MOST_REPEATS}, not ${JSON.stringify(repeats)}`]),
    ...(pool === 'reliability' && count < 2
      ? ['pool: reliability needs two judges or more, which are held against each other']
      : []),
    ...(pool === 'reliability' && weights !== undefined ? ['give weights, or pool: reliability, which works them out'] : []),
  ];
  if (wrong.length > 0) throw new TouchstoneError('bad-option', `${name}: ${wrong.join('; ')}.`);
}

const POOLS: readonly Pool[] = ['mean', 'median', 'majority', 'reliability'];
const MOST_REPEATS = 50;

function areWeights(weights: readonly number[], judges: number): boolean {
  return (
    Array.isArray(weights) &&
    weights.length === judges &&
    weights.every((weight) => Number.isFinite(weight) && weight >= 0 && weight <= 1e100) &&
    weights.some((weight) => weight > 0)
  );
}

/** The panel of a metric on a scale. @throws TouchstoneError `bad-option` for a mean of what are no numbers */
export function panelOf(name: string, options: PanelOptions, scale: Scale): Panel {
  const judges = judgesOf(options);
  const { pool, weights, repeats = 1 } = options;
  if (scale.kind !== 'numeric' && (pool === 'mean' || pool === 'median')) {
    throw new TouchstoneError(
      'bad-option',
      `${name}: pool: '${pool}' is for numbers, and its scores are ${scale.kind === 'boolean' ? 'yes or no' : 'labels'}: leave pool out, which is the majority.`,
    );
  }
  const alone = judges.length === 1 && repeats === 1;
  const byDefault = scale.kind === 'numeric' ? 'mean' : 'majority';
  return {
    models: Object.fromEntries(
      judges.map((model, at) => [judges.length === 1 ? 'judge' : `judge_${at + 1}`, judgeRef({ model })]),
    ),
    pooling: alone
      ? undefined
      : {
          pool: pool === undefined || pool === 'reliability' ? byDefault : pool,
          byReliability: pool === 'reliability',
          weights,
          quorum: options.quorum ?? Math.floor(judges.length / 2) + 1,
          repeats,
        },
  };
}

function judgesOf({ model }: PanelOptions): readonly (string | LanguageModel | undefined)[] {
  return isList(model) ? model : [model];
}

function isList(model: PanelOptions['model']): model is readonly (string | LanguageModel)[] {
  return Array.isArray(model);
}
