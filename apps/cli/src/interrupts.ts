import { say } from './say.ts';

export interface Interrupts {
  /** Aborted by the second signal. */
  readonly signal: AbortSignal;
  /** Whether there was a first one. */
  readonly stopping: boolean;
  done(): void;
}

/** A call that ignores its own signal must not keep the terminal for longer, in ms. */
const PATIENCE = 2000;

/**
 * Ctrl-C (or SIGTERM) once: finish what is in flight. Twice: stop now.
 *
 * @param on.signal told of each signal, before anything is said
 * @param on.lastWords said before the process is ended by force
 */
export function listenForInterrupts(on: {
  readonly signal: () => void;
  readonly stop: () => void;
  readonly lastWords: () => void;
}): Interrupts {
  const controller = new AbortController();
  let received = 0;
  const onSignal = (): void => {
    received++;
    on.signal();
    if (received === 1) {
      say('Stopping: the rows in flight are finished and stored. Press Ctrl-C again to stop now.');
      on.stop();
    } else if (received === 2) {
      controller.abort();
      setTimeout(() => {
        on.lastWords();
        process.exit(130);
      }, PATIENCE).unref();
    }
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    get stopping() {
      return received > 0;
    },
    done: () => process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
}
