import type { AdaptedModel, Metric, Model, Service } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { messageOf, type Problem, TouchstoneError } from '../errors/touchstone-error.ts';
import { knownSchemes } from '../metrics/preset-table.ts';
import { functionModel } from '../models/function-model.ts';
import type { Registrations } from '../registry/plugins.ts';

/**
 * A function, a model object or a URI into a model; `undefined` for static data.
 * @throws TouchstoneError `unknown-scheme`, `malformed-uri`, `not-a-model`, `adapter-failed`
 */
export function resolveModel(model: unknown, registrations: Registrations): Model | undefined {
  if (model === undefined || model === null) return undefined;
  if (typeof model === 'function') return functionModel(model as (row: never) => unknown);
  if (typeof model === 'string') return modelOfUri(model, registrations);
  if (isModel(model)) return model;
  if (typeof model === 'object' && 'predict' in model) {
    throw new TouchstoneError(
      'not-a-model',
      'model is an object with predict, and a model object has id and identity as well: what is shown, and all that can change its outputs.',
    );
  }
  throw new TouchstoneError(
    'not-a-model',
    `model is ${Array.isArray(model) ? 'a list' : `a value of type ${typeof model}`}: it can be a function of a row, a model object, or a URI such as 'openai:/gpt-5-mini'.`,
  );
}

/**
 * The services that metrics ask, by metric name and role; a URI becomes what its adapter makes of it.
 * What is wrong with them is said before the first row, like everything else.
 */
export function resolveServices(
  metrics: readonly Metric[],
  registrations: Registrations,
  problems: Problem[],
): ReadonlyMap<string, Readonly<Record<string, Service>>> {
  return new Map(
    metrics.map(({ name, models }) => {
      const services: Record<string, Service> = {};
      for (const [role, model] of Object.entries(models)) {
        try {
          services[role] = typeof model === 'string' ? serviceOfUri(model, registrations) : model;
        } catch (error) {
          if (!TouchstoneError.isInstance(error)) throw error;
          problems.push(...error.problems.map(({ code, message }) => ({ code, message: `${name}, role '${role}': ${message}` })));
        }
      }
      return [name, services];
    }),
  );
}

function isModel(model: object | number | boolean | bigint | symbol): model is Model {
  return (
    typeof model === 'object' &&
    'predict' in model &&
    typeof model.predict === 'function' &&
    'id' in model &&
    typeof model.id === 'string' &&
    'identity' in model &&
    model.identity !== undefined
  );
}

function modelOfUri(uri: string, registrations: Registrations): Model {
  const { made, plugin } = adapt(uri, 'model', registrations);
  if (made.model !== undefined) return made.model;
  throw new TouchstoneError('not-a-model', `'${uri}' (${plugin}) is a service, and cannot be evaluated as a model.`);
}

function serviceOfUri(uri: string, registrations: Registrations): Service {
  const { made, plugin } = adapt(uri, 'it', registrations);
  const service = made.languageModel ?? made.embeddingModel ?? made.classifier;
  // Metrics ask a service with requests of its own kind; which kind that is, is settled between the metric and the adapter.
  if (service !== undefined) return service as unknown as Service;
  throw new TouchstoneError('not-a-service', `'${uri}' (${plugin}) is a model, and metrics cannot ask it.`);
}

function adapt(
  uri: string,
  what: string,
  registrations: Registrations,
): { readonly made: AdaptedModel; readonly plugin: string } {
  const scheme = /^([a-z][a-z0-9+.-]*):\/?\S/iu.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    throw new TouchstoneError(
      'malformed-uri',
      `${what} is '${uri}', which is no URI: write scheme:/name, e.g. openai:/gpt-5-mini.`,
    );
  }
  const adapter = registrations.adapters.get(scheme);
  if (adapter === undefined) throw unknownScheme(uri, scheme, registrations);
  try {
    return { made: adapter.value.make(uri, {}), plugin: adapter.plugin };
  } catch (error) {
    if (TouchstoneError.isInstance(error)) throw error;
    throw new TouchstoneError('adapter-failed', `'${uri}' could not be made by ${adapter.plugin}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function unknownScheme(uri: string, scheme: string, registrations: Registrations): TouchstoneError {
  const pack = Object.hasOwn(knownSchemes, scheme) ? knownSchemes[scheme] : undefined;
  if (pack !== undefined)
    return new TouchstoneError(
      'unknown-scheme',
      `'${uri}' needs ${pack}, which is not among the plug-ins: npm i ${pack}, and add it to plugins.`,
    );
  const known = new Set([...registrations.adapters.keys(), ...Object.keys(knownSchemes)]);
  const hint = suggestion(scheme, known, { list: 'Known are' });
  return new TouchstoneError('unknown-scheme', `There is no model scheme '${scheme}' (of '${uri}').${hint}`);
}
