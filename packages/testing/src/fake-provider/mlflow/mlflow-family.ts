import { bearer } from '../openai/openai-family.ts';
import type { Failure, Family } from '../wire/family.ts';
import type { Incoming } from '../wire/incoming.ts';
import type { JsonReply } from '../wire/reply.ts';
import { dotted } from '../wire/shape.ts';

/** An MLflow scoring server, with whatever gateway stands in front of it. */
export const mlflowFamily: Family = {
  api: 'mlflow',
  needsCredential: false,
  credential: bearer,
  failure: mlflowFailure,
  streamFailure: () => ({ data: { error_code: 'INTERNAL_ERROR', message: 'The stream cannot go on.' } }),
  limitHeaders: () => ({}),
  headers: () => ({}),
};

function mlflowFailure(failure: Failure, { headers }: Incoming): JsonReply {
  const say = (status: number, error_code: string, message: string): JsonReply => ({ status, json: { error_code, message } });
  switch (failure.kind) {
    case 'no-credential':
      return say(401, 'UNAUTHENTICATED', 'Credential was not sent or was of an unsupported type for this API.');
    case 'bad-credential':
      return say(403, 'PERMISSION_DENIED', `Invalid access token${failure.shown === 'whole' ? `: ${failure.credential}` : ''}`);
    case 'limited':
      return say(429, 'REQUEST_LIMIT_EXCEEDED', 'Exceeded the request limit of this endpoint.');
    case 'quota':
      return say(403, 'PERMISSION_DENIED', 'The budget of this endpoint is exhausted.');
    case 'server-error':
      return say(failure.status, 'INTERNAL_ERROR', 'Encountered an unexpected error while evaluating the model.');
    case 'overloaded':
      return say(503, 'TEMPORARILY_UNAVAILABLE', 'The endpoint is scaling up.');
    case 'prompt-filtered':
      return say(400, 'BAD_REQUEST', 'The input was refused by the content filter of the endpoint.');
    case 'unknown-path':
    case 'unknown-model':
      return { status: 404, json: { detail: 'Not Found' } };
    case 'wrong-method':
      return { status: 405, json: { detail: 'Method Not Allowed' } };
    case 'content-type':
      return say(
        415,
        'BAD_REQUEST',
        `This predictor only supports the content type 'application/json'. Got '${headers['content-type']}'.`,
      );
    case 'no-json':
      return say(400, 'BAD_REQUEST', 'Invalid input. Ensure that input is a valid JSON formatted string.');
    case 'problem':
      return say(
        400,
        'BAD_REQUEST',
        failure.problem.kind === 'rule' ? failure.problem.message : `Invalid input: ${dotted(failure.problem.path)}`,
      );
  }
}
