import type { SentCall } from '../contracts/index.ts';
import { withoutLongBodies } from './replay/long-bodies.ts';
import { masked, withMaskedAddresses } from './replay/masked.ts';

/** Characters of JSON of one text: prompts with whole documents in them can be read again, images and files are in the data. */
const MOST_SENT = 64 * 1024;

/**
 * What is written down of a call besides its answer.
 * @param keys what must not be written down
 */
export function sentCall(sent: SentCall, keys: readonly string[]): SentCall {
  if (isPlain(JSON.stringify(sent.request), keys)) return sent;
  const bodies = new Map<string, string>();
  return { ...sent, request: withoutLongBodies(masked(withMaskedAddresses(sent.request), keys), bodies, MOST_SENT) };
}

/** Whether there is nothing to be done, which is so for nearly every request: then no part of it is copied. */
function isPlain(json: string, keys: readonly string[]): boolean {
  if (json.length > MOST_SENT || json.includes('$body"') || /https?:\/\//iu.test(json)) return false;
  return keys.every((key) => [key, encodeURIComponent(key.toWellFormed())].every((text) => !json.includes(inJson(text))));
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
