import {
  CONTRACT_VERSION,
  type ContractVersion,
  DATASET_LOADERS,
  type DatasetLoader,
  type EvaluatorSource,
  type Json,
  type Metric,
  MODEL_TYPES,
  type ModelType,
  type Plugin,
  type Registry,
} from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { coreUrl, coreVersion } from '../provenance.ts';
import type { AnyMetricFactory, MadeBy } from '../types/define-metric-types.ts';

export interface PluginDefinition<M extends readonly (Metric | AnyMetricFactory)[]> {
  /** The package's name. */
  readonly name: string;
  readonly version?: string;
  /**
   * The contract it was written for, `'1.1'`. A package that is published says it, because it will meet other cores than the one it was
   * tested with. Default: what was there from the beginning of this core's version of the contract.
   */
  readonly contract?: ContractVersion;
  /** Metrics (made with `metric`) and metric factories (made with `defineMetric`): each is registered under its name. */
  readonly metrics?: M;
  readonly evaluators?: readonly EvaluatorSource[];
  readonly datasetLoaders?: readonly DatasetLoader[];
  readonly modelTypes?: readonly ModelType[];
  /** Anything else: services, adapters, factories under names of their own. */
  readonly register?: (registry: Registry) => void;
}

/** Name → metric, for the check of `extraMetrics: ['NAME']` at compile time. */
export type MetricsOf<M extends readonly (Metric | AnyMetricFactory)[]> = {
  [Made in M[number] as NameOf<Made>]: Made extends AnyMetricFactory ? MadeBy<Made> : Made;
};
type NameOf<Made> = Made extends { readonly metricName: infer Name extends string }
  ? Name
  : Made extends Metric<infer Name>
    ? Name
    : never;

/**
 * A plug-in from its parts.
 *
 * @example createTouchstone({ plugins: [definePlugin({ name: 'ours', metrics: [polite, citesSource] })] })
 */
export function definePlugin<const M extends readonly (Metric | AnyMetricFactory)[] = readonly []>(
  definition: PluginDefinition<M>,
): Plugin<MetricsOf<M>> {
  return {
    name: definition.name,
    ...(definition.version === undefined ? {} : { version: definition.version }),
    contract: definition.contract ?? CONTRACT_VERSION,
    '~core': { version: coreVersion(), url: coreUrl },
    register(registry) {
      for (const metric of definition.metrics ?? []) {
        if (typeof metric === 'function') registry.metric(metric.metricName, (options, about) => madeFor(metric, options, about));
        else registry.metric(metric.name, (options) => withoutOptions(metric, options));
      }
      for (const evaluator of definition.evaluators ?? []) registry.evaluator(evaluator);
      for (const loader of definition.datasetLoaders ?? []) registry.add(DATASET_LOADERS, loader);
      for (const modelType of definition.modelTypes ?? []) registry.add(MODEL_TYPES, modelType);
      definition.register?.(registry);
    },
  };
}

/** Given options win over those that suit the language. */
function madeFor(
  factory: AnyMetricFactory,
  options: Readonly<Record<string, Json>> | undefined,
  about: { readonly language?: string } | undefined,
): Metric {
  const suiting = about?.language === undefined ? undefined : factory.forLanguage?.(about.language);
  return factory(suiting === undefined ? options : { ...suiting, ...options });
}

/** A metric that is no factory is what it is. */
function withoutOptions(metric: Metric, options: Readonly<Record<string, Json>> | undefined): Metric {
  const [option] = Object.keys(options ?? {});
  if (option === undefined) return metric;
  throw new TouchstoneError('unknown-option', `${metric.name} has no option '${option}': it takes none.`);
}
