import type { FakeAnswers } from './answers.ts';
import type { CallLog } from './call-log.ts';
import type { FaultRule } from './faults.ts';
import type { HiddenLimits } from './hidden-limits.ts';
import type { Latency } from './latency.ts';
import type { ModelTraits } from './model-traits.ts';

/** All that a running provider knows. `reset()` empties what was learned of requests; what was set stays. */
export interface ProviderState {
  readonly seed: number;
  readonly answers: FakeAnswers;
  readonly credentials: 'any' | 'optional' | readonly string[];
  readonly models: Readonly<Record<string, ModelTraits>> | undefined;
  readonly latency: Latency;
  readonly tokenMs: number;
  faults: readonly FaultRule[];
  readonly limits: HiddenLimits;
  readonly log: CallLog;
  /** How many times each request has come, by the key of its random numbers. */
  readonly attempts: Map<number, number>;
  /** Responses that can be continued, by id (`previous_response_id`): the texts so far. */
  readonly responses: Map<string, string>;
  /** Prefixes that are in the prompt cache. */
  readonly cachedPrefixes: Set<string>;
}
