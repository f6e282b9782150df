import type { Json } from './json.ts';

/** A number that a run says of itself, besides the metrics of its evaluations. */
export interface LoggedMetric {
  readonly name: string;
  /** Finite. */
  readonly value: number;
  /** When in the course of the run, from 0, where that is no time: an epoch, a version of a prompt. */
  readonly step: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A model that a run has logged: `runs:/<id of the run>/<name>`. */
export interface LoggedModel {
  readonly name: string;
  /** A `ModelSpec`, perhaps of a newer version. */
  readonly spec: Json;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A file that a run has logged. */
export interface LoggedArtifact {
  /** A relative path, such as `plots/errors.svg`. */
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What a run has logged, each in the order in which it was. */
export interface RunLog {
  /** Every value of every step. */
  readonly metrics: readonly LoggedMetric[];
  readonly models: readonly LoggedModel[];
  readonly artifacts: readonly LoggedArtifact[];
}

/** A piece of a run's log on its way from one store to another; in the order in which a store gives them. */
export type LogItem =
  | { readonly kind: 'metric'; readonly metric: LoggedMetric }
  | { readonly kind: 'model'; readonly model: LoggedModel }
  | { readonly kind: 'artifact'; readonly name: string; readonly at: number; readonly content: Uint8Array };
