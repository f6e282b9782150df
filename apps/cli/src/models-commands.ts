import { type RegisteredModel, TouchstoneError, type TouchstoneRuntime } from '@touchstone/core';
import { alignColumns } from './align-columns.ts';
import { EXIT } from './exit-codes.ts';
import { pairsOf } from './flag-pairs.ts';
import { modelOptionsOf } from './model-options.ts';
import { nextCommand, type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { readEnvFile } from './read-env-file.ts';
import { definedOnly } from './run-document.ts';
import { print, say } from './say.ts';

interface ModelsFlags extends StoreFlags {
  readonly json?: boolean;
}

interface ModelsLogFlags extends ModelsFlags {
  readonly modelOption?: readonly string[];
  readonly task?: string;
  readonly name?: string;
  readonly register?: string;
  readonly experiment?: string;
  readonly runName?: string;
  readonly tag?: readonly string[];
  readonly envFile?: string;
}

/** `touchstone models log`: a run of its own that holds the model. */
export function modelsLogCommand(model: string, flags: ModelsLogFlags): Promise<number> {
  if (flags.envFile !== undefined) readEnvFile(flags.envFile, flags.envFile);
  return withTouchstone(flags, async ({ touchstone, store = '' }) => {
    const { experiment, runName, tag, name, task, register } = flags;
    const options = modelOptionsOf(flags.modelOption, process.cwd());
    const given = {
      model,
      ...definedOnly({ name, task, registeredModelName: register }),
      ...(Object.keys(options).length === 0 ? {} : { options }),
    };
    // Tried before there is a run of it.
    await touchstone.modelSpec(given);
    const filed = definedOnly({ experiment, name: runName ?? model, tags: pairsOf('--tag', tag) });
    const logged = await touchstone.withRun(filed, (run) => run.logModel(given));
    const { modelUri, registeredUri } = logged;
    await print(flags.json === true ? JSON.stringify(logged, null, 2) : (registeredUri ?? modelUri));
    if (registeredUri === undefined) say(`Register it with ${nextCommand(`models register ${modelUri} NAME`, store)}.`);
    return EXIT.ok;
  });
}

/** `touchstone models register` */
export function modelsRegisterCommand(
  uri: string,
  name: string,
  flags: ModelsFlags & { readonly alias?: string },
): Promise<number> {
  return withTouchstone(flags, async ({ touchstone }) => {
    const version = await touchstone.registerModel(uri, name);
    if (flags.alias !== undefined) await touchstone.setModelAlias(name, flags.alias, version.version);
    await print(flags.json === true ? JSON.stringify(version, null, 2) : version.uri);
    return EXIT.ok;
  });
}

/** `touchstone models list`: all registered models, or the versions of one. */
export function modelsListCommand(name: string | undefined, flags: ModelsFlags): Promise<number> {
  return withTouchstone(flags, async ({ touchstone, store = '' }) => {
    const models = name === undefined ? await touchstone.registeredModels() : [await touchstone.registeredModel(name)];
    const listed = await Promise.all(models.map((model) => documentOf(model, touchstone)));
    if (flags.json === true) await print(JSON.stringify({ models: listed }, null, 2));
    else if (listed.length > 0) await print(alignColumns([HEAD, ...listed.flatMap(linesOf)]));
    else say(`No model is registered in ${store}: log one with ${nextCommand('models log URI --register NAME', store)}.`);
    return EXIT.ok;
  });
}

/** `touchstone models alias`: lets an alias mean a version, or takes it away. */
export function modelsAliasCommand(
  name: string,
  alias: string,
  version: number | undefined,
  flags: StoreFlags & { readonly remove?: boolean },
): Promise<number> {
  if ((version === undefined) !== (flags.remove === true)) {
    const message =
      'Say which version is meant, as in touchstone models alias NAME ALIAS 3; or take the alias away with --remove.';
    throw new TouchstoneError('bad-option', message);
  }
  return withTouchstone(flags, async ({ touchstone }) => {
    if (version === undefined) {
      await touchstone.deleteModelAlias(name, alias);
      say(`models:/${name}@${alias} means nothing any more.`);
    } else {
      await touchstone.setModelAlias(name, alias, version);
      say(`models:/${name}@${alias} is version ${version} now.`);
    }
    return EXIT.ok;
  });
}

/** `touchstone models stage` */
export function modelsStageCommand(name: string, version: number, stage: string, flags: StoreFlags): Promise<number> {
  return withTouchstone(flags, async ({ touchstone }) => {
    await touchstone.setModelStage(name, version, stage);
    say(`Version ${version} of ${name} is in the stage ${stage} now.`);
    return EXIT.ok;
  });
}

const HEAD = ['name', 'version', 'aliases', 'stage', 'registered', 'model'];

type ListedModel = Awaited<ReturnType<typeof documentOf>>;

async function documentOf({ name, versions, aliases }: RegisteredModel, touchstone: TouchstoneRuntime) {
  return {
    name,
    aliases,
    versions: await Promise.all(
      versions.map(async ({ version, run, model, stage, at }) => ({
        version,
        uri: `models:/${name}/${version}`,
        source: `runs:/${run}/${model}`,
        ...(stage === undefined ? {} : { stage }),
        registeredAt: new Date(at).toISOString(),
        ...(await whatItIs(`models:/${name}/${version}`, touchstone)),
      })),
    ),
  };
}

/** The spec, or why there is none that could be evaluated here. */
async function whatItIs(uri: string, touchstone: TouchstoneRuntime) {
  try {
    return { spec: (await touchstone.findModel(uri)).spec };
  } catch (error) {
    if (!TouchstoneError.isInstance(error) || error.kind === 'store') throw error;
    return { problem: { code: error.code, message: error.message } };
  }
}

function linesOf({ name, versions, aliases }: ListedModel): readonly (readonly string[])[] {
  return versions.map(({ version, stage = '', registeredAt, ...rest }) => {
    const own = Object.entries(aliases).flatMap(([alias, of]) => (of === version ? [alias] : []));
    return [name, String(version), own.join(', '), stage, registeredAt.slice(0, 10), shownModel(rest)];
  });
}

function shownModel(listed: Pick<ListedModel['versions'][number], 'spec' | 'problem'>): string {
  if (listed.spec === undefined)
    return listed.problem?.code === 'model-run-deleted' ? '(its run was deleted)' : '(cannot be read)';
  return listed.spec.kind === 'uri' ? listed.spec.uri : listed.spec.id;
}
