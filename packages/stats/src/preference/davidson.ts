import { checkLevel } from '../check-argument.ts';
import { inverseOf } from '../cholesky.ts';
import type { LevelOption } from '../interval.ts';
import { StatsError } from '../stats-error.ts';
import { type Ability, centred, rankedAbilities } from './abilities.ts';
import type { UndefinedBradleyTerry } from './bradley-terry.ts';
import { fitBradleyTerry, tally } from './bradley-terry-fit.ts';
import { comparisonGroups } from './comparison-groups.ts';
import { type CodedJudgment, type Judgment, type JudgmentOptions, readJudgments } from './judgments.ts';
import { type LocalLikelihood, type Maximum, maximum } from './newton.ts';

/** Options of `davidson`. */
export interface DavidsonOptions extends Pick<JudgmentOptions, 'items'>, LevelOption {}

/** Abilities of items that were compared in pairs, with ties as an outcome of their own. */
export interface Davidson {
  readonly undefined?: never;
  /** Log π of the model, in the order of the items. */
  readonly abilities: readonly Ability[];
  /** ν: two equal items tie with probability ν/(2 + ν). 0 when there were no ties. */
  readonly tieParameter: number;
  readonly level: number;
  readonly n: number;
  readonly missing: number;
}

/**
 * The Bradley–Terry model with ties of Davidson (1970): i beats j, j beats i and a tie are as likely as π_i : π_j :
 * ν·√(π_i·π_j). Where `bradleyTerry` counts a tie as half a win, this model learns how readily the judge calls one.
 * Standard errors are the model's own. `not-identified` as for `bradleyTerry`, and when ties stand where losses would be
 * needed; `all-ties` when nothing was ever decided.
 *
 * @throws StatsError as `bradleyTerry`; `out-of-range` for an outcome that is not 1, ½ or 0
 */
export function davidson(judgments: readonly Judgment[], options: DavidsonOptions = {}): Davidson | UndefinedBradleyTerry {
  const level = checkLevel(options.level);
  const sample = readJudgments(judgments, { items: options.items });
  checkOutcomes(judgments);
  const items = sample.items.length;
  const comparisons = tally(sample.judgments, items);
  const groups = comparisonGroups(comparisons, items).map((group) => group.map((item) => sample.items[item] ?? ''));
  const about = { n: sample.judgments.length, missing: sample.missing };
  if (about.n === 0) return { undefined: 'no-data', ...about, groups };
  if (sample.judgments.every(({ outcome }) => outcome === 0.5)) return { undefined: 'all-ties', ...about, groups };

  const hasTies = sample.judgments.some(({ outcome }) => outcome === 0.5);
  // Without ties ν = 0 is the maximum, and the model is that of Bradley and Terry.
  const fitModel = () =>
    hasTies ? fitDavidson(sample.judgments, items) : fitBradleyTerry(comparisons, { items, order: 'ignored' });
  const fit = groups.length > 1 ? undefined : fitModel();
  const covariance = fit && inverseOf(fit.information, fit.at.length);
  if (fit === undefined || covariance === undefined) return { undefined: 'not-identified', ...about, groups };
  const abilities = centred(fit.at.subarray(0, items - 1), covariance, fit.at.length);
  return {
    abilities: rankedAbilities(sample.items, abilities, { level }),
    tieParameter: hasTies ? Math.exp(fit.at[items - 1] ?? 0) : 0,
    level,
    ...about,
  };
}

function checkOutcomes(judgments: readonly Judgment[]): void {
  const index = judgments.findIndex(({ outcome }) => typeof outcome === 'number' && ![0, 0.5, 1].includes(outcome));
  if (index === -1) return;
  throw new StatsError(
    'out-of-range',
    `judgments[${index}].outcome is ${judgments[index]?.outcome}: the model with ties needs 1 (won), 0.5 (tie) or 0 (lost).`,
    { argument: 'judgments', index },
  );
}

/** Parameters β_1 … β_{K−1} with β_0 = 0, then ln ν. */
function fitDavidson(judgments: readonly CodedJudgment[], items: number): Maximum | undefined {
  return maximum(new Float64Array(items), (at) => {
    const local = { value: 0, gradient: new Float64Array(items), information: new Float64Array(items * items) };
    for (const judgment of judgments) addJudgment(local, at, judgment);
    return local;
  });
}

/** One trinomial outcome. Its features are d/2, 0, −d/2 for win, tie, loss, with d = β_first − β_second, and ln ν for a tie. */
function addJudgment(
  local: LocalLikelihood & { value: number },
  at: Float64Array,
  { first, second, outcome }: CodedJudgment,
): void {
  const size = at.length;
  const ability = (item: number) => (item === 0 ? 0 : (at[item - 1] ?? 0));
  const half = (ability(first) - ability(second)) / 2;
  const logTie = at[size - 1] ?? 0;
  const largest = Math.max(Math.abs(half), logTie);
  const [won, tied, lost] = [Math.exp(half - largest), Math.exp(logTie - largest), Math.exp(-half - largest)];
  const total = won + tied + lost;
  const [win, tie, loss] = [won / total, tied / total, lost / total];

  const observed = outcome === 1 ? half : outcome === 0 ? -half : logTie;
  local.value += observed - largest - Math.log(total);
  const byAbility = outcome === 1 ? loss + tie / 2 : outcome === 0 ? -win - tie / 2 : (loss - win) / 2;
  const byTie = outcome === 0.5 ? win + loss : -tie;
  const mean = (win - loss) / 2;
  const ofAbility = (win + loss) / 4 - mean * mean;
  const derivatives: (readonly [index: number, sign: number])[] = [];
  if (first > 0) derivatives.push([first - 1, 1]);
  if (second > 0) derivatives.push([second - 1, -1]);

  const add = (i: number, j: number, value: number) => {
    local.information[i * size + j] = (local.information[i * size + j] ?? 0) + value;
  };
  for (const [i, x] of derivatives) {
    local.gradient[i] = (local.gradient[i] ?? 0) + x * byAbility;
    for (const [j, y] of derivatives) add(i, j, x * y * ofAbility);
    add(i, size - 1, -x * mean * tie);
    add(size - 1, i, -x * mean * tie);
  }
  local.gradient[size - 1] = (local.gradient[size - 1] ?? 0) + byTie;
  add(size - 1, size - 1, tie * (win + loss));
}
