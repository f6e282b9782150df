import { oneLine, type Score, type ScoreValue, truncate } from '@touchstone/core';
import type {} from 'vitest';

/** What is expected of a score. Without any of them, a yes/no must be yes. */
export interface ScoreBounds {
  readonly atLeast?: number;
  readonly atMost?: number;
  /** The score itself: a label, a yes/no, a number. */
  readonly exactly?: ScoreValue;
}

/**
 * A metric that can be asked for the score of one row: what `rougeL()`, `metric(…)` and every factory of `defineMetric` give.
 *
 * @typeParam In the columns that it needs
 */
export interface Scorer<In extends object> {
  readonly name: string;
  score(row: In): Promise<Score>;
}

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void>, T> {
    /**
     * The output gets a score from this metric that is within the bounds. The other columns that the metric needs stand beside them.
     *
     * @example await expect(output).toScore(rougeL(), { targets: 'Seoul is the capital.', atLeast: 0.5 });
     */
    toScore<In extends object>(metric: Scorer<In>, ...given: ToScoreOptions<In>): Promise<void>;
  }
}

/** May be left out where nothing is needed. */
type ToScoreOptions<In extends object> =
  Readonly<Record<never, never>> extends Omit<In, 'predictions'>
    ? [options?: Omit<In, 'predictions'> & ScoreBounds]
    : [options: Omit<In, 'predictions'> & ScoreBounds];

/** For `expect.extend(matchers)`, in a test file or in one of `setupFiles`. */
export const matchers = { toScore };

async function toScore(
  received: unknown,
  metric: Scorer<object>,
  options: ScoreBounds = {},
): Promise<{ readonly pass: boolean; readonly message: () => string }> {
  const { atLeast, atMost, exactly, ...columns } = options;
  const row: object = { ...columns, predictions: received };
  const score = await metric.score(row);
  // Neither a pass nor, with `not`, its opposite.
  if (score.status !== 'scored')
    throw new Error(`${metric.name} gives this output no score: ${reasonOf(score)}\n\n${shown(row)}`);
  const { value, justification } = score;
  const bounds = boundsOf({ atLeast, atMost, exactly }, value, metric.name);
  return {
    pass: bounds.every(({ holds }) => holds),
    message: () => {
      const expected = bounds.map(({ words }) => words).join(' and ');
      const because = justification === undefined ? '' : ` (${justification})`;
      return `${metric.name} is ${JSON.stringify(value)}${because}, expected ${expected}\n\n${shown(row)}`;
    },
  };
}

interface Bound {
  readonly holds: boolean;
  readonly words: string;
}

function boundsOf(
  { atLeast, atMost, exactly }: { readonly [K in keyof ScoreBounds]: ScoreBounds[K] | undefined },
  value: ScoreValue,
  metric: string,
): readonly Bound[] {
  const number = typeof value === 'string' ? Number.NaN : Number(value);
  if (Number.isNaN(number) && (atLeast !== undefined || atMost !== undefined)) {
    throw new Error(`${metric} gives labels such as ${JSON.stringify(value)}, which have no order: say exactly: '…' instead.`);
  }
  const bounds: Bound[] = [];
  if (atLeast !== undefined) bounds.push({ holds: number >= atLeast, words: `at least ${atLeast}` });
  if (atMost !== undefined) bounds.push({ holds: number <= atMost, words: `at most ${atMost}` });
  if (exactly !== undefined) bounds.push({ holds: value === exactly, words: JSON.stringify(exactly) });
  if (bounds.length > 0) return bounds;
  if (typeof value === 'boolean') return [{ holds: value, words: 'true' }];
  throw new Error(
    `toScore needs to know what to expect of ${metric}: say atLeast, atMost or exactly. It is ${JSON.stringify(value)}.`,
  );
}

function reasonOf(score: Exclude<Score, { readonly status: 'scored' }>): string {
  return score.status === 'skipped' ? `skipped, ${score.reason}` : `failed, ${score.error.message}`;
}

/** The columns, a line each. */
function shown(row: object): string {
  return Object.entries(row)
    .reverse()
    .map(
      ([name, cell]) =>
        `  ${name}: ${truncate(oneLine(typeof cell === 'string' ? cell : (JSON.stringify(cell) ?? String(cell))), 100)}`,
    )
    .join('\n');
}
