import type { Catalog, LoggedModel, ModelVersion, RegisteredModel, RunRecord } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { findRun } from '../results/find-run.ts';
import { type ModelAddress, readModelAddress } from './model-address.ts';

/** A logged model, and who has logged it. */
export interface FoundModel {
  /** Without alias or stage: `models:/support-bot/3`, `runs:/<id>/model`. */
  readonly uri: string;
  readonly run: string;
  readonly model: LoggedModel;
}

/**
 * The model that an address means now.
 *
 * @throws TouchstoneError `malformed-uri`, `run-not-found`, `model-not-found` with what there is, `model-run-deleted`
 */
export async function findLoggedModel(catalog: Catalog, uri: string): Promise<FoundModel> {
  const address = readModelAddress(uri);
  if (address.scheme === 'runs') {
    const run = await findRun(catalog, address.run);
    const model = modelIn(await modelsOf(catalog, run.id), address.model, run);
    return { uri: `runs:/${run.id}/${model.name}`, run: run.id, model };
  }
  const version = await findVersion(catalog, address, uri);
  return ofVersion(catalog, version);
}

async function ofVersion(catalog: Catalog, { name, version, run, model }: ModelVersion): Promise<FoundModel> {
  const uri = `models:/${name}/${version}`;
  const logged = (await modelsOf(catalog, run)).find((one) => one.name === model);
  if (logged !== undefined) return { uri, run, model: logged };
  throw new TouchstoneError(
    'model-run-deleted',
    `${uri} is gone: it was logged in run ${run.slice(0, 8)}, and that run was deleted. Log the model again, and register it as another version.`,
  );
}

async function modelsOf(catalog: Catalog, run: string): Promise<readonly LoggedModel[]> {
  return (await catalog.logged([run])).get(run)?.models ?? [];
}

function modelIn(models: readonly LoggedModel[], name: string, run: RunRecord): LoggedModel {
  const found = models.find((model) => model.name === name);
  if (found !== undefined) return found;
  const named = `Run ${run.name} (${run.id.slice(0, 8)})`;
  const names = models.map((model) => model.name);
  const hint = suggestion(name, names, { list: 'It has logged' });
  throw new TouchstoneError(
    'model-not-found',
    names.length === 0
      ? `${named} has logged no model: log one with run.logModel({ name: '${name}', model }).`
      : `${named} has logged no model '${name}'.${hint}`,
  );
}

async function findVersion(
  catalog: Catalog,
  { name, which }: Extract<ModelAddress, { readonly scheme: 'models' }>,
  uri: string,
): Promise<ModelVersion> {
  const model = await registeredModel(catalog, name, uri);
  const { versions, aliases } = model;
  if ('alias' in which) {
    const number = Object.hasOwn(aliases, which.alias) ? aliases[which.alias] : undefined;
    if (number !== undefined) return versionOf(model, number);
    const known = Object.keys(aliases);
    const hint =
      known.length === 0 ? ` It has no aliases, and ${numbersText(model)}.` : suggestion(which.alias, known, { list: 'It has' });
    throw new TouchstoneError('model-not-found', `The registered model '${name}' has no alias '${which.alias}'.${hint}`);
  }
  if ('version' in which) return versionOf(model, which.version);
  const fit = 'latest' in which ? versions : versions.filter(({ stage = 'None' }) => stage === which.stage);
  const newest = fit.at(-1);
  if (newest !== undefined) return newest;
  const stage = 'stage' in which ? which.stage : 'latest';
  throw new TouchstoneError(
    'model-not-found',
    `No version of the registered model '${name}' is in the stage ${stage}; it has ${numbersText(model)}.`,
  );
}

/** @param asked for messages, with the address where that is longer */
export async function registeredModel(catalog: Catalog, name: string, asked = name): Promise<RegisteredModel> {
  const [found] = await catalog.registered(name);
  if (found !== undefined) return found;
  const names = (await catalog.registered()).map((model) => model.name);
  const hint =
    names.length === 0
      ? " There are none: register a logged model with registerModel('runs:/RUN/model', 'NAME')."
      : suggestion(name, names, { list: 'There are' });
  const of = asked === name ? '' : ` (of '${asked}')`;
  throw new TouchstoneError('model-not-found', `There is no registered model '${name}'${of}.${hint}`);
}

/** @throws TouchstoneError `model-not-found` */
export function versionOf(model: RegisteredModel, number: number): ModelVersion {
  const found = model.versions.find(({ version }) => version === number);
  if (found !== undefined) return found;
  throw new TouchstoneError(
    'model-not-found',
    `The registered model '${model.name}' has no version ${number}; it has ${numbersText(model)}.`,
  );
}

function numbersText({ versions }: RegisteredModel): string {
  const last = versions.length;
  if (last === 0) return 'no version';
  return last === 1 ? 'version 1' : `versions 1 to ${last}`;
}
