import type { Model } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { knownSchemes } from '../metrics/preset-table.ts';
import { functionModel } from '../models/function-model.ts';
import type { Registrations } from '../registry/plugins.ts';

/**
 * A function, a model object or a URI into a model; `undefined` for static data.
 * @throws TouchstoneError `unknown-scheme`, `malformed-uri`, `not-a-model`
 */
export function resolveModel(model: unknown, registrations: Registrations): Model | undefined {
  if (model === undefined || model === null) return undefined;
  if (typeof model === 'function') return functionModel(model as (row: never) => unknown);
  if (typeof model === 'object' && 'predict' in model && typeof model.predict === 'function' && 'id' in model)
    return model as Model;
  if (typeof model === 'string') return modelOfUri(model, registrations);
  throw new TouchstoneError(
    'not-a-model',
    `model is ${Array.isArray(model) ? 'a list' : `a value of type ${typeof model}`}: it can be a function of a row, a model object, or a URI such as 'openai:/gpt-5-mini'.`,
  );
}

function modelOfUri(uri: string, registrations: Registrations): Model {
  const scheme = /^([a-z][a-z0-9+.-]*):\/?\S/iu.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    throw new TouchstoneError(
      'malformed-uri',
      `model is '${uri}', which is no URI: write scheme:/name, e.g. openai:/gpt-5-mini.`,
    );
  }
  const adapter = registrations.adapters.get(scheme);
  if (adapter === undefined) {
    const pack = Object.hasOwn(knownSchemes, scheme) ? knownSchemes[scheme] : undefined;
    if (pack !== undefined)
      throw new TouchstoneError(
        'unknown-scheme',
        `'${uri}' needs ${pack}, which is not among the plug-ins: npm i ${pack}, and add it to plugins.`,
      );
    const hint = suggestion(scheme, new Set([...registrations.adapters.keys(), ...Object.keys(knownSchemes)]), {
      list: 'Known are',
    });
    throw new TouchstoneError('unknown-scheme', `There is no model scheme '${scheme}' (of '${uri}').${hint}`);
  }
  const { model } = adapter.value.make(uri, {});
  if (model !== undefined) return model;
  throw new TouchstoneError('not-a-model', `'${uri}' (${adapter.plugin}) is a service, and cannot be evaluated as a model.`);
}
