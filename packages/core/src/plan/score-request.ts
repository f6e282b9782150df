import type { Json } from '../contracts/index.ts';
import type { EvaluateRequest } from './evaluate-request.ts';

/** What `score` was given, as it is at run time: everything is checked before it is believed. */
export interface ScoreRequest
  extends Pick<
    EvaluateRequest,
    'extraMetrics' | 'judge' | 'judgeOptions' | 'columns' | 'language' | 'limits' | 'signal' | 'onProgress'
  > {
  /** Metrics that the run has, as they are to be now: their scores are made again. The earlier ones are kept, and say of which signature they are. */
  readonly rescore?: readonly unknown[];
  /** Which evaluation of the run, from 1. Needed where the run has several. */
  readonly evaluation?: number;
  /** How the run is asked for with these metrics, as plain data; see `RunOptions.origin`. */
  readonly origin?: Json;
}
