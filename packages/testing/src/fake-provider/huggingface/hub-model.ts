import { taskOf } from '../model-traits.ts';
import { knownModel } from '../wire/decline.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import { huggingfaceFamily } from './huggingface-family.ts';

/** `GET /api/models/ORG/NAME?expand[]=inferenceProviderMapping`: who serves a model. Clients ask it before their first call. */
export function hubModel(model: string): Endpoint {
  return {
    family: huggingfaceFamily,
    method: 'GET',
    model: () => model,
    open(incoming, state) {
      const traits = knownModel(huggingfaceFamily, incoming, state);
      const guessed = taskOf(traits, model);
      // A provider serves a model for one task, and most that generate text are served for chats.
      const task = traits.task ?? (guessed === 'text-generation' ? 'conversational' : guessed);
      const served = { providerId: model, status: 'live', task };
      return { tokens: 0, answer: () => ({ json: { id: model, inferenceProviderMapping: { 'hf-inference': served } } }) };
    },
  };
}
