/** Stages that MLflow knows. */
export type ModelStage = 'Staging' | 'Production' | 'Archived';

/** A version of a registered model: `models:/<name>/<version>`. */
export interface ModelVersion {
  readonly name: string;
  /** From 1, and never given twice. */
  readonly version: number;
  /** The id of the run that has logged it. The run need not be there any more, and the model then is not either. */
  readonly run: string;
  /** The name under which that run has logged it. */
  readonly model: string;
  readonly stage?: ModelStage;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface RegisteredModel {
  readonly name: string;
  /** By number. */
  readonly versions: readonly ModelVersion[];
  /** Alias → version. */
  readonly aliases: Readonly<Record<string, number>>;
}
