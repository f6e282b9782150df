import { uniform } from '@touchstone/stats';
import type { AskedAnswer, Json, Logger, Service, Work } from '../contracts/index.ts';
import type { CallLog } from './call-log.ts';

/** What all pieces of work of one evaluation have in common. */
export interface WorkSetting {
  readonly seed: number;
  readonly trials: number;
  readonly log: Logger;
  readonly calls: CallLog;
}

/** Philox stream of `work.random()`; statistics.md §2 keeps those below 16. */
const STREAM = 16;

/** A class, because one is made per row: its members are created when they are first asked for. */
export class RunWork implements Work {
  readonly rowKey: string;
  readonly trial: number;
  readonly #setting: WorkSetting;
  readonly #ordinal: number;
  #controller: AbortController | undefined;
  #cancelled: unknown;
  #drawn = 0;

  constructor(setting: WorkSetting, ordinal: number, rowKey: string, trial: number) {
    this.#setting = setting;
    this.#ordinal = ordinal;
    this.rowKey = rowKey;
    this.trial = trial;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#cancelled !== undefined) this.#controller.abort(this.#cancelled);
    }
    return this.#controller.signal;
  }

  get log(): Logger {
    return this.#setting.log;
  }

  random(): number {
    const { seed, trials } = this.#setting;
    return uniform(seed, STREAM, this.#ordinal * trials + this.trial, this.#drawn++);
  }

  ask<Q extends Json, A extends Json>(
    service: Service<Q, A>,
    request: Q,
    tag?: { readonly repeat?: number },
  ): Promise<AskedAnswer<A>> {
    return this.#setting.calls.ask(service, request, { trial: this.trial, repeat: tag?.repeat ?? 0, signal: this.signal });
  }

  /** Aborts the signal, also one that is asked for later. */
  cancel(reason: unknown): void {
    this.#cancelled = reason;
    this.#controller?.abort(reason);
  }
}
