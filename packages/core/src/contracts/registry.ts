import type { Evaluator } from './evaluator.ts';
import type { Json } from './json.ts';
import type { MetricEntry } from './metric.ts';
import type { Model } from './model.ts';
import type { Classifier, EmbeddingModel, LanguageModel, ServiceKind } from './service.ts';
import type { ManyToken, OneToken } from './tokens.ts';

/** What a plug-in registers with. Names are unique: a second registration of one is refused with a sentence that names both plug-ins. */
export interface Registry {
  /**
   * The newest contract that this core speaks, `'1.1'`: for a plug-in that uses something newer where there is it, and does without it
   * elsewhere. Since contract 1.1; absent in a core that speaks 1.0.
   */
  readonly contract?: string;
  /** A metric by name, as `extraMetrics: ['NAME']`, presets and `--metric` ask for it. */
  metric(name: string, make: MetricEntry['make']): void;
  /** An evaluator object, one made with `defineEvaluator`, or an injectable class that is built in the container of the run. */
  evaluator(evaluator: EvaluatorSource): void;
  /** A URI scheme: `openai` in `openai:/gpt-5`. */
  adapter(scheme: string, make: ModelAdapter['make'], about?: AdapterAbout): void;
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
  /** As `after` of the built one; known before, for the same reason. */
  readonly after?: readonly string[];
  build(resolve: <T>(token: OneToken<T>) => T): Evaluator;
}

export type EvaluatorSource = Evaluator | EvaluatorDefinition | EvaluatorClass;

/** What is known of a URI scheme without asking for one of its models; for `touchstone adapters`. */
export interface AdapterAbout {
  /** How its URIs look: `openai:/MODEL`. */
  readonly form: string;
  /** One line. */
  readonly description: string;
  /** What its URIs can stand for, for the roles of metrics. Absent: a model of rows only, as an HTTP application is. */
  readonly kinds?: readonly ServiceKind[];
  /** Every environment variable that it reads, the needed ones first. */
  readonly variables: readonly AdapterVariable[];
  /** Options of `--model-option`: name → meaning. */
  readonly options: Readonly<Record<string, string>>;
}

/**
 * An environment variable that an adapter reads, as data: people are told whether it is set, and never its value.
 *
 * @example { name: 'HF_TOKEN', also: ['HUGGING_FACE_HUB_TOKEN'], needed: true, credential: true, meaning: 'the token' }
 */
export interface AdapterVariable {
  readonly name: string;
  /** Read, in this order, where `name` is not set: the names that `variable(name, ...also)` is given. */
  readonly also?: readonly string[];
  /** Whether a usual URI does not work without it. */
  readonly needed: boolean;
  /** A key or a token, not a setting: `doctor` says of these whether they are set. */
  readonly credential?: true;
  /** What it says, a few words: `another server`. */
  readonly meaning: string;
}

/** Makes models and services of a URI scheme. What it cannot be is left out. */
export interface ModelAdapter {
  readonly scheme: string;
  readonly about?: AdapterAbout;
  /**
   * @param uri as the user wrote it
   * @param options of `--model-option`, camelCase: `{ baseUrl: '…' }`. Those that are no option of the adapter are parameters of requests
   * @throws TouchstoneError `malformed-uri`, `unknown-option`: before anything is sent. A key that is missing is the service's to say,
   *   when it is asked whether it is `ready`
   */
  make(uri: string, options: Readonly<Record<string, Json>>): AdaptedModel;
}

/** What a URI stands for. A language model can be evaluated as a model as well: core sends it the row's `inputs`. */
export interface AdaptedModel {
  readonly model?: Model;
  readonly languageModel?: LanguageModel;
  readonly embeddingModel?: EmbeddingModel;
  readonly classifier?: Classifier;
}
