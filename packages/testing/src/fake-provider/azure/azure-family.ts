import type { ContentFilters } from '../openai/chat.ts';
import { openaiFailure, openaiFamily, openaiLimitHeaders } from '../openai/openai-family.ts';
import type { Failure, Family } from '../wire/family.ts';
import { type Incoming, idOf } from '../wire/incoming.ts';
import type { JsonReply } from '../wire/reply.ts';

export const azureFamily: Family = {
  ...openaiFamily,
  api: 'azure',
  credential: (headers) => (typeof headers['api-key'] === 'string' ? headers['api-key'] : openaiFamily.credential(headers)),
  failure: azureFailure,
  limitHeaders: (standing) => {
    // Azure says how much is left, and not when it is back.
    const told = Object.entries(openaiLimitHeaders(standing)).filter(([name]) => !name.includes('-reset-'));
    return Object.fromEntries(told);
  },
  headers: (incoming) => ({
    'apim-request-id': idOf(incoming, 32),
    'x-ms-region': 'Fake Central',
    'x-request-id': idOf(incoming, 32, 1),
  }),
};

const HARMS = ['hate', 'self_harm', 'sexual', 'violence'];

export const azureFilters: ContentFilters = {
  prompt: [{ prompt_index: 0, content_filter_results: { ...harms(undefined), jailbreak: { filtered: false, detected: false } } }],
  choice: (finish) => harms(finish === 'content_filter' ? 'violence' : undefined),
};

function harms(filtered: string | undefined) {
  return Object.fromEntries(
    HARMS.map((name) => [
      name,
      name === filtered ? { filtered: true, severity: 'medium' } : { filtered: false, severity: 'safe' },
    ]),
  );
}

/** The gateway in front has words of its own; what the model service refuses, it refuses as OpenAI does. */
function azureFailure(failure: Failure, incoming: Incoming): JsonReply {
  switch (failure.kind) {
    case 'no-credential':
    case 'bad-credential': {
      const shown = failure.kind === 'bad-credential' && failure.shown === 'whole' ? ` The key was: ${failure.credential}.` : '';
      return gateway(
        401,
        '401',
        `Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.${shown}`,
      );
    }
    case 'limited': {
      const { by, waitMs } = failure.refused;
      const wait =
        waitMs !== undefined && Number.isFinite(waitMs) ? ` Please retry after ${Math.ceil(waitMs / 1000)} seconds.` : '';
      const rate = by === 'tokens' ? 'token rate limit' : 'call rate limit';
      return gateway(
        429,
        '429',
        `Requests to this operation under Azure OpenAI API have exceeded ${rate} of your current OpenAI S0 pricing tier.${wait}`,
      );
    }
    case 'quota':
      return gateway(403, '403', 'Out of call volume quota. Quota will be replenished later.');
    case 'prompt-filtered':
      return {
        status: 400,
        json: {
          error: {
            message:
              "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766",
            type: null,
            param: 'prompt',
            code: 'content_filter',
            status: 400,
            innererror: {
              code: 'ResponsibleAIPolicyViolation',
              content_filter_result: { ...harms('violence'), jailbreak: { filtered: false, detected: false } },
            },
          },
        },
      };
    case 'unknown-path':
    case 'wrong-method':
      return gateway(404, '404', 'Resource not found');
    case 'unknown-model':
      return gateway(
        404,
        'DeploymentNotFound',
        'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.',
      );
    case 'server-error':
      return failure.status === 500
        ? openaiFailure(failure, incoming)
        : gateway(
            failure.status,
            String(failure.status),
            'The service is temporarily unable to process your request. Please try again later.',
          );
    default:
      return openaiFailure(failure, incoming);
  }
}

function gateway(status: number, code: string, message: string): JsonReply {
  return { status, json: { error: { code, message } } };
}
