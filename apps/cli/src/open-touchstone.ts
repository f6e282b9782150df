import { relative, resolve } from 'node:path';
import { type LeftOut, TouchstoneRuntime, versionOf } from '@touchstone/core';
import { sqlite } from '@touchstone/store-sqlite';
import { bundledPackages } from './bundled-packages.ts';
import { discoverPlugins } from './discover-plugins.ts';
import { type LoadedConfig, loadConfig } from './load-config.ts';
import { useProxies } from './proxies.ts';
import { say } from './say.ts';
import { shellWord } from './shell-word.ts';

const DEFAULT_STORE = '.touchstone/touchstone.db';

export interface StoreFlags {
  /** A path, or `false` for `--no-store`. */
  readonly store?: string | boolean;
  readonly config?: string;
}

export interface OpenedTouchstone {
  readonly touchstone: TouchstoneRuntime;
  readonly config: LoadedConfig | undefined;
  /** The store's file as it was typed; `undefined` with `--no-store`. */
  readonly store: string | undefined;
}

/** Does `work` with the config's plug-ins, those found, and the store; closes them whatever happens. */
export async function withTouchstone<T>(flags: StoreFlags, work: (opened: OpenedTouchstone) => Promise<T>): Promise<T> {
  const opened = await open(flags);
  try {
    return await work(opened);
  } finally {
    await opened.touchstone.close();
  }
}

async function open(flags: StoreFlags): Promise<OpenedTouchstone> {
  await useProxies();
  const config = await loadConfig(flags.config);
  const { configured, bundled, found, leftOut, unused } = await discoverPlugins(config?.config.plugins);
  const store = flags.store === false ? undefined : storePath(flags, config);
  const touchstone = new TouchstoneRuntime(
    { plugins: [...configured, ...bundled], ...(store === undefined ? {} : { store: sqlite(store) }) },
    { '@touchstone/cli': versionOf(import.meta.url) },
    { alias: bundledPackages },
    { found, leftOut: [...leftOut, ...unused] },
  );
  sayLeftOut(touchstone.registrations.leftOut.filter((one) => !unused.includes(one)));
  return { touchstone, config, store };
}

/** A plug-in that cannot be used must not stop what does not need it, and must not be missed in silence. */
function sayLeftOut(leftOut: readonly LeftOut[]): void {
  for (const { problems } of leftOut) for (const { message } of problems) say(`Left out: ${message}`);
}

/** The flag, else what the config says, else the usual place below the working directory. */
export function storePath(flags: StoreFlags, config: LoadedConfig | undefined): string {
  if (typeof flags.store === 'string') return flags.store;
  return config?.config.store === undefined ? DEFAULT_STORE : relative('', resolve(config.folder, config.config.store));
}

/** `touchstone show 1a2b3c4d --store 'my runs.db'`: what to type next, as it can be pasted into a shell; with the store where it is not the usual one. */
export function nextCommand(words: string, store: string): string {
  return `touchstone ${words}${store === DEFAULT_STORE ? '' : ` --store ${shellWord(store)}`}`;
}
