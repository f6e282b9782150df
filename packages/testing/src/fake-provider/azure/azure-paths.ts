import { decoded } from '../decoded.ts';
import { chatCompletions } from '../openai/chat.ts';
import { embeddings } from '../openai/embeddings.ts';
import { modelList, oneModel } from '../openai/models.ts';
import { responses } from '../openai/responses.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import { azureFamily, azureFilters } from './azure-family.ts';

const VERSION = /^\d{4}-\d{2}-\d{2}(-preview)?$/;

const V1: Readonly<Record<string, Endpoint>> = {
  'chat/completions': chatCompletions({ family: azureFamily, fields: 'strict', filters: azureFilters }),
  responses: responses(azureFamily),
  embeddings: embeddings(azureFamily),
  models: modelList(azureFamily),
};

/** The dated API: `/openai/deployments/NAME/…?api-version=…`, `/openai/responses?api-version=…`; and the v1 API: `/openai/v1/…`. */
export function azureEndpoint(path: string, apiVersion: string | undefined): Endpoint | undefined {
  const [, v1] = /^\/openai\/v1\/(.+)$/.exec(path) ?? [];
  if (v1 !== undefined) return v1.startsWith('models/') ? oneModel(azureFamily, decoded(v1.slice('models/'.length))) : V1[v1];
  if (!VERSION.test(apiVersion ?? '')) return undefined;
  const [, name, operation] = /^\/openai\/deployments\/([^/]+)\/(.+)$/.exec(path) ?? [];
  if (name === undefined) return V1[path.slice('/openai/'.length)];
  const deployment = () => decoded(name);
  if (operation === 'chat/completions') {
    return chatCompletions({ family: azureFamily, fields: 'strict', filters: azureFilters, modelOf: deployment });
  }
  if (operation === 'embeddings') return embeddings(azureFamily, deployment);
  return undefined;
}
