import type { DatasetLoader, EvaluatorSource, MetricEntry, ModelAdapter, Plugin, Registry, Tracker } from '@touchstone/core';
import { DATASET_LOADERS, TRACKERS } from '@touchstone/core';

/** What a plug-in registers, by kind and in its order. */
export interface RegisteredParts {
  readonly metrics: readonly MetricEntry[];
  readonly adapters: readonly ModelAdapter[];
  readonly evaluators: readonly EvaluatorSource[];
  readonly loaders: readonly DatasetLoader[];
  readonly trackers: readonly Tracker[];
  /** Tokens of services that it sets. */
  readonly services: readonly symbol[];
}

/** Lets the plug-in register, and looks at what it brings, without a Touchstone around it. */
export function registeredBy(plugin: Plugin): RegisteredParts {
  const metrics: MetricEntry[] = [];
  const adapters: ModelAdapter[] = [];
  const evaluators: EvaluatorSource[] = [];
  const added: { readonly token: symbol; readonly value: unknown }[] = [];
  const services: symbol[] = [];
  const registry: Registry = {
    metric: (name, make) => metrics.push({ name, make }),
    adapter: (scheme, make, about) => adapters.push({ scheme, make, ...(about === undefined ? {} : { about }) }),
    evaluator: (evaluator) => evaluators.push(evaluator),
    add: (token, value) => added.push({ token, value }),
    provide: (token) => services.push(token),
  };
  plugin.register(registry);
  // A token says what its values are.
  const ofToken = <T>(token: symbol): readonly T[] => added.filter((one) => one.token === token).map(({ value }) => value as T);
  return { metrics, adapters, evaluators, loaders: ofToken(DATASET_LOADERS), trackers: ofToken(TRACKERS), services };
}
