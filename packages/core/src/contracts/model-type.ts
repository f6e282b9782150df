/** A kind of model with its preset metrics, as data: names, the pack that brings each, and the columns without which it is skipped. */
export interface ModelType {
  readonly name: string;
  readonly metrics: readonly PresetMetric[];
}

export interface PresetMetric {
  readonly name: string;
  /** The package to install when nobody registered the name. */
  readonly package: string;
}
