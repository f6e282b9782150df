import { createHash } from 'node:crypto';

/**
 * A short name for a credential that tells it from others and cannot be turned back: part of a {@link Service}'s scopes.
 *
 * @param credential the key; for tokens that are renewed, what stays the same: provider and tenant
 */
export function credentialFingerprint(credential: string | undefined): string {
  if (credential === undefined || credential === '') return 'no-key';
  return createHash('sha256').update(`touchstone credential\n${credential}`).digest('hex').slice(0, 12);
}
