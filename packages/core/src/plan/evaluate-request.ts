import type { Json, LanguageModel, PlannedAccount, RunStore } from '../contracts/index.ts';

/** What `evaluate` was given, as it is at run time: everything is checked before it is believed. The typed face is `EvaluateOptions`. */
export interface EvaluateRequest {
  readonly data?: unknown;
  readonly model?: unknown;
  readonly modelOptions?: Readonly<Record<string, Json>>;
  readonly judge?: string | LanguageModel;
  readonly judgeOptions?: Readonly<Record<string, Json>>;
  readonly inputs?: string | readonly string[];
  readonly columns?: Readonly<Record<string, string>>;
  readonly targets?: string | readonly unknown[];
  readonly predictions?: string;
  readonly modelType?: string;
  readonly extraMetrics?: readonly unknown[];
  readonly evaluators?: unknown;
  readonly evaluatorConfig?: Readonly<Record<string, unknown>>;
  readonly featureNames?: readonly string[];
  readonly language?: string;
  readonly id?: string;
  readonly cluster?: string;
  readonly trials?: number;
  readonly limit?: number;
  readonly sample?: number;
  readonly seed?: number;
  readonly limits?: {
    readonly concurrency?: number;
    readonly timeout?: number;
    readonly errorBudget?: number;
    readonly threads?: number;
    readonly maxCost?: { readonly usd: number };
    readonly attempts?: number;
    readonly accounts?: Readonly<Record<string, PlannedAccount>>;
  };
  readonly cassette?: CassetteOption;
  readonly cache?: CacheOption;
  readonly store?: RunStore;
  readonly run?: RunOptions;
  readonly resume?: false | 'auto' | ResumeOptions;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Continues a run as `'auto'` does, and does this besides. */
export interface ResumeOptions {
  /** What has failed is tried again: failed predictions with all scores of their row, and failed scores. Also of a finished run. */
  readonly retryFailed?: boolean;
  /** Goes on with data that has changed: rows that are other ones now, or gone, leave the record and are kept as superseded. Also of a finished run. */
  readonly acceptChangedData?: boolean;
}

/** A file of recorded calls, and what is done with it. A path alone: mode `auto`. */
export type CassetteOption =
  | string
  | {
      /** JSON Lines, one call a line. */
      readonly file: string;
      /**
       * `auto` (the default): what is recorded is replayed, what is not is asked for and recorded.
       * `record`: everything is asked for anew, and replaces what the file had.
       * `replay`: nothing is sent, and no key is needed; a call that was never recorded leaves the run incomplete, and says how it differs.
       */
      readonly mode?: 'auto' | 'record' | 'replay';
    };

/**
 * How the store's cache of answers is used. `false`: not at all. `'refresh'`: everything is asked for anew, and replaces what was kept.
 * `maxAge`: what is older, in seconds, is asked for anew.
 */
export type CacheOption = boolean | 'refresh' | { readonly maxAge?: number };

/** How a run is filed, and by which key it is found again. */
export interface RunOptions {
  /** Default: `Default`. */
  readonly experiment?: string;
  /** Default: the data's name and the beginning of the run's id. */
  readonly name?: string;
  /** Your own name for this piece of work: with `resume: 'auto'`, the unfinished run of the same key is continued. */
  readonly key?: string;
  /** The id of a stored run to continue, with `resume: 'auto'`. */
  readonly id?: string;
  /** Yours stand before those that a durable store's runs get by themselves: `git`, `git.branch` and `git.dirty`. */
  readonly tags?: Readonly<Record<string, string>>;
  /** What you varied. Yours stand before those that the plan gives: model, parameters, hash of the prompt, data. */
  readonly params?: Readonly<Record<string, string>>;
  /** The id of the run that this one is a part of, as the cells of a sweep are. */
  readonly parent?: string;
  /** How the run was asked for, as plain data: kept with it, so that a program can ask again from the store alone. The command line does. */
  readonly origin?: Json;
}

/** How far an evaluation is. Rows count once per trial, when they are durable. */
export interface Progress {
  /** The run's id. */
  readonly run: string;
  readonly done: number;
  /** Of these, the rows that an earlier part of the run had done. */
  readonly earlier: number;
  /** Absent while the size of the data is unknown. */
  readonly total?: number;
  readonly failed: number;
  /** Of this part of the run. */
  readonly elapsedMs: number;
}
