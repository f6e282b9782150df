import type { Failed, Score } from '../contracts/index.ts';

export function failed(code: string, message: string, retryable = true): Failed {
  return {
    status: 'failed',
    error: { code, message: message.length > 2000 ? `${message.slice(0, 2000)}…` : message, retryable },
  };
}

/** A score as it may be stored: what is no finite number, yes/no or label, or lies outside the declared range, is a failure and never a number. */
export function checkScore(score: unknown, name: string, range: readonly [number, number] | undefined): Score {
  if (!isScore(score)) return failed('bad-score', `${name} returned something that is no score`, false);
  if (score.status !== 'scored') return score;
  const value: unknown = score.value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return failed('not-finite', `${name} returned ${value}`);
    if (range !== undefined && (value < range[0] || value > range[1])) {
      return failed('out-of-range', `${name} returned ${value}, outside its range ${range[0]} to ${range[1]}`, false);
    }
    return score;
  }
  if (typeof value === 'boolean' || typeof value === 'string') return score;
  return failed(
    'bad-score',
    `${name} returned ${value === null ? 'null' : `a value of type ${typeof value}`}; a score is a number, a boolean or a label`,
    false,
  );
}

function isScore(score: unknown): score is Score {
  return (
    typeof score === 'object' &&
    score !== null &&
    'status' in score &&
    (score.status === 'scored' || score.status === 'skipped' || score.status === 'failed')
  );
}
