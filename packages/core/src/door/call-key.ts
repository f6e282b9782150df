import { createHash } from 'node:crypto';
import type { Json, Service } from '../contracts/index.ts';
import { canonicalJson } from '../data/canonical-json.ts';

/** Key of a call: who is asked, what, and which of several answers to it (architecture §4). */
export function callKey(service: Pick<Service, 'identity'>, request: Json, trial: number, repeat: number): string {
  return createHash('sha256')
    .update(canonicalJson([service.identity, withoutEmpty(request), trial, repeat]))
    .digest('hex');
}

/** Parts of a request that say nothing when they are empty. */
const OPTIONAL: ReadonlySet<string> = new Set(['parameters', 'defaults', 'tools']);

/** Equal requests, however they are written: `parameters: {}` asks for the same as no parameters. */
function withoutEmpty(request: Json): Json {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) return request;
  const said = Object.entries(request).filter(([name, value]) => !(OPTIONAL.has(name) && isEmpty(value)));
  return Object.fromEntries(said);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
