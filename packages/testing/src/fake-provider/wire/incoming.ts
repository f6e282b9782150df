import type { IncomingHttpHeaders } from 'node:http';
import type { FakeRequest } from '../fake-request.ts';
import type { RequestRandom } from '../request-random.ts';

/** A request that was read, and what is known of it before its API looks at it. */
export interface Incoming {
  readonly request: FakeRequest;
  readonly headers: IncomingHttpHeaders;
  /** The body as it came. */
  readonly text: string;
  readonly random: RequestRandom;
  /** Milliseconds since the epoch, with fractions. */
  readonly arrivedAt: number;
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Letters and digits that are the same for the same request and attempt, as ids of answers are made of. */
export function idOf({ request, random }: Incoming, length: number, which = 0): string {
  let mixed = random.key ^ (request.attempt * 0x9e3779b1) ^ (which * 0x85ebca6b);
  let id = '';
  for (let i = 0; i < length; i++) {
    mixed = Math.imul(mixed ^ (mixed >>> 15) ^ i, 0x2c1b3c6d);
    id += DIGITS.charAt((mixed >>> 8) % DIGITS.length);
  }
  return id;
}

/** Seconds since the epoch. */
export function secondsOf({ arrivedAt }: Incoming): number {
  return Math.floor(arrivedAt / 1000);
}
