/** Gives turns: of a key to one at a time, in the order in which they were asked for. */
export interface Turns {
  /** Resolves with what ends the turn; ending it again does nothing. Rejects with the signal's reason when that fires first. */
  take(key: string, signal: AbortSignal): Promise<() => void>;
}

/**
 * Turns within this process: what a cache of answers is built on. Each one who gets its turn looks for the answer itself, because
 * not everyone takes the same (an age, a refresh).
 *
 * @example const end = await turns.take(key, signal);
 */
export function turns(): Turns {
  /** Keys that are somebody's turn, each with those who wait. */
  const waiting = new Map<string, (() => void)[]>();

  return {
    async take(key, signal) {
      signal.throwIfAborted();
      const queue = waiting.get(key);
      if (queue === undefined) waiting.set(key, []);
      else await queueUp(queue, signal);
      let over = false;
      return () => {
        if (over) return;
        over = true;
        passOn(key);
      };
    },
  };

  function passOn(key: string): void {
    const next = waiting.get(key)?.shift();
    if (next === undefined) waiting.delete(key);
    else next();
  }
}

function queueUp(queue: (() => void)[], signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const leave = (): void => {
    const place = queue.indexOf(resolve);
    // No longer in the queue: it is this one's turn already, and its receiver ends it.
    if (place < 0) return;
    queue.splice(place, 1);
    reject(signal.reason);
  };
  signal.addEventListener('abort', leave, { once: true });
  queue.push(resolve);
  return promise.finally(() => signal.removeEventListener('abort', leave));
}
