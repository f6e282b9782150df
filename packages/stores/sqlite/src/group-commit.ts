import { setTimeout as sleep } from 'node:timers/promises';
import { TouchstoneError } from '@touchstone/core';
import type { Connection } from './connection.ts';
import { storeLocked, toStoreError } from './store-error.ts';

/** Who writes: a run that this process works on. After a write of it was lost, its later ones are refused with the same error. */
export interface Writer {
  failure?: unknown;
  /** Resolves when all that it asked for so far was committed or refused. */
  settled: Promise<unknown>;
}

export interface GroupCommit {
  /**
   * Runs `write` in a transaction together with all that is asked for in the same tick. Resolves after COMMIT.
   * When a transaction fails it is rolled back, and each of its writes is tried alone: one bad write takes no other down.
   *
   * @param weight how many rows it writes, about
   */
  commit<T>(writer: Writer | undefined, weight: number, write: (connection: Connection) => T): Promise<T>;
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>;
}

export interface GroupCommitOptions {
  readonly file: string;
  /** Opens the store for writing, or gives the connection that is open. */
  connection(): Connection;
  /** How long another process may keep the store locked. Milliseconds. */
  readonly lockPatience: number;
}

export function groupCommit({ file, connection, lockPatience }: GroupCommitOptions): GroupCommit {
  let waiting: Job[] = [];
  let weightWaiting = 0;
  let scheduled: { readonly cancel: () => void } | undefined;
  let lastCommit = Number.NEGATIVE_INFINITY;
  let lastSyncMs = 0;
  let draining: Promise<void> | undefined;
  let wasLocked = false;

  return {
    commit<T>(writer: Writer | undefined, weight: number, write: (connection: Connection) => T): Promise<T> {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      waiting.push({
        writer,
        weight,
        reject,
        prepare(open) {
          const result = write(open);
          return () => resolve(result);
        },
      });
      weightWaiting += weight;
      if (writer !== undefined) writer.settled = promise.catch(() => undefined);
      if (draining === undefined) {
        if (weightWaiting >= LARGE) drain();
        else schedule();
      }
      return promise;
    },
    async idle() {
      while (waiting.length > 0) {
        if (draining === undefined) drain();
        await draining;
      }
    },
  };

  /** At the end of this tick; under load a little later, so that one sync of the disk serves many rows. */
  function schedule(): void {
    if (scheduled !== undefined) return;
    const wait = lastCommit + pauseAfter(lastSyncMs) - performance.now();
    if (wait <= 0) {
      const immediate = setImmediate(drain);
      scheduled = { cancel: () => clearImmediate(immediate) };
    } else {
      const timer = setTimeout(drain, wait);
      scheduled = { cancel: () => clearTimeout(timer) };
    }
  }

  function drain(): void {
    scheduled?.cancel();
    scheduled = undefined;
    draining = commitAll();
  }

  async function commitAll(): Promise<void> {
    while (waiting.length > 0) {
      const began = await begin();
      const jobs = takeSome();
      if (began.connection === undefined) {
        for (const job of jobs) refuse(job, began.error);
      } else {
        commitJobs(began.connection, jobs);
      }
      // Between two transactions the rest of the program gets its turn.
      if (waiting.length > 0) await nextTurn();
    }
    lastCommit = performance.now();
    // In the same turn in which nothing was found waiting: what comes next schedules itself.
    draining = undefined;
  }

  /** Asks again while another process writes, without blocking this one. */
  async function begin(): Promise<
    { readonly connection: Connection } | { readonly connection?: never; readonly error: unknown }
  > {
    const giveUpAt = performance.now() + (wasLocked ? Math.min(lockPatience, SHORT_PATIENCE) : lockPatience);
    for (let pause = 1; ; pause = Math.min(pause * 2, 50)) {
      try {
        const open = connection();
        open.run('BEGIN IMMEDIATE');
        wasLocked = false;
        return { connection: open };
      } catch (thrown) {
        const error = toStoreError(thrown, file);
        if (!(TouchstoneError.isInstance(error) && error.code === 'store-locked')) return { error };
        if (performance.now() > giveUpAt) {
          wasLocked = true;
          return { error: storeLocked(file, lockPatience / 1_000) };
        }
      }
      await sleep(pause);
    }
  }

  /** As many as make one transaction: it must not block this thread for long. */
  function takeSome(): readonly Job[] {
    let count = 0;
    let weight = 0;
    while (count < waiting.length && weight < LARGE) weight += waiting[count++]?.weight ?? 0;
    const jobs = waiting.slice(0, count);
    waiting = waiting.slice(count);
    weightWaiting -= weight;
    return jobs;
  }

  /** In a transaction that has begun. */
  function commitJobs(open: Connection, jobs: readonly Job[]): void {
    const welcome = jobs.filter((job) => job.writer?.failure === undefined);
    for (const job of jobs) if (job.writer?.failure !== undefined) job.reject(job.writer.failure);
    try {
      const tellings = welcome.map((job) => job.prepare(open));
      const before = performance.now();
      open.run('COMMIT');
      lastSyncMs = performance.now() - before;
      for (const tell of tellings) tell();
    } catch (error) {
      rollBack(open);
      const [only] = welcome;
      if (welcome.length === 1 && only !== undefined) refuse(only, toStoreError(error, file));
      else for (const job of welcome) commitAlone(open, job);
    }
  }

  function commitAlone(open: Connection, job: Job): void {
    try {
      open.run('BEGIN IMMEDIATE');
    } catch (error) {
      refuse(job, toStoreError(error, file));
      return;
    }
    commitJobs(open, [job]);
  }
}

/**
 * Least time between two commits, unless much is waiting. Milliseconds. A sync blocks this thread, on some disks for as long as
 * hundreds of rows take: so that it takes a fifth of the time at most, a slow one is followed by a longer pause.
 */
function pauseAfter(syncMs: number): number {
  return Math.min(Math.max(5, 4 * syncMs), 100);
}

/** Whoever has waited in vain, and wants to say so in the store, must not be kept for as long again. Milliseconds. */
const SHORT_PATIENCE = 1_000;

/** Rows of a transaction at most, about: some 30 ms. */
const LARGE = 20_000;

interface Job {
  readonly writer: Writer | undefined;
  readonly weight: number;
  /** Writes, and returns what tells the caller after COMMIT. */
  prepare(connection: Connection): () => void;
  reject(error: unknown): void;
}

function refuse(job: Job, error: unknown): void {
  if (job.writer !== undefined) job.writer.failure ??= error;
  job.reject(job.writer?.failure ?? error);
}

function rollBack(open: Connection): void {
  try {
    open.run('ROLLBACK');
  } catch {
    // SQLite rolls back by itself when a disk is full or fails; then there is nothing left to roll back.
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
