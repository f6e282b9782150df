import {
  type BothOrders,
  type BradleyTerry,
  bradleyTerry,
  bradleyTerryWithOrder,
  type Judgment,
  meanInterval,
  type PositionBias,
  positionBias,
  type UndefinedBradleyTerry,
  type UndefinedWinRate,
  type WinRate,
  winRate,
} from '@touchstone/stats';
import type { PreferenceDetails } from './preference-details.ts';

/** All comparisons of an evaluation, and what they come to. */
export class Comparisons {
  readonly #virtualTies: number;
  readonly #pairs = new Map<string, Pair>();
  readonly #judges = new Map<string, Judge>();
  readonly #judgments: Judgment[] = [];
  readonly #clusters: string[] = [];

  /** @param virtualTies weight of a tie between every two systems in the ranking; 0: none */
  constructor(virtualTies: number) {
    this.#virtualTies = virtualTies;
  }

  /** @param cluster rows that belong together have the same */
  add({ preferred, systems, judges }: PreferenceDetails, cluster: string): void {
    const [a, b] = systems;
    const outcome = preferred === 'a' ? 1 : preferred === 'b' ? 0 : 0.5;
    const key = JSON.stringify(systems);
    const pair = this.#pairs.get(key) ?? { systems, outcomes: [], clusters: [] };
    this.#pairs.set(key, pair);
    pair.outcomes.push(outcome);
    pair.clusters.push(cluster);
    this.#judgments.push({ first: a, second: b, outcome });
    this.#clusters.push(cluster);
    for (const { judge: id, verdicts } of judges) {
      const judge = this.#judges.get(id) ?? { judge: id, orders: [], clusters: [], judgments: [], judgmentClusters: [] };
      this.#judges.set(id, judge);
      judge.orders.push(verdicts);
      judge.clusters.push(cluster);
      const [shown, swapped] = verdicts;
      judge.judgments.push(
        { first: a, second: b, outcome: outcomeOf(shown) },
        { first: b, second: a, outcome: outcomeOf(swapped) },
      );
      judge.judgmentClusters.push(cluster, cluster);
    }
  }

  /** The systems, in the order in which they were first seen. */
  get systems(): readonly string[] {
    return [...new Set([...this.#pairs.values()].flatMap(({ systems }) => systems))];
  }

  /** Of each pair of systems that was compared: the win rate of the first. */
  winRates(): readonly { readonly systems: readonly [string, string]; readonly rate: WinRate | UndefinedWinRate }[] {
    return [...this.#pairs.values()].map(({ systems, outcomes, clusters }) => ({
      systems,
      rate: winRate(outcomes, { clusters }),
    }));
  }

  /** Bradley–Terry over all comparisons. */
  ranking(): BradleyTerry | UndefinedBradleyTerry {
    return bradleyTerry(this.#judgments, { clusters: this.#clusters, virtualTies: this.#virtualTies });
  }

  /** What the order of the outputs did to each judge, in the order in which they are asked. */
  biases(): readonly JudgeBias[] {
    return [...this.#judges.values()].flatMap(({ judge, orders, clusters, judgments, judgmentClusters }) => {
      const bias = positionBias(orders);
      if (bias.undefined !== undefined) return [];
      const withOrder = bradleyTerryWithOrder(judgments, { clusters: judgmentClusters });
      const firstPosition = withOrder.undefined === undefined ? withOrder.firstPosition.estimate : undefined;
      return [{ judge, ...clustered(bias, orders, clusters), ...(firstPosition === undefined ? {} : { firstPosition }) }];
    });
  }
}

/** The bias of a judge; `firstPosition` are the log odds that the first place adds, where they can be told from the systems. */
export interface JudgeBias extends PositionBias {
  readonly judge: string;
  readonly firstPosition?: number;
}

interface Pair {
  readonly systems: readonly [string, string];
  readonly outcomes: number[];
  readonly clusters: string[];
}

interface Judge {
  readonly judge: string;
  readonly orders: BothOrders[];
  readonly clusters: string[];
  readonly judgments: Judgment[];
  readonly judgmentClusters: string[];
}

function outcomeOf(verdict: 'first' | 'second' | 'tie'): number {
  return verdict === 'first' ? 1 : verdict === 'second' ? 0 : 0.5;
}

/** Wilson's and Tango's intervals know no clusters: where a row was compared more than once, those of clustered means stand in. */
function clustered(bias: PositionBias, orders: readonly BothOrders[], clusters: readonly string[]): PositionBias {
  if (new Set(clusters).size === clusters.length) return bias;
  const same = orders.map(([shown, swapped]) =>
    Number(shown === 'tie' ? swapped === 'tie' : swapped !== 'tie' && shown !== swapped),
  );
  const direction = orders.map(([shown, swapped]) => (shown !== swapped || shown === 'tie' ? 0 : shown === 'first' ? 1 : -1));
  const consistency = meanInterval(same, { clusters, range: [0, 1] });
  const towards = meanInterval(direction, { clusters, range: [-1, 1] });
  return {
    ...bias,
    consistency: consistency.undefined === undefined ? consistency : bias.consistency,
    bias: towards.undefined === undefined ? { ...towards, p: bias.bias.p } : bias.bias,
  };
}
