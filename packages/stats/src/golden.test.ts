import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, describe as suite, test } from 'vitest';
import * as stats from './index.ts';

/** Values computed by reference libraries and by 40-digit arithmetic; empty where the folder is missing (vitest.config.ts). */
const GOLDEN = process.env.TOUCHSTONE_GOLDEN ?? '';
const FOLDER = join(GOLDEN, 'stats');

/** The families of which every case is tested, and of `paired.json` the functions that exist. */
const FAMILIES = [
  'distributions',
  'rng',
  'descriptive',
  'proportion',
  'mean-interval',
  'mean-default',
  'clustered-mean',
  'paired',
  'agreement',
  'preference',
];
const NOT_YET = new Set(['wilcoxonSignedRank', 'mcnemar', 'mcnemarChiSquare', 'signFlipTest', 'pairedBootstrap']);

type Row = { readonly [key: string]: unknown };

interface Case {
  readonly id: string;
  readonly fn: string;
  readonly args: Row;
  readonly expected: Row;
  readonly tolerance: { readonly abs: number; readonly rel: number };
}

/** Golden function and argument names → the public functions. */
const CALLS: Readonly<Record<string, (args: Arguments) => unknown>> = {
  normalCdf: (a) => ({ p: stats.normalCdf(a.number('z')) }),
  normalQuantile: (a) => ({ z: stats.normalQuantile(a.number('p')) }),
  tCdf: (a) => ({ p: stats.tCdf(a.number('t'), a.number('df')) }),
  tQuantile: (a) => ({ t: stats.tQuantile(a.number('p'), a.number('df')) }),
  chiSquareCdf: (a) => ({ p: stats.chiSquareCdf(a.number('x'), a.number('df')) }),
  betaCdf: (a) => ({ p: stats.betaCdf(a.number('x'), a.number('a'), a.number('b')) }),
  betaQuantile: (a) => ({ x: stats.betaQuantile(a.number('p'), a.number('a'), a.number('b')) }),
  binomialCdf: (a) => ({ p: stats.binomialCdf(a.number('k'), a.number('n'), a.number('p')) }),
  noncentralTCdf: (a) => ({ p: stats.noncentralTCdf(a.number('t'), a.number('df'), a.number('nc')) }),
  logGamma: (a) => ({ value: stats.logGamma(a.number('x')) }),
  philox: (a) => {
    const [c0 = 0, c1 = 0, c2 = 0, c3 = 0] = a.numbers('counter');
    const [k0 = 0, k1 = 0] = a.numbers('key');
    return { words: stats.philox([c0, c1, c2, c3], [k0, k1]) };
  },
  words: (a) => ({
    words: stats.words(a.number('seed'), a.number('stream'), a.number('replicate'), a.number('count')),
  }),
  bootstrapIndices: (a) => ({
    indices: stats.bootstrapIndices(a.number('seed'), a.number('replicate'), a.number('n'), a.number('count')),
  }),
  signFlips: (a) => ({ signs: stats.signFlips(a.number('seed'), a.number('replicate'), a.number('n')) }),
  permutationFirstGroup: (a) => ({
    indices: stats.permutationFirstGroup(a.number('seed'), a.number('replicate'), a.number('n'), a.number('m')),
  }),
  uniforms: (a) => ({
    values: stats.uniforms(a.number('seed'), a.number('stream'), a.number('replicate'), a.number('count')),
  }),
  describe: (a) => stats.describe(a.scores('values')),
  percentiles: (a) => {
    const result = stats.percentiles(a.scores('values'), a.numbers('percents'));
    return stats.isUndefined(result) ? result : { values: result };
  },
  wilsonInterval: (a) => stats.wilsonInterval(a.number('successes'), a.number('n'), a.level()),
  clopperPearsonInterval: (a) => stats.clopperPearsonInterval(a.number('successes'), a.number('n'), a.level()),
  jeffreysInterval: (a) => stats.jeffreysInterval(a.number('successes'), a.number('n'), a.level()),
  agrestiCoullInterval: (a) => stats.agrestiCoullInterval(a.number('successes'), a.number('n'), a.level()),
  waldInterval: (a) => stats.waldInterval(a.number('successes'), a.number('n'), a.level()),
  tInterval: (a) => stats.tInterval(a.scores('values'), a.level()),
  zInterval: (a) => stats.zInterval(a.scores('values'), a.level()),
  constantSampleInterval: (a) => stats.constantSampleInterval(a.scores('values'), a.range('range'), a.level()),
  meanInterval: (a) =>
    stats.meanInterval(a.scores('values'), {
      ...a.level(),
      ...(a.has('range') && { range: a.range('range') }),
      ...(a.has('clusters') && { clusters: a.labels('clusters') }),
    }),
  clusteredMean: (a) =>
    stats.clusteredMean(a.scores('values'), a.labels('clusters'), {
      ...a.level(),
      type: a.oneOf('type', ['CR0', 'CR1', 'CR2', 'CR3']),
    }),
  oneWayIcc: (a) => stats.oneWayIcc(a.scores('values'), a.labels('clusters')),
  boundedWilsonInterval: (a) =>
    stats.boundedWilsonInterval(a.scores('values'), a.range('range'), {
      ...a.level(),
      ...(a.has('clusters') && { clusters: a.labels('clusters') }),
    }),
  pairedT: (a) => stats.pairedT(a.scores('a'), a.scores('b'), a.level()),
  pairedClustered: (a) => stats.pairedClustered(a.scores('a'), a.scores('b'), a.labels('clusters'), a.level()),
  pairedProportionDifference: (a) =>
    stats.pairedProportionDifference(
      { n: a.number('n'), onlyA: a.number('onlyA'), onlyB: a.number('onlyB') },
      { ...a.level(), method: a.oneOf('method', ['tango', 'bonett-price']) },
    ),
  cohenKappa: (a) => {
    const result = stats.cohenKappa(a.ratings('a'), a.ratings('b'), {
      ...a.level(),
      categories: a.numbers('categories'),
      weights: a.oneOf('weights', ['none', 'linear', 'quadratic']),
      interval: a.oneOf('interval', ['normal', 'fisher-z']),
    });
    return result.undefined === 'zero-variance' ? { ...result, ...undefinedLimits(result) } : result;
  },
  krippendorffAlpha: (a) => stats.krippendorffAlpha(a.units('units'), { scale: a.oneOf('scale', SCALES) }),
  krippendorffAlphaInterval: (a) =>
    stats.krippendorffAlphaInterval(a.units('units'), {
      ...a.level(),
      scale: a.oneOf('scale', SCALES),
      seed: a.number('seed'),
      resamples: a.number('resamples'),
    }),
  fleissKappa: (a) => stats.fleissKappa(a.counts('counts').map(ratingsOfCounts)),
  gwetAgreement: (a) => {
    const weights = a.oneOf('weights', ['identity', 'linear', 'quadratic']);
    return stats.gwetAgreement(a.units('units'), {
      ...a.level(),
      categories: a.numbers('categories'),
      weights: weights === 'identity' ? 'none' : weights,
    });
  },
  icc21: (a) => stats.twoWayIcc(a.units('matrix'), a.level()),
  pearson: (a) => stats.pearson(a.scores('x'), a.scores('y'), a.level()),
  spearman: (a) => stats.spearman(a.scores('x'), a.scores('y'), a.level()),
  kendallTauB: (a) => stats.kendallTauB(a.scores('x'), a.scores('y'), a.level()),
  winRate: (a) =>
    stats.winRateOfCounts({ wins: a.number('wins'), ties: a.number('ties'), losses: a.number('losses') }, a.level()),
  bradleyTerry: (a) =>
    inColumns(
      stats.bradleyTerry(a.judgments('judgments'), { items: a.texts('items'), covariance: a.oneOf('covariance', COVARIANCES) }),
    ),
  bradleyTerryWithOrder: (a) =>
    inColumns(
      stats.bradleyTerryWithOrder(a.judgments('judgments'), {
        items: a.texts('items'),
        covariance: a.oneOf('covariance', COVARIANCES),
      }),
    ),
  bradleyTerryBootstrap: (a) =>
    inColumns(
      stats.bradleyTerryBootstrap(a.judgments('judgments'), {
        ...a.level(),
        items: a.texts('items'),
        seed: a.number('seed'),
        resamples: a.number('resamples'),
      }),
    ),
  davidson: (a) => inColumns(stats.davidson(a.judgments('judgments'), { items: a.texts('items') })),
  positionBias: (a) => stats.positionBias(a.verdicts('verdicts'), a.level()),
};

const SCALES = ['nominal', 'ordinal', 'interval', 'ratio'] as const;
const COVARIANCES = ['hessian', 'sandwich'] as const;

/** The golden files put a missing interval into its limits, we into the whole result, beside the estimate. */
function undefinedLimits({ undefined: reason }: stats.Undefined) {
  return { low: { undefined: reason }, high: { undefined: reason } };
}

/** How many raters chose each category → one rating for each of them. */
function ratingsOfCounts(counts: readonly number[]): readonly number[] {
  return counts.flatMap((count, category) => new Array<number>(count).fill(category));
}

/** One object for each item → one list for each field. */
function inColumns<T extends object>(result: T) {
  const abilities: readonly object[] = 'abilities' in result && Array.isArray(result.abilities) ? result.abilities : [];
  const column = (field: string) => abilities.map((ability) => (isRow(ability) ? ability[field] : ability));
  return { ...result, abilities: column('estimate'), se: column('se'), low: column('low'), high: column('high') };
}

/** Golden field → ours, where the names differ: every interval of ours has its point in `estimate`. */
const FIELDS: Readonly<Record<string, string>> = {
  'paired.difference': 'estimate',
  'agreement.kappa': 'estimate',
  'agreement.alpha': 'estimate',
  'agreement.coefficient': 'estimate',
  'agreement.icc': 'estimate',
  'agreement.r': 'estimate',
  'agreement.rho': 'estimate',
  'agreement.tau': 'estimate',
};

if (GOLDEN === '') {
  test.skipIf(GOLDEN === '')('golden values: the folder is missing', () => undefined);
} else {
  for (const family of FAMILIES) {
    const cases = readFamily(family).filter(({ fn }) => !NOT_YET.has(fn));
    suite(`golden ${family}`, () => {
      test('has cases', () => expect(cases.length).toBeGreaterThan(0));
      test.each(cases)('$id', (golden) => {
        const call = CALLS[golden.fn];
        if (call === undefined) throw new Error(`No public function stands for ${golden.fn}.`);
        check(golden, family, () => call(new Arguments(golden.args)));
      });
    });
  }
}

function readFamily(family: string): readonly Case[] {
  const file: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(join(FOLDER, `${family}.json`), 'utf8'));
  return file.cases;
}

function check(golden: Case, family: string, call: () => unknown): void {
  const code = golden.expected.throws;
  if (code !== undefined) {
    expect(call).toThrow(expect.objectContaining({ name: 'StatsError', code }));
    return;
  }
  const result = call();
  if (!isRow(result)) throw new Error(`${golden.id} gave no object.`);
  for (const [field, want] of Object.entries(golden.expected)) {
    agree(result[FIELDS[`${family}.${field}`] ?? field], want, golden.tolerance, `${golden.id} ${field}`);
  }
}

function agree(got: unknown, want: unknown, tolerance: Case['tolerance'], where: string): void {
  const wanted = want === 'Infinity' ? Number.POSITIVE_INFINITY : want;
  if (Array.isArray(wanted)) {
    if (!isList(got)) throw new Error(`${where}: no list`);
    expect(got.length, where).toBe(wanted.length);
    for (const [i, one] of wanted.entries()) agree(got[i], one, tolerance, `${where}[${i}]`);
  } else if (typeof wanted === 'number' && typeof got === 'number' && Number.isFinite(wanted)) {
    const difference = Math.abs(got - wanted);
    const allowed = tolerance.abs + tolerance.rel * Math.abs(wanted);
    expect(difference <= allowed, `${where}: got ${got}, want ${wanted} within ${allowed}`).toBe(true);
  } else if (isRow(wanted) && isRow(got)) {
    for (const [field, one] of Object.entries(wanted)) agree(got[field], one, tolerance, `${where}.${field}`);
  } else {
    expect(got, where).toEqual(wanted);
  }
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

/** Typed access to the arguments of one case. */
class Arguments {
  readonly #args: Case['args'];

  constructor(args: Case['args']) {
    this.#args = args;
  }

  has(name: string): boolean {
    return name in this.#args;
  }

  number(name: string): number {
    return toNumber(this.#args[name], name);
  }

  numbers(name: string): readonly number[] {
    return this.#list(name).map((value) => toNumber(value, name));
  }

  scores(name: string): stats.Scores {
    return this.#list(name).map((value) => (value === null || typeof value === 'boolean' ? value : toNumber(value, name)));
  }

  /** Labels as they are: a null among them is what some cases are about. */
  labels(name: string): stats.ClusterLabels {
    const labels: ArrayLike<unknown> = this.#list(name);
    if (isLabels(labels)) return labels;
    throw new Error(`${name} holds no labels.`);
  }

  /** Columns of ratings, and units × raters. */
  ratings(name: string): stats.RatingColumn & stats.Scores {
    return this.#list(name).map((value) => toRating(value, name));
  }

  units(name: string): readonly (readonly (number | null)[])[] {
    return this.#list(name).map((unit) => listOf(unit, name).map((value) => toRating(value, name)));
  }

  counts(name: string): readonly (readonly number[])[] {
    return this.#list(name).map((unit) => listOf(unit, name).map((value) => toNumber(value, name)));
  }

  texts(name: string): readonly string[] {
    return this.#list(name).map(String);
  }

  judgments(name: string): readonly stats.Judgment[] {
    return this.#list(name).map((judgment) => {
      if (!isRow(judgment)) throw new Error(`${name} holds no judgments.`);
      return { first: String(judgment.first), second: String(judgment.second), outcome: toRating(judgment.outcome, name) };
    });
  }

  verdicts(name: string): readonly stats.BothOrders[] {
    return this.#list(name).map((pair) => {
      const [shown, swapped] = listOf(pair, name);
      return [toVerdict(shown), toVerdict(swapped)];
    });
  }

  range(name: string): readonly [number, number] {
    const [low = Number.NaN, high = Number.NaN] = this.numbers(name);
    return [low, high];
  }

  level(): stats.LevelOption {
    return this.has('level') ? { level: this.number('level') } : {};
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T {
    const found = choices.find((choice) => choice === this.#args[name]);
    if (found === undefined) throw new Error(`${name} is none of ${choices.join(', ')}.`);
    return found;
  }

  #list(name: string): readonly unknown[] {
    return listOf(this.#args[name], name);
  }
}

function listOf(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${name} is no list.`);
  return value;
}

function toRating(value: unknown, name: string): number | null {
  return value === null ? null : toNumber(value, name);
}

function toVerdict(value: unknown): stats.Verdict | null {
  if (value === null || value === 'first' || value === 'second' || value === 'tie') return value;
  throw new Error(`${String(value)} is no verdict.`);
}

function isLabels(value: ArrayLike<unknown>): value is stats.ClusterLabels {
  return Array.from(value).every((label) => label === null || typeof label === 'string' || typeof label === 'number');
}

function toNumber(value: unknown, name: string): number {
  const special = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY, '-Infinity': Number.NEGATIVE_INFINITY };
  if (typeof value === 'number') return value;
  const found = Object.entries(special).find(([text]) => text === value);
  if (found === undefined) throw new Error(`${name} holds no number: ${JSON.stringify(value)}`);
  return found[1];
}
