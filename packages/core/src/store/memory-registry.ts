import type { Catalog } from '../contracts/catalog.ts';
import type { ModelStage, ModelVersion } from '../contracts/registered-model.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';

interface MemoryModel {
  readonly versions: ModelVersion[];
  readonly aliases: Map<string, number>;
}

/** Registered models in memory. */
export function memoryRegistry(checkOpen: () => void): Pick<Catalog, 'register' | 'registered' | 'alias' | 'stage'> {
  const models = new Map<string, MemoryModel>();

  return {
    async register(given) {
      checkOpen();
      const model: MemoryModel = models.get(given.name) ?? { versions: [], aliases: new Map() };
      models.set(given.name, model);
      const version: ModelVersion = { ...given, version: model.versions.length + 1 };
      model.versions.push(version);
      return version;
    },
    async registered(name) {
      checkOpen();
      return [...models]
        .filter(([one]) => name === undefined || one === name)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([one, { versions, aliases }]) => ({ name: one, versions: [...versions], aliases: Object.fromEntries(aliases) }));
    },
    async alias(name, alias, version) {
      checkOpen();
      const { versions, aliases } = modelOf(name);
      if (version === null) aliases.delete(alias);
      else {
        versionIn(versions, name, version);
        aliases.set(alias, version);
      }
    },
    async stage(name, number, stage) {
      checkOpen();
      const { versions } = modelOf(name);
      const version = versionIn(versions, name, number);
      versions[number - 1] = staged(version, stage);
    },
  };

  function modelOf(name: string): MemoryModel {
    const model = models.get(name);
    if (model === undefined) throw new TouchstoneError('model-not-found', `There is no registered model '${name}' in memory.`);
    return model;
  }
}

function versionIn(versions: readonly ModelVersion[], name: string, number: number): ModelVersion {
  const version = versions[number - 1];
  if (version !== undefined) return version;
  throw new TouchstoneError('model-not-found', `The registered model '${name}' has no version ${number}.`);
}

function staged({ stage: _, ...version }: ModelVersion, stage: ModelStage | null): ModelVersion {
  return stage === null ? version : { ...version, stage };
}
