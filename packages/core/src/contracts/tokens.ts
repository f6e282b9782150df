import type { Clock } from './clock.ts';
import type { DatasetLoader } from './dataset.ts';
import type { Engine } from './executor.ts';
import type { Governor } from './governor.ts';
import type { DefaultJudge } from './judge.ts';
import type { Logger } from './logger.ts';
import type { MetricEntry } from './metric.ts';
import type { ModelType } from './model-type.ts';
import type { Prices } from './prices.ts';
import type { EvaluatorSource, ModelAdapter } from './registry.ts';
import type { RunStore } from './run-store.ts';
import type { LanguageModel } from './service.ts';
import type { Tracker } from './tracker.ts';

/** A token that holds one service. `inject(TOKEN)` and `inject: { name: TOKEN }` resolve it in the container of the run. */
export type OneToken<T> = symbol & { readonly '~one'?: T };
/** A token that holds many. */
export type ManyToken<T> = symbol & { readonly '~many'?: T };

// Symbol.for: two copies of core in one tree agree on them.
const one = <T>(name: string): OneToken<T> => Symbol.for(`touchstone.${name}`);
const many = <T>(name: string): ManyToken<T> => Symbol.for(`touchstone.${name}`);

export const METRICS = many<MetricEntry>('metrics');
export const EVALUATORS = many<EvaluatorSource>('evaluators');
export const MODEL_ADAPTERS = many<ModelAdapter>('model-adapters');
export const MODEL_TYPES = many<ModelType>('model-types');
export const DATASET_LOADERS = many<DatasetLoader>('dataset-loaders');
export const TRACKERS = many<Tracker>('trackers');

export const ENGINE = one<Engine>('engine');
export const RUN_STORE = one<RunStore>('run-store');
export const RATE_GOVERNOR = one<Governor>('rate-governor');
export const PRICES = one<Prices>('prices');
export const CLOCK = one<Clock>('clock');
export const LOGGER = one<Logger>('logger');
/** The default judge of judge metrics, ready to be asked. There is none until one is set: here, with `DEFAULT_JUDGE`, or by an evaluation. */
export const JUDGE = one<LanguageModel>('judge');
/** The same as somebody names it, for a plug-in with a `judge` option: the URI is resolved by the adapters of all plug-ins. */
export const DEFAULT_JUDGE = one<DefaultJudge>('default-judge');
