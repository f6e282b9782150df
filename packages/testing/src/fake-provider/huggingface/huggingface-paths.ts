import { decoded } from '../decoded.ts';
import { chatCompletions } from '../openai/chat.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import { hubModel } from './hub-model.ts';
import { huggingfaceFamily } from './huggingface-family.ts';
import { featureExtraction, modelTask } from './model-tasks.ts';
import { textCompletions } from './text-completions.ts';

const CHAT = chatCompletions({ family: huggingfaceFamily, fields: 'loose' });

/**
 * Below `/huggingface`, as the router has it: `/v1/chat/completions`, `/PROVIDER/v1/chat/completions`, `/PROVIDER/models/ORG/NAME` and what
 * stands below a model; and of the hub, `/api/models/ORG/NAME`. Without a provider it is the address of an own endpoint.
 */
export function huggingfaceEndpoint(path: string): Endpoint | undefined {
  const [, hub] = /^\/api\/models\/(.+)$/.exec(path) ?? [];
  if (hub !== undefined) return hubModel(decoded(hub));
  const [, name, below] = /^(?:\/[^/]+)?\/models\/([^/]+(?:\/(?!v1\/|pipeline\/)[^/]+)?)(\/.*)?$/.exec(path) ?? [];
  if (name === undefined) return /^(\/[^/]+)?\/v1\/chat\/completions$/.test(path) ? CHAT : undefined;
  const model = () => decoded(name);
  if (below === undefined) return modelTask(model);
  if (below === '/pipeline/feature-extraction') return featureExtraction(model);
  if (below === '/v1/chat/completions') return chatCompletions({ family: huggingfaceFamily, fields: 'loose', modelOf: model });
  if (below === '/v1/completions') return textCompletions(model);
  return undefined;
}
