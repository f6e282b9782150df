import { bearer } from '../openai/openai-family.ts';
import type { Failure, Family } from '../wire/family.ts';
import { type Incoming, idOf } from '../wire/incoming.ts';
import type { JsonReply } from '../wire/reply.ts';
import { dotted } from '../wire/shape.ts';

export const huggingfaceFamily: Family = {
  api: 'huggingface',
  needsCredential: false,
  credential: bearer,
  failure: huggingfaceFailure,
  streamFailure: () => ({ data: { error: { message: 'Internal server error', type: 'internal_server_error', code: 500 } } }),
  // Its router tells nothing of its limits.
  limitHeaders: () => ({}),
  headers: (incoming) => ({ 'x-request-id': idOf(incoming, 32) }),
};

function huggingfaceFailure(failure: Failure, { request }: Incoming): JsonReply {
  const say = (status: number, error: string): JsonReply => ({ status, json: { error } });
  switch (failure.kind) {
    case 'no-credential':
      return say(401, 'Invalid username or password.');
    case 'bad-credential':
      return say(
        401,
        failure.shown === 'whole'
          ? `Invalid credentials in Authorization header: ${failure.credential}`
          : 'Invalid credentials in Authorization header',
      );
    case 'limited':
      return say(429, 'Too many requests. Please retry later.');
    case 'quota':
      return say(
        402,
        'You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO to get 20x more monthly included credits.',
      );
    case 'server-error':
      return say(failure.status, failure.status === 500 ? 'Internal Server Error' : 'Service Unavailable');
    case 'overloaded':
      return { status: 503, json: { error: `Model ${request.model} is currently loading`, estimated_time: 20 } };
    case 'prompt-filtered':
      return say(400, 'The prompt was refused by the content filter of the provider.');
    case 'unknown-path':
      return say(404, 'Not Found');
    case 'wrong-method':
      return say(405, 'Method Not Allowed');
    case 'unknown-model':
      return request.path.endsWith('/chat/completions')
        ? {
            status: 400,
            json: {
              error: {
                message: `The requested model '${request.model}' does not exist`,
                type: 'invalid_request_error',
                param: 'model',
                code: 'model_not_found',
              },
            },
          }
        : say(404, `Model ${request.model} does not exist`);
    case 'content-type':
      return say(415, 'Expected request with `Content-Type: application/json`');
    case 'no-json':
      return say(400, 'Failed to parse the request body as JSON');
    case 'problem': {
      const { problem } = failure;
      if (problem.kind === 'rule') return say(problem.status ?? 400, problem.message);
      if (problem.kind === 'missing') {
        return say(422, `Failed to deserialize the JSON body into the target type: missing field \`${dotted(problem.path)}\``);
      }
      return say(422, `Failed to deserialize the JSON body into the target type: ${dotted(problem.path)}: invalid value`);
    }
  }
}
