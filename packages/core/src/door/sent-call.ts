import type { SentCall } from '../contracts/index.ts';
import { withoutLongBodies } from './replay/long-bodies.ts';
import { masked, withMaskedAddresses } from './replay/masked.ts';

/** Characters of JSON of one text: prompts with whole documents in them can be read again, images and files are in the data. */
const MOST_SENT = 64 * 1024;

/**
 * What is written down of a call besides its answer.
 * @param bodies gets the texts that are too long, by their hashes
 * @param keys what must not be written down
 */
export function sentCall(sent: SentCall, keys: readonly string[], bodies = new Map<string, string>()): SentCall {
  return { ...sent, request: withoutLongBodies(masked(withMaskedAddresses(sent.request), keys), bodies, MOST_SENT) };
}
