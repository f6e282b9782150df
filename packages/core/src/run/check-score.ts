import type { Failed, Score } from '../contracts/index.ts';
import { readCell } from '../data/read-row.ts';
import { messageOf } from '../errors/touchstone-error.ts';

export function failed(code: string, message: string, retryable = true): Failed {
  return {
    status: 'failed',
    error: { code, message: message.length > 2000 ? `${message.slice(0, 2000)}…` : message, retryable },
  };
}

/**
 * A score as it may be stored: what is no finite number, yes/no or label, lies outside the declared range, or carries what no
 * store can hold, is a failure and never a number.
 */
export function checkScore(score: unknown, name: string, range: readonly [number, number] | undefined): Score {
  if (!isScore(score)) return failed('bad-score', `${name} returned something that is no score`, false);
  if (score.status === 'failed') return withoutBadDetails(score);
  if (score.status === 'skipped' && score.details === undefined) return score;
  const wrong = score.status === 'skipped' ? undefined : (wrongValue(score.value, name, range) ?? wrongExtras(score, name));
  if (wrong !== undefined) return wrong;
  if (score.details === undefined) return score;
  try {
    const details = readCell(score.details);
    const { details: _given, ...rest } = score;
    return details === undefined ? rest : { ...rest, details };
  } catch (error) {
    return failed('bad-score', `${name}: the details of its score cannot be stored: ${messageOf(error)}`, false);
  }
}

/** A failure stays the failure that it is, also when what came with it cannot be kept. */
function withoutBadDetails({ status, error }: Failed): Failed {
  const { details: given, ...rest } = error;
  if (given === undefined) return { status, error };
  try {
    const details = readCell(given);
    return { status, error: details === undefined ? rest : { ...rest, details } };
  } catch {
    return { status, error: rest };
  }
}

function wrongValue(value: unknown, name: string, range: readonly [number, number] | undefined): Failed | undefined {
  if (typeof value === 'boolean' || typeof value === 'string') return undefined;
  if (typeof value !== 'number') {
    const what = value === null ? 'null' : value === undefined ? 'nothing' : `a value of type ${typeof value}`;
    return failed('bad-score', `${name} returned ${what}; a score is a number, a boolean or a label`, false);
  }
  if (!Number.isFinite(value)) return failed('not-finite', `${name} returned ${value}`);
  if (range !== undefined && (value < range[0] || value > range[1])) {
    return failed('out-of-range', `${name} returned ${value}, outside its range ${range[0]} to ${range[1]}`, false);
  }
  return undefined;
}

function wrongExtras({ justification, flags }: { justification?: unknown; flags?: unknown }, name: string): Failed | undefined {
  if (justification !== undefined && typeof justification !== 'string') {
    return failed('bad-score', `${name}: the justification of its score is no text`, false);
  }
  if (flags !== undefined && !(Array.isArray(flags) && flags.every((flag) => typeof flag === 'string'))) {
    return failed('bad-score', `${name}: the flags of its score are no list of texts`, false);
  }
  return undefined;
}

function isScore(score: unknown): score is Score {
  if (typeof score !== 'object' || score === null || !('status' in score)) return false;
  if (score.status === 'scored') return 'value' in score;
  if (score.status === 'skipped') return 'code' in score && typeof score.code === 'string' && 'reason' in score;
  if (score.status !== 'failed' || !('error' in score)) return false;
  return typeof score.error === 'object' && score.error !== null && 'code' in score.error && typeof score.error.code === 'string';
}
