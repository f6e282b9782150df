import { responseError, type ServiceError, type ServiceErrorCode } from '@touchstone/core';
import { isRecord } from './read-answer.ts';

/** What only Parley says: `{ "trouble": "empty-purse", "words": "…" }`. Everything else is told by the status. */
const TROUBLES: Readonly<Record<string, ServiceErrorCode>> = {
  'empty-purse': 'quota',
  'no-such-voice': 'unknown-model',
  hushed: 'content-filter',
  crowded: 'overloaded',
};

/** An answer with a status of 400 and more, as data: the door decides what is tried again, and waits as the headers say. */
export function refusedAnswer({ status, headers }: Response, text: string): ServiceError {
  const body = parsed(text);
  const trouble = isRecord(body) && typeof body.trouble === 'string' ? TROUBLES[body.trouble] : undefined;
  const words = isRecord(body) && typeof body.words === 'string' ? body.words : body;
  return responseError({ provider: 'Parley', status, headers, body: words, ...(trouble === undefined ? {} : { code: trouble }) });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
