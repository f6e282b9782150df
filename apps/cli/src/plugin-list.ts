import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  contractText,
  DATASET_LOADERS,
  type DatasetLoader,
  type LeftOut,
  MODEL_TYPES,
  type ModelType,
  type Plugin,
  type Registrations,
  TouchstoneRuntime,
  TRACKERS,
  type Tracker,
} from '@touchstone/core';
import { bundledPackages } from './bundled-packages.ts';
import { type DependencyPackage, isRecord, namesIn, packageAround } from './dependency-packages.ts';
import type { Discovery } from './discover-plugins.ts';

/** A plug-in in use. */
export interface InstalledPlugin {
  readonly name: string;
  readonly version?: string;
  /** What its package.json says. */
  readonly description?: string;
  readonly from: 'command line' | 'project' | 'config';
  /** The contract it was written for. */
  readonly contract: string;
  /** The level of the conformance suite that its package.json says it passes. */
  readonly conformance?: number | string;
  /** The version of the `@touchstone/core` that its imports reach, where that is another copy than the command line's. */
  readonly ownCore?: string;
  /** Where its package lies. */
  readonly folder?: string;
  readonly brings: Brings;
}

/** What a plug-in registers, by name. Kinds of which it brings nothing are left out. */
export interface Brings {
  readonly metrics?: readonly string[];
  readonly evaluators?: readonly string[];
  readonly modelTypes?: readonly string[];
  /** URI schemes. */
  readonly models?: readonly string[];
  /** Extensions of data files. */
  readonly data?: readonly string[];
  readonly trackers?: readonly string[];
  /** Tokens: `prices`, `default-judge`. */
  readonly services?: readonly string[];
}

export interface PluginList {
  readonly installed: readonly InstalledPlugin[];
  /** Plug-ins that cannot be used. */
  readonly leftOut: readonly LeftOut[];
  readonly registrations: Registrations;
}

/** All plug-ins here, with what they bring. Also those of the config are left out where they cannot be used: a list must always be had. */
export function pluginList({ configured, bundled, found, leftOut, packages }: Discovery): PluginList {
  const offered = [...configured.map((plugin, index) => ({ package: plugin?.name ?? `plugins[${index}]`, plugin })), ...found];
  const { registrations } = new TouchstoneRuntime({ plugins: bundled }, {}, {}, { found: offered, leftOut });
  const order: readonly Plugin[] = [...configured, ...bundled, ...found.map(({ plugin }) => plugin)];
  const installed = order
    .filter((plugin) => registrations.plugins.includes(plugin))
    .map((plugin): InstalledPlugin => {
      const from = configured.includes(plugin) ? 'config' : bundled.includes(plugin) ? 'command line' : 'project';
      const name = found.find((one) => one.plugin === plugin)?.package ?? plugin.name;
      const dependency = from === 'command line' ? bundledPackage(name) : packages.find((one) => one.name === name);
      const { version = versionIn(dependency) } = plugin;
      return {
        name: plugin.name,
        ...(version === undefined ? {} : { version }),
        ...(dependency === undefined ? {} : factsOf(dependency)),
        from,
        contract: contractText(plugin.contract) ?? '',
        brings: bringsOf(plugin.name, registrations),
      };
    });
  return { installed, leftOut: registrations.leftOut, registrations };
}

function bundledPackage(name: string): DependencyPackage | undefined {
  const file = Object.hasOwn(bundledPackages, name) ? bundledPackages[name] : undefined;
  return file === undefined ? undefined : packageAround(file);
}

function versionIn(dependency: DependencyPackage | undefined): string | undefined {
  const version = dependency?.manifest.version;
  return typeof version === 'string' ? version : undefined;
}

function factsOf(dependency: DependencyPackage): Pick<InstalledPlugin, 'description' | 'conformance' | 'ownCore' | 'folder'> {
  const { folder, manifest } = dependency;
  const { description, touchstone } = manifest;
  const conformance = isRecord(touchstone) ? touchstone.conformance : undefined;
  const core = ownCore(dependency);
  return {
    ...(typeof description === 'string' ? { description } : {}),
    ...(typeof conformance === 'number' || typeof conformance === 'string' ? { conformance } : {}),
    ...(core === undefined ? {} : { ownCore: core }),
    ...(folder === undefined ? {} : { folder }),
  };
}

/** The version of core that imports of the package reach, unless that is this program's. */
function ownCore({ folder, manifest }: DependencyPackage): string | undefined {
  if (folder === undefined || !namesIn(manifest, ['dependencies', 'peerDependencies']).includes('@touchstone/core'))
    return undefined;
  try {
    const entry = realpathSync(createRequire(join(realpathSync(folder), 'package.json')).resolve('@touchstone/core'));
    const ours = realpathSync(fileURLToPath(import.meta.resolve('@touchstone/core')));
    return entry === ours ? undefined : (versionIn(packageAround(entry)) ?? 'unknown');
  } catch {
    // Not installed beside it: a plug-in that needs it could not be loaded, which is said elsewhere.
    return undefined;
  }
}

function bringsOf(plugin: string, { metrics, evaluators, adapters, values }: Registrations): Brings {
  const namesOf = (owned: ReadonlyMap<string, { readonly plugin: string }>) =>
    [...owned].flatMap(([name, owner]) => (owner.plugin === plugin ? [name] : []));
  const own = values.filter((one) => one.plugin === plugin);
  const under = <T>(token: symbol) => own.flatMap((one) => (one.token === token ? [one.value as T] : []));
  const listed = [DATASET_LOADERS, MODEL_TYPES, TRACKERS] as readonly symbol[];
  const services = own.flatMap(({ token }) => (listed.includes(token) ? [] : [serviceName(token)]));
  const brings: Readonly<Record<keyof Brings, readonly string[]>> = {
    metrics: namesOf(metrics),
    evaluators: namesOf(evaluators),
    modelTypes: under<ModelType>(MODEL_TYPES).map(({ name }) => name),
    models: namesOf(adapters),
    data: [...new Set(under<DatasetLoader>(DATASET_LOADERS).flatMap(({ extensions }) => extensions))],
    trackers: under<Tracker>(TRACKERS).map(({ name }) => name),
    services: [...new Set(services)],
  };
  return Object.fromEntries(Object.entries(brings).filter(([, names]) => names.length > 0));
}

function serviceName(token: symbol): string {
  return (token.description ?? String(token)).replace(/^touchstone\./u, '');
}
