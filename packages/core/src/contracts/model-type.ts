/** A kind of model, as data: what is measured of it unless the caller says otherwise. */
export interface ModelType {
  readonly name: string;
  /** What the evaluator `default` brings. */
  readonly metrics: readonly PresetMetric[];
  /**
   * The evaluator that stands in for `default` where it is registered, and gets its config: MLflow's `classifier` and `regressor`.
   * Where it is missing, that is said as of a missing metric.
   */
  readonly evaluator?: PackagedName;
}

/** A name, and the package to install when nobody registered it. */
export interface PackagedName {
  readonly name: string;
  readonly package: string;
}

export interface PresetMetric extends PackagedName {
  /** Options of the metric → keys of `evaluatorConfig` that set them: `{ k: 'retrieverK' }`. */
  readonly configured?: Readonly<Record<string, string>>;
}
