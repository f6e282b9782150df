import { Worker } from 'node:worker_threads';
import type { Logger } from '../contracts/index.ts';
import type { FromThread, MetricScores, RowsMessage, ThreadMetric } from './thread-messages.ts';
import { newPosition, readPosition, type ThreadPosition } from './thread-position.ts';

export interface ThreadOptions {
  readonly metrics: readonly ThreadMetric[];
  readonly timeoutMs: number;
  readonly seed: number;
  /** Indices of the metrics that it could make. */
  readonly onReady: (metrics: readonly number[]) => void;
  readonly onScores: (id: number, metrics: readonly MetricScores[]) => void;
  readonly log: Logger;
  /** Told once, unless it was ended on purpose. */
  readonly onDeath: (death: ThreadDeath) => void;
}

export interface ThreadDeath {
  /** `timeout`: it made no progress for as long as a call may take, and was ended. */
  readonly code: 'timeout' | 'thread-died';
  /** Ends a sentence: `the thread that computed it ran out of memory`. */
  readonly why: string;
  readonly position: ThreadPosition;
}

/** Heap of a thread, in MB: dictionaries and vocabularies take some 200, and the rows in work little. */
const HEAP_MB = 512;
/** Of that, for what has just been made. Small, because scoring leaves little that lives, and threads add up. */
const YOUNG_MB = 6;
/** A call that a timeout inside the thread can end is left to it. */
const GRACE_MS = 1000;

/** One worker thread, and a watch on it. */
export class ScoreThread {
  readonly #worker: Worker;
  readonly #options: ThreadOptions;
  readonly #memory = newPosition();
  #ended = false;
  #watch: NodeJS.Timeout | undefined;
  #seenCalls = -1;
  #seenAt = 0;
  #busy = 0;

  constructor(options: ThreadOptions) {
    this.#options = options;
    const { metrics, timeoutMs, seed } = options;
    this.#worker = new Worker(workerFile(), {
      workerData: { metrics, timeoutMs, seed, position: this.#memory },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_MB },
      // What a metric prints must not get into a result that is written to stdout.
      stdout: true,
      ...(isFromStandardInput() ? { execArgv: [] } : {}),
      name: 'touchstone metrics',
    });
    this.#worker.stdout.pipe(process.stderr, { end: false });
    let trouble: unknown;
    this.#worker.on('message', (message: FromThread) => this.#receive(message));
    this.#worker.on('error', (error: unknown) => {
      trouble = error;
    });
    this.#worker.on('exit', (code) => this.#die({ code: 'thread-died', why: causeOf(trouble, code) }));
  }

  send(message: RowsMessage): void {
    this.#busy++;
    this.#worker.postMessage(message);
    if (this.#busy === 1) this.#startWatch();
  }

  async end(): Promise<void> {
    this.#ended = true;
    this.#stopWatch();
    await this.#worker.terminate();
  }

  #receive(message: FromThread): void {
    if (this.#ended) return;
    if (message.type === 'log') this.#options.log[message.level](message.message, message.data);
    else if (message.type === 'ready') this.#options.onReady(message.metrics);
    else {
      if (--this.#busy === 0) this.#stopWatch();
      this.#options.onScores(message.id, message.metrics);
    }
  }

  #die(cause: Omit<ThreadDeath, 'position'>): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopWatch();
    this.#options.onDeath({ ...cause, position: readPosition(this.#memory) });
    void this.#worker.terminate();
  }

  #startWatch(): void {
    this.#seenAt = performance.now();
    this.#seenCalls = readPosition(this.#memory).calls;
    const { timeoutMs } = this.#options;
    const look = (): void => {
      const { calls } = readPosition(this.#memory);
      const now = performance.now();
      if (calls !== this.#seenCalls) {
        this.#seenCalls = calls;
        this.#seenAt = now;
      } else if (now - this.#seenAt > timeoutMs + GRACE_MS) {
        this.#die({ code: 'timeout', why: `no answer within ${timeoutMs / 1000} s` });
      }
    };
    this.#watch = setInterval(look, Math.min(Math.max(timeoutMs / 4, 50), 1000));
  }

  #stopWatch(): void {
    clearInterval(this.#watch);
  }
}

/** A program given as text (`node --input-type=module`, `--eval`) hands that flag on to its threads, which then refuse to read a file. */
function isFromStandardInput(): boolean {
  return process.execArgv.some((flag) => flag.startsWith('--input-type'));
}

/** `threads/` of the sources and of `dist`, and the one folder of what npm gets, hold it beside this module. */
function workerFile(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './score-worker.ts' : './score-worker.js', import.meta.url);
}

function causeOf(trouble: unknown, exitCode: number): string {
  const end = 'the thread that computed it';
  if (trouble instanceof Error && 'code' in trouble && trouble.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return `${end} ran out of memory (${HEAP_MB} MB)`;
  if (trouble !== undefined) return `${end} ended: ${trouble instanceof Error ? trouble.message : String(trouble)}`;
  return `${end} was ended with code ${exitCode}`;
}
