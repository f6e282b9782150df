import type { CommonMetricOptions, EvaluatorDefinition, EvaluatorOutcome, Row, ScoredTable } from '@touchstone/core';
import { Comparisons } from './comparisons.ts';
import { type PreferenceOptions, preference } from './preference.ts';
import { detailsOf } from './preference-details.ts';

/**
 * Compares systems by a judge: brings {@link preference} with its options, and concludes three tables from it, `pairwise_win_rates`,
 * `pairwise_ranking` (Bradley–Terry) and `pairwise_position_bias`. It stands in for the default evaluator where `modelType` is `'pairwise'`.
 *
 * @example await touchstone.evaluate({ data: touchstone.pairs('mini', 'big', 'huge'), modelType: 'pairwise', judge: 'openai:/gpt-5' });
 */
export function pairwise(options: PreferenceOptions & CommonMetricOptions = {}): EvaluatorDefinition {
  const supports = (modelType: string | undefined): boolean => modelType === 'pairwise';
  return {
    name: 'pairwise',
    supports,
    build: () => {
      const metric = preference(options);
      return {
        name: 'pairwise',
        supports,
        metrics: () => [metric],
        finish: (scored) => conclude(scored, metric.name, options.virtualTies ?? 0),
      };
    },
  };
}

async function conclude(scored: ScoredTable, metric: string, virtualTies: number): Promise<EvaluatorOutcome> {
  const comparisons = new Comparisons(virtualTies);
  let any = false;
  for await (const { key, columns, scores } of scored.rows()) {
    const score = scores[metric];
    if (score?.status !== 'scored') continue;
    comparisons.add(detailsOf(score), typeof columns.row_key === 'string' ? columns.row_key : key);
    any = true;
  }
  if (!any) return {};
  return {
    tables: {
      pairwise_win_rates: winRateRows(comparisons),
      pairwise_ranking: rankingRows(comparisons),
      pairwise_position_bias: biasRows(comparisons),
    },
  };
}

function winRateRows(comparisons: Comparisons): readonly Row[] {
  return comparisons.winRates().map(({ systems: [system_a, system_b], rate }) => ({
    system_a,
    system_b,
    rows: rate.n,
    wins: rate.wins,
    ties: rate.ties,
    losses: rate.losses,
    win_rate: rate.estimate ?? null,
    low: rate.undefined === undefined ? rate.low : null,
    high: rate.undefined === undefined ? rate.high : null,
    method: rate.undefined === undefined ? rate.method : rate.undefined,
    sign_test_p: rate.signTestP ?? null,
  }));
}

/** Best first. Systems that cannot be ranked have no table: the warning of the metric says why. */
function rankingRows(comparisons: Comparisons): readonly Row[] {
  const ranking = comparisons.ranking();
  if (ranking.undefined !== undefined) return [];
  return ranking.abilities
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item, rank, bestRank, worstRank, estimate, low, high }) => ({
      rank,
      best_rank: bestRank,
      worst_rank: worstRank,
      system: item,
      ability: estimate,
      low: typeof low === 'number' ? low : null,
      high: typeof high === 'number' ? high : null,
    }));
}

function biasRows(comparisons: Comparisons): readonly Row[] {
  return comparisons
    .biases()
    .map(({ judge, n, consistent, consistency, bothFirst, bothSecond, bias, firstShare, firstPosition }) => ({
      judge,
      rows: n,
      consistent,
      consistency: consistency.estimate,
      consistency_low: consistency.low,
      consistency_high: consistency.high,
      both_first: bothFirst,
      both_second: bothSecond,
      bias: bias.estimate,
      bias_low: bias.low,
      bias_high: bias.high,
      p: bias.p,
      first_share: typeof firstShare === 'number' ? firstShare : null,
      first_position: firstPosition ?? null,
    }));
}
