import type { AggregateInterval, ScoreSummary, SummaryOutcome } from '@touchstone/core';
import { Comparisons } from './comparisons.ts';
import { detailsOf } from './preference-details.ts';

/**
 * What all comparisons say together: how often the order decided, and in which direction; where more than two systems are
 * compared, the win rate of each pair and the ability of each system.
 */
export function preferenceSummary(virtualTies: number): ScoreSummary {
  const comparisons = new Comparisons(virtualTies);
  return {
    add: ({ details }, { cluster }) => comparisons.add(detailsOf({ details }), cluster),
    conclude: () => {
      const said = new Said();
      addBias(said, comparisons);
      if (comparisons.systems.length > 2) addRanking(said, comparisons);
      return said.outcome();
    },
  };
}

class Said {
  readonly #metrics: Record<string, number> = {};
  readonly #intervals: Record<string, AggregateInterval> = {};
  readonly #warnings: string[] = [];

  number(name: string, value: number, interval?: Omit<AggregateInterval, 'estimate'>): void {
    this.#metrics[name] = value;
    if (interval === undefined) return;
    const { low, high, level, method, n, clusters } = interval;
    this.#intervals[name] = { estimate: value, low, high, level, method, n, ...(clusters === undefined ? {} : { clusters }) };
  }

  warn(sentence: string): void {
    this.#warnings.push(sentence);
  }

  outcome(): SummaryOutcome {
    return { metrics: this.#metrics, intervals: this.#intervals, warnings: this.#warnings };
  }
}

function addBias(said: Said, comparisons: Comparisons): void {
  const [first, second] = comparisons.biases();
  if (first === undefined) return;
  const { consistency, bias, firstShare, n, judge, bothFirst, bothSecond } = first;
  const { estimate, low, high } = consistency;
  said.number('position_bias_rate', 1 - estimate, { ...consistency, low: 1 - high, high: 1 - low });
  said.number('position_bias', bias.estimate, bias);
  if (typeof firstShare === 'number') said.number('first_share', firstShare);
  if (second !== undefined) said.number('escalated', second.n / n);
  if (bias.p >= 0.05) return;
  const favoured = bothFirst > bothSecond ? 'first' : 'second';
  said.warn(
    `${judge} favours what it is shown ${favoured}: of ${n} pairs, the first won in both orders ${bothFirst} times and the second ${bothSecond} times (p = ${bias.p.toPrecision(2)}). Such rows count as ties, or as what the second judge says.`,
  );
}

function addRanking(said: Said, comparisons: Comparisons): void {
  for (const { systems, rate } of comparisons.winRates()) {
    const name = `win_rate/${systems.join('/')}`;
    if (rate.undefined === undefined) said.number(name, rate.estimate, rate);
    else if (rate.estimate !== undefined) said.number(name, rate.estimate);
  }
  const { systems } = comparisons;
  said.warn(
    `${systems.length} systems were compared, each with each: mean, wins, ties and losses mix their pairs; read win_rate of each pair, and ability.`,
  );
  const ranking = comparisons.ranking();
  if (ranking.undefined !== undefined) {
    const { groups } = ranking;
    const why =
      groups.length > 1
        ? `nobody of a later group ever won or tied against one of an earlier group: ${groups.map((group) => group.join(', ')).join(' > ')}; virtualTies: 0.5 gives finite abilities`
        : ranking.undefined;
    said.warn(`the systems cannot be ranked: ${why}.`);
    return;
  }
  for (const { item, estimate, low, high } of ranking.abilities) {
    const { level, n, clusters } = ranking;
    const limits = typeof low === 'number' && typeof high === 'number' ? { low, high } : undefined;
    const about = { level, n, method: 'bradley-terry', ...(clusters === undefined ? {} : { clusters }) };
    said.number(`ability/${item}`, estimate, limits && { ...limits, ...about });
  }
}
