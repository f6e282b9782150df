import { createHash } from 'node:crypto';
import type { Json, Service } from '../contracts/index.ts';
import { canonicalJson } from '../data/canonical-json.ts';

/** Key of a call: who is asked, what, and which of several answers to it (architecture §4). */
export function callKey(service: Pick<Service, 'identity'>, request: Json, trial: number, repeat: number): string {
  return createHash('sha256')
    .update(canonicalJson([service.identity, request, trial, repeat]))
    .digest('hex');
}
