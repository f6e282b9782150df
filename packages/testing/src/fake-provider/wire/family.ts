import type { IncomingHttpHeaders } from 'node:http';
import type { FakeApi } from '../fake-request.ts';
import type { Refused, Standing } from '../hidden-limits.ts';
import type { Incoming } from './incoming.ts';
import type { JsonReply, StreamEvent } from './reply.ts';
import type { Problem } from './shape.ts';

/** What can go wrong with a call of any API. */
export type Failure =
  | { readonly kind: 'no-credential' }
  /** `whole`: the text repeats the credential in full; `masked`: as the real API does. */
  | { readonly kind: 'bad-credential'; readonly credential: string; readonly shown: 'whole' | 'masked' }
  | { readonly kind: 'limited'; readonly refused: Refused; readonly standing: Standing; readonly tokens: number }
  | { readonly kind: 'quota' }
  | { readonly kind: 'server-error'; readonly status: number }
  | { readonly kind: 'overloaded' }
  | { readonly kind: 'prompt-filtered' }
  | { readonly kind: 'unknown-path' }
  | { readonly kind: 'wrong-method' }
  | { readonly kind: 'unknown-model' }
  | { readonly kind: 'content-type' }
  | { readonly kind: 'no-json' }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** An API as all of its paths have it in common: who asks, how errors and limits are said. */
export interface Family {
  readonly api: FakeApi;
  /** Whether calls need a credential, unless the provider is told otherwise. */
  readonly needsCredential: boolean;
  credential(headers: IncomingHttpHeaders): string | undefined;
  failure(failure: Failure, incoming: Incoming): JsonReply;
  /** The event of a stream that has begun and cannot go on. @param sent how many events came before */
  streamFailure(incoming: Incoming, sent: number): StreamEvent;
  limitHeaders(standing: Standing): Readonly<Record<string, string>>;
  /** Headers of every answer: ids and versions. */
  headers(incoming: Incoming): Readonly<Record<string, string>>;
}
