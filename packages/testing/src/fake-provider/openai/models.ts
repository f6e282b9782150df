import { knownModel } from '../wire/decline.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import type { Family } from '../wire/family.ts';

const CREATED = 1_700_000_000;

/** Told by `GET /v1/models` when the provider takes every name. */
const SOME_MODELS = ['gpt-4o-mini', 'gpt-5-mini', 'omni-moderation-latest', 'text-embedding-3-small'];

/** `GET /v1/models` */
export function modelList(family: Family): Endpoint {
  return {
    family,
    method: 'GET',
    model: () => '',
    open: (_, state) => ({
      tokens: 0,
      answer: () => ({
        json: { object: 'list', data: (state.models === undefined ? SOME_MODELS : Object.keys(state.models)).map(modelOf) },
      }),
    }),
  };
}

/** `GET /v1/models/NAME` */
export function oneModel(family: Family, model: string): Endpoint {
  return {
    family,
    method: 'GET',
    model: () => model,
    open(incoming, state) {
      knownModel(family, incoming, state);
      return { tokens: 0, answer: () => ({ json: modelOf(model) }) };
    },
  };
}

function modelOf(id: string) {
  return { id, object: 'model', created: CREATED, owned_by: 'fake-provider' };
}
