import { anthropicFamily } from './anthropic/anthropic-family.ts';
import { anthropicModels, countTokensOfMessages, messages } from './anthropic/messages.ts';
import { appFamily, jsonApp } from './app/json-app.ts';
import { azureFamily } from './azure/azure-family.ts';
import { azureEndpoint } from './azure/azure-paths.ts';
import { decoded } from './decoded.ts';
import { huggingfaceFamily } from './huggingface/huggingface-family.ts';
import { huggingfaceEndpoint } from './huggingface/huggingface-paths.ts';
import { invocations, scoringServerPage } from './mlflow/invocations.ts';
import { chatCompletions } from './openai/chat.ts';
import { embeddings } from './openai/embeddings.ts';
import { modelList, oneModel } from './openai/models.ts';
import { moderations } from './openai/moderations.ts';
import { openaiFamily } from './openai/openai-family.ts';
import { responses } from './openai/responses.ts';
import type { Endpoint } from './wire/endpoint.ts';
import type { Family } from './wire/family.ts';

/** Where each API stands. Azure stands at the origin, as its clients put `/openai` behind the endpoint themselves. */
export const BASES = {
  openai: '/v1',
  azure: '',
  anthropic: '/anthropic',
  huggingface: '/huggingface',
  mlflow: '/invocations',
  app: '/app',
} as const;

const EXACT: Readonly<Record<string, Endpoint>> = {
  '/v1/chat/completions': chatCompletions({ family: openaiFamily, fields: 'strict' }),
  '/v1/responses': responses(openaiFamily),
  '/v1/embeddings': embeddings(openaiFamily),
  '/v1/moderations': moderations(openaiFamily),
  '/v1/models': modelList(openaiFamily),
  '/anthropic/v1/messages': messages,
  '/anthropic/v1/messages/count_tokens': countTokensOfMessages,
  '/anthropic/v1/models': anthropicModels,
  '/invocations': invocations,
  '/ping': scoringServerPage('\n'),
  '/health': scoringServerPage('\n'),
  '/version': scoringServerPage('2.22.5'),
  '/app': jsonApp,
};

export interface Route {
  readonly family: Family;
  /** Absent where the API has no such path. */
  readonly endpoint?: Endpoint;
}

export function route(path: string, query: Readonly<Record<string, string>>): Route {
  const exact = EXACT[path];
  if (exact !== undefined) return { family: exact.family, endpoint: exact };
  if (path.startsWith('/app/')) return { family: appFamily, endpoint: jsonApp };
  if (path.startsWith('/v1/models/')) {
    return found(openaiFamily, oneModel(openaiFamily, decoded(path.slice('/v1/models/'.length))));
  }
  if (path.startsWith('/v1/')) return { family: openaiFamily };
  if (path.startsWith('/openai/')) return found(azureFamily, azureEndpoint(path, query['api-version']));
  if (path.startsWith('/huggingface/')) return found(huggingfaceFamily, huggingfaceEndpoint(path.slice('/huggingface'.length)));
  return { family: path.startsWith('/anthropic/') ? anthropicFamily : appFamily };
}

function found(family: Family, endpoint: Endpoint | undefined): Route {
  return endpoint === undefined ? { family } : { family, endpoint };
}
