import type { Evaluator } from './evaluator.ts';
import type { Json } from './json.ts';
import type { MetricEntry } from './metric.ts';
import type { Model } from './model.ts';
import type { Classifier, EmbeddingModel, LanguageModel } from './service.ts';
import type { ManyToken, OneToken } from './tokens.ts';

/** What a plug-in registers with. Names are unique: a second registration of one is refused with a sentence that names both plug-ins. */
export interface Registry {
  /** A metric by name, as `extraMetrics: ['NAME']`, presets and `--metric` ask for it. */
  metric(name: string, make: MetricEntry['make']): void;
  /** An evaluator object, one made with `defineEvaluator`, or an injectable class that is built in the container of the run. */
  evaluator(evaluator: EvaluatorSource): void;
  /** A URI scheme: `openai` in `openai:/gpt-5`. */
  adapter(scheme: string, make: ModelAdapter['make']): void;
  /** Adds to a token that holds many. */
  add<T>(token: ManyToken<T>, value: T): void;
  /** Sets a service that there is one of. The last registration wins, so that a user's plug-in can replace core's own. */
  provide<T>(token: OneToken<T>, value: T): void;
}

export type EvaluatorClass = new (...dependencies: never[]) => Evaluator;

/** An evaluator with dependencies that are named by token and handed to it by the container of the run. */
export interface EvaluatorDefinition {
  readonly name: string;
  /** Known before it is built, so that one that does not apply may miss its services. Absent: ask the built one. */
  supports?(modelType: string | undefined): boolean;
  build(resolve: <T>(token: OneToken<T>) => T): Evaluator;
}

export type EvaluatorSource = Evaluator | EvaluatorDefinition | EvaluatorClass;

/** Makes models and services of a URI scheme. What it cannot be is left out. */
export interface ModelAdapter {
  readonly scheme: string;
  make(uri: string, options: Readonly<Record<string, Json>>): AdaptedModel;
}

export interface AdaptedModel {
  readonly model?: Model;
  readonly languageModel?: LanguageModel;
  readonly embeddingModel?: EmbeddingModel;
  readonly classifier?: Classifier;
}
