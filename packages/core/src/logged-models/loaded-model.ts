import type { Catalog } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { answeringScheme } from '../plan/resolve-model.ts';
import { findLoggedModel } from './find-logged-model.ts';
import { isModelAddress } from './model-address.ts';
import { modelFromFile } from './model-from-file.ts';
import { type ModelSpec, readModelSpec } from './model-spec.ts';
import { chatOf, type SpecSetting } from './spec-of-model.ts';

/** A logged model, to be evaluated: as its address was, also when an alias moves on. */
export interface LoadedModel {
  /** Without alias or stage: `models:/support-bot/3`, `runs:/<id>/model`. */
  readonly uri: string;
  /** The id of the run that has logged it. */
  readonly run: string;
  readonly spec: ModelSpec;
  readonly '~logged': true;
}

/** @throws TouchstoneError as `findLoggedModel`, and `model-spec-newer`, `bad-model-spec` */
export async function loadModel(catalog: Catalog, asked: string): Promise<LoadedModel> {
  if (!isModelAddress(asked)) {
    throw new TouchstoneError(
      'malformed-uri',
      `'${asked}' is no address of a logged model: write runs:/RUN/NAME or models:/NAME/VERSION; models of other URIs are evaluated by them.`,
    );
  }
  const { uri, run, model } = await findLoggedModel(catalog, asked);
  return { uri, run, spec: readModelSpec(model.spec, uri), '~logged': true };
}

/** What `evaluate` works with in place of a logged model. */
export interface RestoredModel {
  readonly model: unknown;
  /** The address, of a logged model. */
  readonly logged?: string;
  /** For people. */
  readonly notes: readonly string[];
}

/**
 * Makes what an address or a loaded model stands for; everything else is what it is.
 * @throws TouchstoneError as `loadModel`, `unknown-scheme` naming the package to install, and what loading the file throws
 */
export async function restoreModel(given: unknown, catalog: Catalog, setting: SpecSetting): Promise<RestoredModel> {
  const loaded = isModelAddress(given) ? await loadModel(catalog, given) : given;
  if (!isLoaded(loaded)) return { model: given, notes: [] };
  const { uri: logged, spec } = loaded;
  if (spec.kind === 'uri') {
    checkAdapter(spec, logged, setting);
    return { model: chatOf(spec), logged, notes: [] };
  }
  const { model, spec: now } = await fromFile(`${spec.module}#${spec.export}`, spec.id, { logged, setting });
  const notes =
    now.sourceHash === spec.sourceHash
      ? []
      : [`${spec.module} has changed since ${logged} was logged: it is evaluated as it is now.`];
  return { model, logged, notes };
}

async function fromFile(
  reference: string,
  id: string,
  { logged, setting }: { readonly logged: string; readonly setting: SpecSetting },
) {
  try {
    return await modelFromFile(reference, setting.modules, id);
  } catch (error) {
    if (!TouchstoneError.isInstance(error)) throw error;
    const where = error.code === 'module-not-found' ? ' Its path is relative to the folder in which the model was logged.' : '';
    throw new TouchstoneError(error.code, `${logged} is ${reference}: ${error.message}${where}`, { cause: error });
  }
}

/** The package is known, also when its scheme is not. */
function checkAdapter(
  { uri, package: pack }: Extract<ModelSpec, { readonly kind: 'uri' }>,
  logged: string,
  { registrations }: SpecSetting,
): void {
  const scheme = uri.split(':')[0]?.toLowerCase() ?? '';
  const answering = answeringScheme(scheme);
  // Sent elsewhere by the environment: then that one is missing, and is named where the URI is resolved.
  if (registrations.adapters.has(answering) || answering !== scheme) return;
  throw new TouchstoneError(
    'unknown-scheme',
    `${logged} is ${uri}, which needs ${pack}, and that is not among the plug-ins: npm i ${pack}, and add it to plugins.`,
  );
}

/** Whether something stands for a logged model: an address, or a model that was loaded. */
export function isLogged(given: unknown): boolean {
  return isModelAddress(given) || isLoaded(given);
}

function isLoaded(value: unknown): value is LoadedModel {
  return typeof value === 'object' && value !== null && '~logged' in value && value['~logged'] === true;
}
