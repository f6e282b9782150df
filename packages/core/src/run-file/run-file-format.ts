import type { EvaluationRecord, RunRecord } from '../contracts/index.ts';

/** What `format` and `version` of a manifest say. A change that earlier versions would read wrongly makes it a new version. */
export const FORMAT = 'touchstone-run';
export const VERSION = 1;

/** The last entry of the zip: the run, and what the other entries hold. */
export const MANIFEST = 'manifest.json';
export const CALLS = 'calls.jsonl';
/** What the run has logged besides. */
export const LOG = 'log.jsonl';

export const KINDS = ['rows', 'scores', 'superseded', 'annotations'] as const;
export type Kind = (typeof KINDS)[number];

/** The entry of an evaluation that holds its rows, say: `1-rows.jsonl`. */
export function entryName(evaluation: number, kind: Kind): string {
  return `${evaluation}-${kind}.jsonl`;
}

/** The names of all entries of these evaluations but the manifest, in their order. */
export function entryNames(evaluations: readonly Pick<EvaluationRecord, 'index'>[]): readonly string[] {
  return [...evaluations.flatMap(({ index }) => KINDS.map((kind) => entryName(index, kind))), CALLS, LOG];
}

/** Bytes that a manifest may have at most: plans and results, never rows. */
export const LARGEST_MANIFEST = 256 * 1024 * 1024;
/** Bytes that a line may have at most, about half of what a string of JavaScript can hold. */
export const LONGEST_LINE = 256 * 1024 * 1024;

export interface Manifest {
  readonly format: typeof FORMAT;
  readonly version: number;
  readonly run: RunRecord;
  readonly evaluations: readonly EvaluationRecord[];
  /** US dollars of calls in flight when a process died. */
  readonly reserved: number;
  readonly entries: readonly ManifestEntry[];
}

export interface ManifestEntry {
  readonly name: string;
  readonly lines: number;
  readonly bytes: number;
  /** Of the content, hexadecimal. */
  readonly sha256: string;
}
