import { uniform } from '@touchstone/stats';
import type { AskedAnswer, Json, Logger, Service, Work } from '../contracts/index.ts';
import type { CallLog } from './call-log.ts';

/** What all pieces of work of one evaluation have in common. */
export interface WorkSetting {
  readonly seed: number;
  readonly log: Logger;
  readonly calls: CallLog;
}

/** Philox streams below this one belong to the statistics (statistics.md §2). */
const FIRST_STREAM = 16;

/** A class, because several are made per row: its members are created when they are first asked for. */
export class RunWork implements Work {
  readonly ordinal: number;
  readonly rowKey: string;
  readonly trial: number;
  readonly #setting: WorkSetting;
  readonly #purpose: string;
  #controller: AbortController | undefined;
  #cancelled: unknown;
  #stream: number | undefined;
  #drawn = 0;

  /** @param purpose who works: the model, or a metric by name. Each has numbers and a signal of its own, so none depends on what the others do. */
  constructor(setting: WorkSetting, ordinal: number, rowKey: string, trial: number, purpose: string) {
    this.#setting = setting;
    this.ordinal = ordinal;
    this.#purpose = purpose;
    this.rowKey = rowKey;
    this.trial = trial;
  }

  /** The same piece of work of the row for somebody else. */
  of(purpose: string): RunWork {
    return new RunWork(this.#setting, this.ordinal, this.rowKey, this.trial, purpose);
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
    this.#stream ??= streamOf(`${this.trial} ${this.#purpose}`);
    return uniform(this.#setting.seed, this.#stream, this.ordinal, this.#drawn++);
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

/** FNV-1a over the UTF-16 units, above the streams of the statistics. */
function streamOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return FIRST_STREAM + (hash % (2 ** 32 - FIRST_STREAM));
}
