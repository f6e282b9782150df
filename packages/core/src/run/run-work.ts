import { uniform } from '@touchstone/stats';
import type {
  AskedAnswer,
  Clock,
  EmbeddingModel,
  EmbedRequest,
  Generated,
  GenerateRequest,
  Json,
  LanguageModel,
  Logger,
  Service,
  ServiceAddress,
  Usage,
  Work,
} from '../contracts/index.ts';
import { CallNotSent } from '../door/call-not-sent.ts';
import type { RunDoor } from '../door/door.ts';
import { meteredFetch } from '../door/metered-fetch.ts';

/** What all pieces of work of one evaluation have in common. */
export interface WorkSetting {
  readonly seed: number;
  readonly log: Logger;
  readonly door: RunDoor;
  /** Services by URI, for models that ask for them while they run. */
  readonly service: (ref: ServiceAddress) => Service;
  readonly clock: Clock;
  /** Whether what has failed is tried again. */
  readonly retrying?: boolean;
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
  #asking = 0;
  #fetch: typeof globalThis.fetch | undefined;
  /** What its calls have used, where they said so; and their keys. */
  usage: Usage | undefined;
  calls: string[] | undefined;
  /** Calls that were not sent, because the run is stopping: what comes of this work says nothing of the row. */
  unsent = false;
  /** Milliseconds that its calls spent waiting for limits and between attempts. */
  waitedMs = 0;

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

  get retrying(): boolean {
    return this.#setting.retrying === true;
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
    return this.#through(service, request, tag?.repeat ?? 0);
  }

  get fetch(): typeof globalThis.fetch {
    const { door } = this.#setting;
    this.#fetch ??= meteredFetch((service, request, repeat) => this.#through(service, request, repeat), this, door);
    return this.#fetch;
  }

  async generate(uri: string, request: GenerateRequest): Promise<AskedAnswer<Generated>> {
    // What kind of service a URI stands for was checked when it was made.
    return this.ask(this.#setting.service(uri) as unknown as LanguageModel, request);
  }

  async embed(
    uri: string,
    texts: readonly string[],
    parameters?: EmbedRequest['parameters'],
  ): Promise<readonly (readonly number[])[]> {
    const service = this.#setting.service({ uri, kind: 'embedding' }) as unknown as EmbeddingModel;
    const answer = await this.ask(service, { texts, ...(parameters === undefined ? {} : { parameters }) });
    return answer.value.vectors;
  }

  /** Whether a call of it is under way: those have time limits of their own. */
  get asking(): boolean {
    return this.#asking > 0;
  }

  async #through<Q extends Json, A extends Json>(service: Service<Q, A>, request: Q, repeat: number): Promise<AskedAnswer<A>> {
    const { door, clock } = this.#setting;
    const started = clock.monotonic();
    this.#asking++;
    try {
      const { trial, rowKey, signal } = this;
      const answer = await door.ask(service, request, { trial, repeat, signal, rowKey, purpose: this.#purpose });
      // An answer from the log keeps its own time, whenever it was.
      this.waitedMs += clock.monotonic() - started - answer.latencyMs;
      this.calls = [...(this.calls ?? []), answer.callId];
      this.usage = addUsage(this.usage, answer.usage);
      return answer;
    } catch (error) {
      if (error instanceof CallNotSent) this.unsent = true;
      throw error;
    } finally {
      this.#asking--;
    }
  }

  /** Aborts the signal, also one that is asked for later. */
  cancel(reason: unknown): void {
    this.#cancelled = reason;
    this.#controller?.abort(reason);
  }
}

function addUsage(sum: Usage | undefined, one: Usage | undefined): Usage | undefined {
  if (sum === undefined || one === undefined) return sum ?? one;
  const keys = ['inputTokens', 'outputTokens', 'cachedTokens', 'reasoningTokens', 'usd'] as const;
  return Object.fromEntries(
    keys.flatMap((key) => (sum[key] === undefined && one[key] === undefined ? [] : [[key, (sum[key] ?? 0) + (one[key] ?? 0)]])),
  );
}

/** FNV-1a over the UTF-16 units, above the streams of the statistics. */
function streamOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return FIRST_STREAM + (hash % (2 ** 32 - FIRST_STREAM));
}
