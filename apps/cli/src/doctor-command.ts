import { coreVersion } from '@touchstone/core';
import { checkStore } from '@touchstone/store-sqlite';
import { alignColumns } from './align-columns.ts';
import { discoverPlugins } from './discover-plugins.ts';
import { EXIT } from './exit-codes.ts';
import { loadConfig } from './load-config.ts';
import { type StoreFlags, storePathOf } from './open-touchstone.ts';
import { print } from './say.ts';

/** `touchstone doctor`: what is here, and whether the store is well. Exit 3 when something is broken. */
export async function doctorCommand(flags: StoreFlags & { readonly json?: boolean }): Promise<number> {
  const config = await loadConfig(flags.config);
  const { found, warnings } = await discoverPlugins(config?.config.plugins);
  const path = storePathOf(flags, config);
  const store = await checkStore(path);
  const problems = [...warnings, ...store.problems.map((problem) => problem.message)];
  if (flags.json === true) {
    const document = { node: process.versions.node, core: coreVersion(), config: config?.path, plugins: found.map(({ plugin }) => plugin.name), store: { path, ...store }, problems };
    await print(JSON.stringify(document, null, 2));
  } else {
    await print(
      alignColumns([
        ['node', process.versions.node],
        ['core', coreVersion()],
        ['config', config?.path ?? 'none'],
        ['plug-ins', found.map(({ plugin }) => plugin.name).join(', ')],
        ['store', store.exists ? `${path}: ${store.ok ? 'well' : 'broken'}, ${store.runs} runs, ${(store.bytes / 1e6).toFixed(1)} MB` : `${path}: not there yet`],
        ...problems.map((problem) => ['problem', problem]),
      ]),
    );
  }
  return problems.length === 0 && (!store.exists || store.ok) ? EXIT.ok : EXIT.incomplete;
}
