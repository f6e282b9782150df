import type { CommonMetricOptions, RowMetric } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { resolveAggregations } from './aggregations.ts';

const OPTIONS: readonly string[] = ['name', 'columns', 'when', 'aggregations'];

/**
 * Seconds that the model took for the row: the successful attempt's own time, without waiting and retries.
 * Static data has no model: 0 for each row, with a warning, as in MLflow. Keys `latency/mean`, `/variance`, `/p90`; table column `latency`.
 *
 * @example extraMetrics: [latency()]
 */
export function latency<const Name extends string = 'latency'>(options: CommonMetricOptions<Name> = {}): RowMetric<Name, object> {
  const unknown = Object.keys(options).find((option) => !OPTIONS.includes(option));
  if (unknown !== undefined) {
    const hint = suggestion(unknown, OPTIONS, { list: 'It has' });
    throw new TouchstoneError('unknown-option', `latency has no option '${unknown}'.${hint}`);
  }
  return {
    form: 'row',
    name: options.name ?? ('latency' as Name),
    description: "Seconds that the model took for the row's answer",
    about: {
      formula:
        "the successful attempt's own time: waiting for a slot and earlier attempts do not count, a cached answer keeps its time",
      source: 'the clock of this machine; keys and column as in MLflow',
      caution:
        "measures the network and the provider's load with the model, so compare runs of the same hour; 0 for outputs that existed already",
    },
    greaterIsBetter: false,
    needs: [],
    columns: options.columns ?? {},
    dependsOn: [],
    models: {},
    signature: 'latency',
    scoreColumn: options.name ?? 'latency',
    cost: 'cpu',
    batch: Number.MAX_SAFE_INTEGER,
    ...(options.when === undefined ? {} : { when: options.when }),
    ...(options.aggregations === undefined ? {} : { aggregations: resolveAggregations(options.aggregations) }),
    spec: { module: '@touchstone/core', export: 'latency', options: options.name === undefined ? null : { name: options.name } },
    scoreItems: (items) => items.map((item) => ({ status: 'scored', value: item.prediction.latencyMs / 1000 })),
  };
}
