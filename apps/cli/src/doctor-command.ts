import { coreVersion, messageOf, type Plugin, TouchstoneRuntime } from '@touchstone/core';
import { checkStore } from '@touchstone/store-sqlite';
import { adapterList, credentialsOf, stateText, type VariableState } from './adapter-list.ts';
import { alignColumns } from './align-columns.ts';
import { discoverPlugins } from './discover-plugins.ts';
import { EXIT } from './exit-codes.ts';
import { type LoadedConfig, loadConfig } from './load-config.ts';
import { type StoreFlags, storePath } from './open-touchstone.ts';
import { print, printWidth } from './say.ts';

/** `touchstone doctor`: what is here, and whether it is well. Exit 3 when something is broken. */
export async function doctorCommand(flags: StoreFlags & { readonly json?: boolean }): Promise<number> {
  const problems: string[] = [];
  const config = await loadConfig(flags.config).catch((error: unknown): LoadedConfig | undefined => {
    problems.push(messageOf(error));
    return undefined;
  });
  const { found, warnings } = await discoverPlugins(config?.config.plugins);
  const path = storePath(flags, config);
  const { file: _, ok, problems: broken, ...store } = checkStore(path);
  problems.push(...warnings, ...broken.map(({ message }) => message));
  const plugins = found.map(({ plugin }) => plugin.name);
  const credentials = credentialsFor(
    found.map(({ plugin }) => plugin),
    problems,
  );
  const versions = { node: process.versions.node, core: coreVersion() };
  if (flags.json === true) {
    const report = { ...versions, config: config?.path, plugins, credentials, store: { path, ok, ...store }, problems };
    await print(JSON.stringify(report, null, 2));
  } else {
    const health = `${path}: ${ok ? 'well' : 'damaged'}, ${store.runs} ${store.runs === 1 ? 'run' : 'runs'}, ${(store.bytes / 1e6).toFixed(1)} MB`;
    const lines = [
      ...Object.entries(versions),
      ['config', config?.path ?? 'none'],
      ['plug-ins', plugins.join(', ')],
      ...credentials.map((one, index) => [index === 0 ? 'credentials' : '', `${one.name} ${stateText(one)}`]),
      ['store', store.exists ? health : `${path}: not there yet`],
      ...problems.map((problem) => ['problem', problem]),
    ];
    await print(alignColumns(lines, printWidth()));
  }
  return problems.length === 0 ? EXIT.ok : EXIT.incomplete;
}

/** Which keys the adapters read, and whether they are set: never their values. */
function credentialsFor(plugins: readonly Plugin[], problems: string[]): readonly VariableState[] {
  try {
    return credentialsOf(adapterList(new TouchstoneRuntime({ plugins }).registrations));
  } catch (error) {
    problems.push(messageOf(error));
    return [];
  }
}
