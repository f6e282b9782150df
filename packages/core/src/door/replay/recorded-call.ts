import type { Answer, Json } from '../../contracts/index.ts';
import { callKey } from '../call-key.ts';

/** A call before it is sent: who is asked, what, and which of several answers to it is wanted. */
export interface AskedCall {
  /** {@link Service.id}: for people, and for the order of the file. */
  readonly service: string;
  readonly identity: Json;
  readonly request: Json;
  readonly trial: number;
  readonly repeat: number;
}

/** A call with its answer. */
export interface RecordedCall extends AskedCall {
  readonly answer: Answer<Json>;
  readonly latencyMs: number;
}

/** The key of the call log and the cache as well (architecture §4). */
export function keyOf({ identity, request, trial, repeat }: AskedCall): string {
  return callKey({ identity }, request, trial, repeat);
}
