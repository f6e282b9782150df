import { resolve } from 'node:path';
import { type Plugin, TouchstoneRuntime } from '@touchstone/core';
import { sqlite } from '@touchstone/store-sqlite';
import { discoverPlugins } from './discover-plugins.ts';
import { type LoadedConfig, loadConfig } from './load-config.ts';
import { say } from './say.ts';

export const DEFAULT_STORE = '.touchstone/touchstone.db';

export interface StoreFlags {
  /** A path, or `false` for `--no-store`. */
  readonly store?: string | boolean;
  readonly config?: string;
}

export interface OpenedTouchstone {
  readonly touchstone: TouchstoneRuntime;
  readonly config: LoadedConfig | undefined;
  /** The store's file; `undefined` with `--no-store`. */
  readonly storePath: string | undefined;
}

/** The Touchstone that a command works with: its config's plug-ins, those found, and the store. */
export async function openTouchstone(flags: StoreFlags): Promise<OpenedTouchstone> {
  const config = await loadConfig(flags.config);
  const { found, warnings } = await discoverPlugins(config?.config.plugins);
  for (const warning of warnings) say(warning);
  const plugins: readonly Plugin[] = found.map(({ plugin }) => plugin);
  if (flags.store === false) return { touchstone: new TouchstoneRuntime({ plugins }), config, storePath: undefined };
  const storePath = storePathOf(flags, config);
  return { touchstone: new TouchstoneRuntime({ plugins, store: sqlite(storePath) }), config, storePath };
}

export function storePathOf(flags: StoreFlags, config: LoadedConfig | undefined): string {
  if (typeof flags.store === 'string') return flags.store;
  return config?.config.store === undefined ? DEFAULT_STORE : resolve(config.folder, config.config.store);
}
