import type { Progress } from '@touchstone/core';

const CI_EVERY_MS = 15_000;
const TERMINAL_EVERY_MS = 100;

/** Shows how far a run is, on stderr: one line redrawn on a terminal, a line now and then elsewhere. */
export class ProgressLine {
  readonly #terminal = process.stderr.isTTY && process.env.CI === undefined;
  readonly #quiet: boolean;
  #shown = 0;
  #drawn = false;
  #startDone: number | undefined;

  constructor(quiet: boolean) {
    this.#quiet = quiet;
  }

  readonly update = (progress: Progress): void => {
    this.#startDone ??= progress.done;
    if (this.#quiet) return;
    const now = performance.now();
    const wait = this.#terminal ? TERMINAL_EVERY_MS : CI_EVERY_MS;
    if (this.#shown === 0 && !this.#terminal) this.#shown = now;
    if (now - this.#shown < wait) return;
    this.#shown = now;
    const line = progressText(progress, this.#startDone);
    if (this.#terminal) {
      process.stderr.write(`\r\u001b[2K${line.slice(0, Math.max(20, (process.stderr.columns ?? 80) - 1))}`);
      this.#drawn = true;
    } else {
      process.stderr.write(`${line}\n`);
    }
  };

  /** Leaves the terminal as it was. */
  clear(): void {
    if (this.#drawn) process.stderr.write('\r\u001b[2K');
    this.#drawn = false;
  }
}

/** `34/100 rows · 12.5 rows/s · 0:05 left · 2 failed` */
export function progressText(progress: Progress, startDone: number): string {
  const { done, total, failed, elapsedMs } = progress;
  const rate = elapsedMs > 0 ? ((done - startDone) * 1000) / elapsedMs : 0;
  const parts = [total === undefined ? `${done} rows` : `${done}/${total} rows`];
  if (rate > 0) parts.push(`${rate >= 100 ? Math.round(rate) : rate.toFixed(1)} rows/s`);
  if (rate > 0 && total !== undefined && total > done) parts.push(`${duration((total - done) / rate)} left`);
  if (failed > 0) parts.push(`${failed} failed`);
  return parts.join(' · ');
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const clock = `${minutes}:${String(rest).padStart(2, '0')}`;
  return hours > 0 ? `${hours}:${clock.padStart(5, '0')}` : clock;
}
