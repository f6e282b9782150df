import type { Item, Metric, Row, ScoreContext, Work } from '@touchstone/core';

const noWork: Work = {
  rowKey: '',
  trial: 0,
  signal: new AbortController().signal,
  log: { info: () => undefined, warn: () => undefined },
  random: () => 0,
  ask: nobody,
  fetch: nobody,
  generate: nobody,
  embed: nobody,
};
function nobody(): Promise<never> {
  return Promise.reject(new Error('These metrics ask nobody.'));
}

const noModels: ScoreContext = {
  model: () => {
    throw new Error('These metrics have no models.');
  },
};

/** As the engine scores a row: one item, on which the metrics share what they know of its texts. */
export function scoreRow(metrics: readonly Metric[], columns: Row): void {
  const item: Item = { columns, scores: {}, prediction: { latencyMs: 0 }, work: noWork };
  for (const metric of metrics) {
    if (metric.form === 'row') metric.scoreItems([item], noModels);
    else if (metric.form === 'statistic') metric.statistics(item);
  }
}
