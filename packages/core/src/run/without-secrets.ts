import type { Entry, Json, Logger } from '../contracts/index.ts';
import type { Secrets } from '../door/secrets.ts';

/**
 * Entries as they may be written down: an SDK that was refused likes to repeat the key, and what a model or metric throws is the row's
 * error. What they return is theirs, and stays as it is.
 */
export function entriesWithoutSecrets(entries: readonly Entry[], secrets: Secrets): readonly Entry[] {
  return entries.map((entry) => {
    if (entry.type === 'prediction' && 'failed' in entry.result) {
      const { failed } = entry.result;
      return { ...entry, result: { failed: { ...failed, message: secrets.redact(failed.message) } } };
    }
    if (entry.type === 'score' && entry.score.status === 'failed') {
      const { error } = entry.score;
      return { ...entry, score: { ...entry.score, error: { ...error, message: secrets.redact(error.message) } } };
    }
    return entry;
  });
}

/** Applications log what they were answered. */
export function loggerWithoutSecrets(log: Logger, secrets: Secrets): Logger {
  const safe = (data: Json): Json => JSON.parse(secrets.withoutKeys(JSON.stringify(data)));
  return {
    info: (message, data) => log.info(secrets.redact(message), ...(data === undefined ? [] : [safe(data)])),
    warn: (message, data) => log.warn(secrets.redact(message), ...(data === undefined ? [] : [safe(data)])),
  };
}
