import type { Progress } from '@touchstone/core';

const LINES_EVERY_MS = 15_000;
const REDRAW_EVERY_MS = 100;
/** To the beginning of the line, which is emptied. */
const ERASE = '\r\u001b[2K';

/** Shows how far a run is, on stderr: one line redrawn on a terminal, a line now and then where there is none, or with `NO_COLOR` or `CI`. */
export class ProgressLine {
  readonly #mode: 'redraw' | 'lines' | 'quiet';
  #shown: number | undefined;
  #drawn = false;

  constructor(mode: 'shown' | 'quiet') {
    this.#mode = mode === 'quiet' ? 'quiet' : mayRedraw() ? 'redraw' : 'lines';
  }

  update(progress: Progress): void {
    if (this.#mode === 'quiet') return;
    const now = performance.now();
    // The first line on a terminal comes at once, elsewhere only when the run takes long enough for somebody to wonder.
    this.#shown ??= this.#mode === 'redraw' ? Number.NEGATIVE_INFINITY : now;
    if (now - this.#shown < (this.#mode === 'redraw' ? REDRAW_EVERY_MS : LINES_EVERY_MS)) return;
    this.#shown = now;
    const line = progressText(progress);
    if (this.#mode === 'lines') {
      process.stderr.write(`${line}\n`);
    } else {
      process.stderr.write(`${ERASE}${line.slice(0, (process.stderr.columns || 80) - 1)}`);
      this.#drawn = true;
    }
  }

  /** Leaves the terminal as it was. */
  clear(): void {
    if (this.#drawn) process.stderr.write(ERASE);
    this.#drawn = false;
  }
}

/** By the conventions: any value of `NO_COLOR` but the empty one, and any of `CI` but `false`. */
function mayRedraw(): boolean {
  const { NO_COLOR, CI, TERM } = process.env;
  return process.stderr.isTTY && TERM !== 'dumb' && (NO_COLOR ?? '') === '' && ['', 'false', '0'].includes(CI ?? '');
}

/** `34/100 rows · 12.5 rows/s · 0:05 left · 2 failed`; the rows of an earlier part of the run do not count for the rate. */
export function progressText({ done, earlier, total, failed, elapsedMs }: Omit<Progress, 'run'>): string {
  const rate = elapsedMs > 0 ? ((done - earlier) * 1000) / elapsedMs : 0;
  const parts = [total === undefined ? `${done} rows` : `${done}/${total} rows`];
  if (rate > 0) parts.push(`${rate >= 100 ? Math.round(rate) : rate.toFixed(1)} rows/s`);
  if (rate > 0 && total !== undefined && total > done) parts.push(`${clock((total - done) / rate)} left`);
  if (failed > 0) parts.push(`${failed} failed`);
  return parts.join(' · ');
}

/** `0:05`, `12:34`, `1:02:03` */
function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const text = `${minutes}:${String(rest).padStart(2, '0')}`;
  return hours > 0 ? `${hours}:${text.padStart(5, '0')}` : text;
}
