import type { CallEntry } from './call-store.ts';
import type { Annotation, EvaluationRecord } from './catalog.ts';
import type { Entry } from './entry.ts';
import type { SupersededEntry } from './journal.ts';
import type { LogItem } from './run-log.ts';

/**
 * A piece of a run on its way from one store to another. An evaluation comes before everything that is of it; what is of one kind
 * comes in the order in which the store gives it.
 */
export type RunPart =
  | { readonly part: 'evaluation'; readonly record: EvaluationRecord }
  | { readonly part: 'entries'; readonly evaluation: number; readonly entries: readonly Entry[] }
  | { readonly part: 'superseded'; readonly evaluation: number; readonly superseded: readonly SupersededEntry[] }
  | { readonly part: 'annotations'; readonly annotations: readonly Annotation[] }
  | { readonly part: 'calls'; readonly calls: readonly CallEntry[] }
  | { readonly part: 'log'; readonly items: readonly LogItem[] }
  /** US dollars of calls that a process had in flight when it died: `CallStore.money`. */
  | { readonly part: 'reserved'; readonly usd: number };
