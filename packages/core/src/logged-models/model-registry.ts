import type { Catalog, ModelVersion, RegisteredModel } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { findLoggedModel, registeredModel, versionOf } from './find-logged-model.ts';
import { checkAlias, checkModelName, isModelAddress, stageNamed } from './model-address.ts';

/** A version that was just registered, with its address. */
export interface RegisteredVersion extends ModelVersion {
  /** `models:/<name>/<version>` */
  readonly uri: string;
}

/** @throws TouchstoneError `bad-model-name`, `malformed-uri`, `run-not-found`, `model-not-found` */
export async function registerModel(
  catalog: Catalog,
  { uri, name, now }: { readonly uri: string; readonly name: string; readonly now: number },
): Promise<RegisteredVersion> {
  checkModelName(name);
  if (!isModelAddress(uri)) {
    throw new TouchstoneError(
      'malformed-uri',
      `'${uri}' is no logged model: log it first, and register what logModel gives: runs:/RUN/NAME.`,
    );
  }
  const { run, model } = await findLoggedModel(catalog, uri);
  const version = await catalog.register({ name, run, model: model.name, at: now });
  return { ...version, uri: `models:/${version.name}/${version.version}` };
}

/** @param version `null`: the alias is taken away. @throws TouchstoneError `bad-alias`, `model-not-found` */
export async function setAlias(catalog: Catalog, name: string, alias: string, version: number | null): Promise<void> {
  const model = await registeredModel(catalog, name);
  if (version === null) {
    if (!Object.hasOwn(model.aliases, alias)) throw noAlias(model, alias);
  } else {
    checkAlias(alias);
    versionOf(model, version);
  }
  await catalog.alias(name, alias, version);
}

function noAlias({ name, aliases }: RegisteredModel, alias: string): TouchstoneError {
  const hint = suggestion(alias, Object.keys(aliases), { list: 'It has' });
  return new TouchstoneError('model-not-found', `The registered model '${name}' has no alias '${alias}'.${hint}`);
}

/** @throws TouchstoneError `unknown-stage`, `model-not-found` */
export async function setStage(catalog: Catalog, name: string, version: number, stage: string): Promise<void> {
  const known = stageNamed(stage);
  if (known === undefined) {
    const hint = suggestion(stage, ['Staging', 'Production', 'Archived', 'None'], { list: 'There are' });
    throw new TouchstoneError('unknown-stage', `There is no stage '${stage}'.${hint}`);
  }
  versionOf(await registeredModel(catalog, name), version);
  await catalog.stage(name, version, known === 'None' ? null : known);
}
